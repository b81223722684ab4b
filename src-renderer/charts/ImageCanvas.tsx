/** A data image, white on black in both themes. */
import type { SampleImage } from '#engine/protocol/run.ts';
import { chartColors } from './colors.ts';
import { drawPixels, paintImage } from './raster.ts';
import { useCanvas } from './useCanvas.ts';
import './NodeChart.css';

export function ImageCanvas({
  image,
  label,
}: {
  readonly image: SampleImage;
  readonly label: string;
}) {
  const canvas = useCanvas(({ context, width, height }) => {
    const box = { x: 0, y: 0, width, height };
    drawPixels(context, paintImage(image, chartColors().gray), image, box);
  }, []);
  return <canvas ref={canvas.ref} className="sample-image" role="img" aria-label={label} />;
}

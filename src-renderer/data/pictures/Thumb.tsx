/** A picture of the data as it is, enlarged or shrunk to a square. */
import { memo, useEffect, useRef } from 'react';

type Shape = readonly [channels: number, height: number, width: number];

/** u8 `[C, H, W]` to RGBA: one channel is grey, of more the first three are colours. */
export function rgbaOf(pixels: Uint8Array, [channels, height, width]: Shape) {
  const area = height * width;
  const rgba = new Uint8ClampedArray(area * 4);
  for (let i = 0; i < area; i++) {
    for (let c = 0; c < 3; c++) rgba[i * 4 + c] = pixels[(channels < 3 ? 0 : c) * area + i] ?? 0;
    rgba[i * 4 + 3] = 255;
  }
  return new ImageData(rgba, width, height);
}

export const Thumb = memo(function Thumb(props: {
  readonly pixels: Uint8Array | undefined;
  readonly shape: Shape;
  readonly size: number;
  readonly label: string;
}) {
  const { pixels, shape, size, label } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [, height, width] = shape;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context && pixels) context.putImageData(rgbaOf(pixels, shape), 0, 0);
  }, [pixels, shape]);
  return (
    <canvas
      ref={canvas}
      className="data-thumb"
      {...{ width, height, role: 'img', 'aria-label': label }}
      style={{ width: size, height: size }}
    />
  );
});

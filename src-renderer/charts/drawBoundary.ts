/** The decision boundary over two inputs: winning class by hue, certainty by strength, points on top. */
import type { BoundaryMap } from '#engine/protocol/run.ts';
import { formatShort } from '../ui/format.ts';
import { rampOf, runColor, type ChartColors } from './colors.ts';
import type { Surface } from './painter.ts';
import { drawPixels } from './raster.ts';

const MARGIN = { left: 30, bottom: 18, top: 4, right: 4 } as const;

/** RGBA per cell, top row first. */
export function boundaryPixels(
  frame: Pick<BoundaryMap, 'resolution' | 'classes' | 'winner' | 'confidence'>,
  colors: Pick<ChartColors, 'runs' | 'accent' | 'panel'>,
): Uint8ClampedArray<ArrayBuffer> {
  const { resolution, classes, winner, confidence } = frame;
  const pixels = new Uint8ClampedArray(resolution * resolution * 4);
  const ramps = Array.from({ length: Math.max(1, classes) }, (_, slot) =>
    rampOf([colors.panel, colors.runs[slot % colors.runs.length] ?? colors.accent]),
  );
  const chance = 1 / Math.max(2, classes);
  for (let row = 0; row < resolution; row++) {
    for (let column = 0; column < resolution; column++) {
      const from = row * resolution + column;
      const to = ((resolution - 1 - row) * resolution + column) * 4;
      const ramp = ramps[winner[from] ?? 0];
      const certain = ((confidence[from] ?? chance) - chance) / (1 - chance);
      const at = Math.round(Math.min(1, Math.max(0, certain)) * 0.45 * 255 + 20) * 3;
      pixels[to] = ramp?.[at] ?? 0;
      pixels[to + 1] = ramp?.[at + 1] ?? 0;
      pixels[to + 2] = ramp?.[at + 2] ?? 0;
      pixels[to + 3] = 255;
    }
  }
  return pixels;
}

export function drawBoundary(surface: Surface, frame: BoundaryMap, colors: ChartColors): void {
  const { context, width, height } = surface;
  const side = {
    width: width - MARGIN.left - MARGIN.right,
    height: height - MARGIN.top - MARGIN.bottom,
  };
  const box = { x: MARGIN.left, y: MARGIN.top, ...side };
  const size = { width: frame.resolution, height: frame.resolution };
  context.save();
  drawPixels(context, boundaryPixels(frame, colors), size, box, 'smooth');
  context.restore();
  const { xMin, xMax, yMin, yMax, points } = frame;
  points.label.forEach((label, i) => {
    const x = box.x + (((points.x[i] ?? 0) - xMin) / (xMax - xMin)) * box.width;
    const y = box.y + box.height - (((points.y[i] ?? 0) - yMin) / (yMax - yMin)) * box.height;
    context.fillStyle = runColor(colors, label);
    context.strokeStyle = colors.panel;
    context.lineWidth = 1;
    context.beginPath();
    context.arc(x, y, 2.5, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  });
  context.font = `400 10px ${colors.fontUi}`;
  context.fillStyle = colors.text3;
  context.textAlign = 'left';
  context.fillText(formatShort(xMin, 2), box.x, height - 5);
  context.textAlign = 'right';
  context.fillText(formatShort(xMax, 2), box.x + box.width, height - 5);
  context.fillText(formatShort(yMax, 2), box.x - 5, box.y + 8);
  context.fillText(formatShort(yMin, 2), box.x - 5, box.y + box.height);
  context.textAlign = 'left';
}

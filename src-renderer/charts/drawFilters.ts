/** The first filters of a convolution: each on the diverging ramp, scaled by its own largest weight. */
import type { ParameterTelemetry } from '#engine/protocol/run.ts';
import type { ChartColors } from './colors.ts';
import type { Surface } from './painter.ts';
import { drawStack, paintGrid } from './raster.ts';

export type Filters = NonNullable<ParameterTelemetry['filters']>;

const COLUMNS = 8;
const GAP = 3;

export function drawFilters(surface: Surface, filters: Filters, colors: ChartColors): void {
  const cell = (surface.width - (COLUMNS - 1) * GAP) / COLUMNS;
  const boxes = Array.from({ length: filters.count }, (_, i) => ({
    x: (i % COLUMNS) * (cell + GAP),
    y: Math.floor(i / COLUMNS) * (cell + GAP),
    width: cell,
    height: cell,
  }));
  drawStack(surface.context, paintGrid(ownScale(filters), colors.diverging, -1, 1), filters, boxes);
}

/** Every filter over its own largest weight. */
export function ownScale({ values, count, width, height }: Filters): Float32Array {
  const area = width * height;
  const scaled = new Float32Array(values.length);
  for (let i = 0; i < count; i++) {
    let reach = 0;
    for (let at = i * area; at < (i + 1) * area; at++) {
      reach = Math.max(reach, Math.abs(values[at] ?? 0));
    }
    for (let at = i * area; at < (i + 1) * area; at++) {
      scaled[at] = reach > 0 ? (values[at] ?? 0) / reach : 0;
    }
  }
  return scaled;
}

/** Height of the grid as CSS, where 100% is its width. */
export function filterGridHeight({ count }: Pick<Filters, 'count'>): string {
  const rows = Math.ceil(count / COLUMNS);
  return `calc((100% - ${(COLUMNS - 1) * GAP}px) * ${rows} / ${COLUMNS} + ${(rows - 1) * GAP}px)`;
}

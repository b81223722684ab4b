/** The first filters of a convolution: each on the diverging ramp, scaled by its own largest weight. */
import type { ParameterTelemetry } from '#engine/protocol/run.ts';
import type { ChartColors } from './colors.ts';
import type { Surface } from './painter.ts';
import { drawPixels, paintGrid } from './raster.ts';

export type Filters = NonNullable<ParameterTelemetry['filters']>;

const COLUMNS = 8;
const GAP = 3;

export function drawFilters(surface: Surface, filters: Filters, colors: ChartColors): void {
  const cell = (surface.width - (COLUMNS - 1) * GAP) / COLUMNS;
  const area = filters.width * filters.height;
  for (let i = 0; i < filters.count; i++) {
    const values = filters.values.subarray(i * area, (i + 1) * area);
    const reach = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    const box = {
      x: (i % COLUMNS) * (cell + GAP),
      y: Math.floor(i / COLUMNS) * (cell + GAP),
      width: cell,
      height: cell,
    };
    drawPixels(surface.context, paintGrid(values, colors.diverging, -reach, reach), filters, box);
  }
}

/** Height of the grid as CSS, where 100% is its width. */
export function filterGridHeight({ count }: Pick<Filters, 'count'>): string {
  const rows = Math.ceil(count / COLUMNS);
  return `calc((100% - ${(COLUMNS - 1) * GAP}px) * ${rows} / ${COLUMNS} + ${(rows - 1) * GAP}px)`;
}

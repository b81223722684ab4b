/** Small plots drawn as SVG: a linear scale, its ticks, a line along columns. Pure. */
import { niceTicks } from '#engine/runs/ticks.ts';

export const PLOT = { left: 48, right: 12, top: 8, bottom: 22 } as const;

export interface PlotScale {
  readonly range: readonly [number, number];
  at(value: number): number;
}

export function scaleOf(
  range: readonly [number, number],
  [from, to]: readonly [number, number],
): PlotScale {
  const [low, high] = range;
  const size = high > low ? high - low : 1;
  return {
    range,
    at: (value) => Math.round((from + ((value - low) / size) * (to - from)) * 10) / 10,
  };
}

export const plotTicks = ({ range: [low, high] }: PlotScale, count: number): readonly number[] =>
  niceTicks(low, high, Math.max(1, Math.floor(count)));

export function pathOf(
  xs: Float64Array,
  ys: Float64Array,
  x: PlotScale,
  y: PlotScale,
  backwards = false,
): string {
  const points = Array.from(xs, (place, i) => `${x.at(place)} ${y.at(ys[i] ?? NaN)}`);
  if (backwards) points.reverse();
  return points.length === 0 ? '' : `M${points.join('L')}`;
}

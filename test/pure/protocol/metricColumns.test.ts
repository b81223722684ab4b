/**
 * Rule: points in columns are the points, and a decimated curve has the extremes of every stretch exactly,
 * its ends, what is no number, and the means that smoothing needs.
 */
import { describe, expect, it } from 'vitest';
import {
  columnsOf,
  curvesOf,
  decimated,
  joined,
  type MetricColumns,
  type MetricPoint,
  pointsOf,
  rowsUpTo,
  sliced,
} from '#engine/protocol/index.ts';

const point = (step: number, values: Record<string, number>): MetricPoint => ({
  ...{ split: 'train', step, epoch: step / 10, timeMs: step * 2, values },
});
/** Every third has a norm, one a NaN. */
const POINTS = Array.from({ length: 1000 }, (_, i) =>
  point(i + 1, {
    loss: Math.sin(i * 12.9898) * 0.5 + 1,
    ...(i % 3 === 0 ? { gradientNorm: i } : {}),
    ...(i === 500 ? { accuracy: NaN } : {}),
  }),
);
const valuesOf = (columns: MetricColumns, name: string): Float64Array =>
  columns.values[name]?.values ?? new Float64Array();

describe('columns', () => {
  it('give back the points, absent numbers absent and NaN as NaN', () => {
    const points = [...POINTS, { ...point(1000, { loss: 2 }), split: 'validation' as const }];
    expect(pointsOf(curvesOf(points))).toEqual(points);
  });

  it('are cut and put together again without a change', () => {
    const whole = columnsOf(POINTS);
    const parts = [sliced(whole, 0, 7), sliced(whole, 7, 501), sliced(whole, 501, 1000)];
    expect(joined(parts)).toEqual(whole);
    expect(parts[2]?.values).not.toHaveProperty('accuracy');
    expect([0, 1, 500, 2000].map((step) => rowsUpTo(whole, step))).toEqual([0, 1, 500, 1000]);
    expect(joined([]).step).toHaveLength(0);
  });
});

describe('decimation', () => {
  it('keeps of every stretch the lowest and the highest of each number, and both ends', () => {
    const whole = columnsOf(POINTS);
    const few = decimated(whole, 10);
    expect(few.step.length).toBeLessThan(60);
    expect([few.step[0], few.step.at(-1)]).toEqual([1, 1000]);
    for (const name of ['loss', 'gradientNorm']) {
      const kept = new Set(valuesOf(few, name));
      for (let start = 0; start < 1000; start += 100) {
        const stretch = POINTS.slice(start, start + 100)
          .map(({ values }) => values[name])
          .filter((value) => value !== undefined);
        expect(kept).toContain(Math.min(...stretch));
        expect(kept).toContain(Math.max(...stretch));
      }
    }
  });

  it('keeps the point that is no number, and each value at its own step', () => {
    const few = decimated(columnsOf(POINTS), 10);
    const told = new Map(POINTS.map((each) => [each.step, each.values]));
    for (const { step, values } of pointsOf({ train: few })) expect(values).toEqual(told.get(step));
    expect(valuesOf(few, 'accuracy')).toEqual(Float64Array.of(NaN));
  });

  it('carries the mean of each stretch, also where it is made in two goes', () => {
    const whole = columnsOf(POINTS);
    const mean = (values: readonly number[]): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    const losses = valuesOf(whole, 'loss');
    const once = decimated(whole, 10).values['loss'];
    expect(once?.means?.[0]).toBeCloseTo(mean([...losses.subarray(0, 100)]), 12);
    const blocks = [0, 500].map((start) => decimated(sliced(whole, start, start + 500), 50));
    const twice = decimated(joined(blocks), 4).values['loss'];
    // Extremes lie apart from their mean; a smooth line through them alone would be a lie.
    for (const each of twice?.means ?? []) expect(Math.abs(each - 1)).toBeLessThan(0.1);
    expect(Math.max(...(twice?.values ?? []))).toBe(Math.max(...losses));
  });

  it('leaves alone what is short enough', () => {
    const whole = columnsOf(POINTS);
    expect(decimated(whole, 500)).toBe(whole);
  });
});

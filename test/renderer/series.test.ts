import { describe, expect, it } from 'vitest';
import { columnsOf, decimated } from '#engine/protocol/metricColumns.ts';
import type { MetricPoint } from '#engine/protocol/run.ts';
import {
  appendCurves,
  appendPoints,
  createRunSeries,
  decimate,
  extent,
  MetricSeries,
  nearestIndex,
  quantile,
  smooth,
  smoothed,
  smoothingWeight,
} from '#renderer/state/series.ts';

const point = (
  step: number,
  loss = 1 / (step + 1),
  extra: MetricPoint['values'] = {},
): MetricPoint => ({
  split: 'train',
  step,
  epoch: 0,
  timeMs: step * 10,
  values: { loss, ...extra },
});

describe('metric series', () => {
  it('keeps columns in step order and NaN for what a point lacks', () => {
    const series = new MetricSeries();
    series.append(point(1, 0.5, { accuracy: 0.9 }));
    series.append(point(2, 0.4));
    expect([...series.column('step')]).toEqual([1, 2]);
    expect([...series.column('accuracy')]).toEqual([0.9, Number.NaN]);
    expect(series.last('loss')).toBe(0.4);
    expect(series.names).toEqual(['loss', 'accuracy']);
    expect([...series.column('f1')]).toEqual([Number.NaN, Number.NaN]);
  });
  it('has what a late point is the first to tell, and nothing of it before or after', () => {
    const series = new MetricSeries(2048);
    for (let step = 0; step < 3000; step++)
      series.append(point(step, 1, step === 1500 ? { f1: 0.5 } : {}));
    expect([...series.column('f1')].filter((value) => !Number.isNaN(value))).toEqual([0.5]);
  });

  it('never outgrows its bound and keeps spikes while it thins', () => {
    const series = new MetricSeries(4096);
    for (let step = 0; step < 100_000; step++) series.append(point(step, step === 777 ? 99 : 1));
    expect(series.length).toBeLessThanOrEqual(4096);
    expect(Math.max(...series.column('loss'))).toBe(99);
    const steps = series.column('step');
    expect(steps[0]).toBe(0);
    expect(series.last('step')).toBe(99_999);
    for (let i = 1; i < steps.length; i++) expect(steps[i]!).toBeGreaterThan(steps[i - 1]!);
  });

  it('keeps a NaN loss while thinning, since it is the news', () => {
    const series = new MetricSeries(64);
    for (let step = 0; step < 200; step++) series.append(point(step, step === 5 ? Number.NaN : 1));
    expect([...series.column('loss')].filter((v) => Number.isNaN(v))).toHaveLength(1);
  });

  it('drops points it already has, per split', () => {
    const series = createRunSeries();
    appendPoints(series, [point(1), point(2), { ...point(2), split: 'validation' }]);
    appendPoints(series, [point(2), point(3), { ...point(2), split: 'validation' }]);
    expect([...series.train.column('step')]).toEqual([1, 2, 3]);
    expect([...series.validation.column('step')]).toEqual([2]);
  });
});

describe('smoothing', () => {
  it('has no bias towards zero: a constant stays what it is from the first value', () => {
    const smoothed = smooth(new Float64Array(50).fill(2), 0.95);
    for (const value of smoothed) expect(value).toBeCloseTo(2, 12);
  });
  it('is the debiased average', () => {
    // m1 = .1*1/.1 ; m2 = (.9*.1*1 + .1*3)/(1-.81)
    const smoothed = smooth(Float64Array.of(1, 3), 0.9);
    expect(smoothed[0]).toBeCloseTo(1, 12);
    expect(smoothed[1]).toBeCloseTo((0.09 + 0.3) / 0.19, 12);
  });
  it('lets non-finite values pass without spoiling what follows', () => {
    const smoothed = smooth(Float64Array.of(1, Number.NaN, 1), 0.5);
    expect(smoothed[1]).toBeNaN();
    expect(smoothed[2]).toBeCloseTo(1, 12);
  });
  it('covers the same share of a run whatever the number of its points', () => {
    expect(smoothingWeight(0.9, 1000)).toBeCloseTo(0.9);
    expect(smoothingWeight(0.9, 10)).toBeLessThan(1e-4);
    expect(smoothingWeight(0.9, 100_000)).toBeGreaterThan(0.998);
    expect(smoothingWeight(0, 500)).toBe(0);
  });
  it('returns the values themselves without smoothing', () => {
    const values = Float64Array.of(1, 2);
    expect(smooth(values, 0)).toBe(values);
  });
});

describe('a past that the record decimated', () => {
  /** Mostly small, seldom large, 1 on average: as the loss of single batches is. */
  const noisy = (step: number): MetricPoint => {
    const u = (Math.sin(step * 12.9898) * 43_758.5453) % 1;
    const loss = -Math.log(Math.max(1e-9, Math.abs(u)));
    return { split: 'train', step, epoch: 0, timeMs: step, values: { loss } };
  };
  const points = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => noisy(from + i));

  it('is as smooth as it was, and so is what comes after it point by point', () => {
    const series = createRunSeries();
    appendCurves(series, { train: decimated(columnsOf(points(1, 100_000)), 500) });
    const { train } = series;
    expect(train.length).toBeLessThan(1100);
    appendPoints(series, points(100_000, 102_000));
    const line = smoothed(train, 'loss', smoothingWeight(0.9, train.length));
    for (const value of line.subarray(100)) expect(Math.abs(value - 1)).toBeLessThan(0.2);
    // Through the extremes alone it would be a lie; nor is the dense end less smooth than the rest.
    const { [0]: low = 0, [1]: high = 0 } = extent(smooth(train.column('loss'), 0.9)) ?? [];
    expect(high - low).toBeGreaterThan(1);
    const end = extent(line.subarray(-2000)) ?? [0, 0];
    expect(end[1] - end[0]).toBeLessThan(0.1);
  });

  it('is left as it is where it is known already', () => {
    const series = createRunSeries();
    const curves = { train: columnsOf(points(1, 50)) };
    appendCurves(series, curves);
    appendCurves(series, { train: columnsOf(points(20, 60)) });
    expect([...series.train.column('step')]).toEqual(Array.from({ length: 59 }, (_, i) => i + 1));
  });
});

describe('decimation', () => {
  const xs = Float64Array.from({ length: 10_000 }, (_, i) => i);
  it('bounds the points and keeps the extremes', () => {
    const ys = xs.map((x) => Math.sin(x / 50));
    ys[1234] = 40;
    ys[8765] = -40;
    const pairs = decimate(xs, ys, [0, 9999], 200);
    expect(pairs.length / 2).toBeLessThanOrEqual(400);
    const values = [...pairs].filter((_, i) => i % 2 === 1);
    expect(Math.max(...values)).toBe(40);
    expect(Math.min(...values)).toBe(-40);
  });
  it('keeps every point when there is room, and one beyond either end of the range', () => {
    const ys = xs.map((x) => x * 2);
    const pairs = decimate(xs, ys, [100, 103], 50);
    expect([...pairs]).toEqual([99, 198, 100, 200, 101, 202, 102, 204, 103, 206]);
  });
  it('leaves out what cannot be drawn', () => {
    const pairs = decimate(
      Float64Array.of(0, 1, 2),
      Float64Array.of(1, Number.NaN, Infinity),
      [0, 2],
      10,
    );
    expect([...pairs]).toEqual([0, 1]);
  });
  it('answers for nothing', () => {
    expect(decimate(new Float64Array(), new Float64Array(), [0, 1], 10)).toHaveLength(0);
  });
});

describe('helpers', () => {
  it('finds the nearest of ascending values', () => {
    const steps = Float64Array.of(10, 20, 40);
    expect(nearestIndex(steps, 0)).toBe(0);
    expect(nearestIndex(steps, 29)).toBe(1);
    expect(nearestIndex(steps, 31)).toBe(2);
    expect(nearestIndex(steps, 99)).toBe(2);
    expect(nearestIndex(new Float64Array(), 1)).toBe(-1);
  });
  it('takes extents and quantiles of what is finite', () => {
    expect(extent([Number.NaN, 3, -Infinity, 1])).toEqual([1, 3]);
    expect(extent([Number.NaN])).toBeNull();
    expect(quantile([0, 10], 0.25)).toBe(2.5);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

/**
 * Rules: a metric counts what lies on an edge (of a bin, of the classes, of a split of one kind) as its definition says,
 * tells nothing where nothing can be told, and applies only where it means something.
 */
import { describe, expect, test } from 'vitest';
import type { DataField } from '#engine/ir/attrs.ts';
import { type MetricDefinition, type MetricHead, metrics } from '#engine/metrics/index.ts';
import { confidence } from '#engine/metrics/statistics/confidence.ts';

const HEAD: MetricHead = {
  ...{ task: 'classes', classes: 3, sampleSize: 3, targetField: null },
  ...{ targetNormalisation: null, targetRange: null, targetWhite: null },
};
const NUMBERS: MetricHead = { ...HEAD, task: 'numbers', classes: 0, sampleSize: 2 };
const metric = (id: string): MetricDefinition => {
  const found = metrics.get(id);
  if (!found) throw new Error(`no metric ${id}`);
  return found;
};
type Outputs = Readonly<Record<string, readonly number[]>>;
function told(id: string, head: MetricHead, ...batches: readonly Outputs[]): number {
  const judge = metric(id);
  const state = judge.statistic.start(head);
  for (const batch of batches) {
    const rows = (batch['labels'] ?? batch['rows'])?.length ?? 0;
    judge.statistic.add(state, batch, rows);
  }
  return judge.finish(state, head);
}

test('each metric says which way is better, how its axis is divided, and in what it is written', () => {
  const lower = [
    ...['calibrationError', 'loss', 'mae', 'maeOriginal', 'mape', 'perplexity', 'rmse'],
    'rmseOriginal',
  ];
  for (const { id, better, scale, unit } of metrics.values()) {
    if (better !== null) expect(better, id).toBe(lower.includes(id) ? 'lower' : 'higher');
    // A share, and what may be zero or less, has no place on a logarithmic axis.
    expect(scale, id).toBe(
      better === 'lower' && id !== 'calibrationError' ? 'logarithmic' : 'linear',
    );
    expect(['share', 'relative', 'decibel', 'prediction', 'none'], id).toContain(unit);
  }
});

describe('classes', () => {
  const answers = (labels: readonly number[], predicted: readonly number[]): Outputs => ({
    ...{ labels, predicted },
  });
  test('an answer or a label that is none of them counts for nothing', () => {
    const all = answers([0, 1, 2, -1, 3, 1], [0, 1, 2, 0, 0, 3]);
    expect(told('accuracy', HEAD, all)).toBe(1);
    expect(told('accuracy', HEAD, answers([0, 1], [0, 2]), answers([2, 2], [2, 0]))).toBe(0.5);
  });
  test('of nothing nothing can be told, and of one class alone no agreement', () => {
    expect(told('matthews', HEAD)).toBeNaN();
    expect(told('matthews', HEAD, answers([1], [1]))).toBe(0);
    expect(told('balancedAccuracy', HEAD)).toBeNaN();
    expect(told('topK', { ...HEAD, classes: 10 })).toBeNaN();
  });
  test('a class that ties with the right one is not above it', () => {
    const head = { ...HEAD, classes: 10 };
    const row = [0.1, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05];
    // One class is above the right one and six beside it: the second of all.
    expect(told('topK', head, { labels: [0], probabilities: row })).toBe(1);
    // Eight are above it.
    expect(told('topK', head, { labels: [8], probabilities: row })).toBe(0);
  });
  test('the probability of what is right, as small as it gets, is some surprise', () => {
    const head = { ...HEAD, classes: 2 };
    const sure = { labels: [0, 1], probabilities: [0.5, 0.5, 0.75, 0.25] };
    expect(told('perplexity', head, sure)).toBeCloseTo(Math.sqrt(8), 12);
    const wrong = { labels: [0], probabilities: [0, 1] };
    expect(Math.log2(told('perplexity', head, wrong))).toBeCloseTo(149, 9);
  });
  test('a bin of confidence has its upper end and not its lower one', () => {
    const state = confidence.start(HEAD);
    const sure = [0, 0.2, 0.21, 0.5, 1];
    const outputs = {
      probabilities: sure.flatMap((each) => [each, 1 - each]),
      ...{ predicted: [0, 0, 0, 0, 0], labels: [0, 0, 1, 0, 1] },
    };
    confidence.add(state, outputs, 5);
    const bins = (values: Float64Array): readonly (readonly number[])[] =>
      [...values.entries()].filter(([, value]) => value !== 0);
    expect(bins(state.counts)).toEqual([
      [0, 1],
      [2, 1],
      [3, 1],
      [7, 1],
      [14, 1],
    ]);
    expect(bins(state.confidences)).toEqual([
      [2, 0.2],
      [3, 0.21],
      [7, 0.5],
      [14, 1],
    ]);
    expect(bins(state.correct)).toEqual([
      [0, 1],
      [2, 1],
      [7, 1],
    ]);
    confidence.add(state, outputs, 5);
    expect(state.counts[14]).toBe(2);
    expect(state.correct[7]).toBe(2);
    expect(told('calibrationError', HEAD, outputs)).toBeCloseTo((1 + 0.8 + 0.21 + 0.5 + 1) / 5, 12);
  });
  test('without probabilities a batch tells nothing of ranks, confidence and surprise', () => {
    for (const id of ['topK', 'calibrationError', 'perplexity']) {
      expect(told(id, HEAD, { labels: [0, 1] }), id).toBeNaN();
    }
  });
});

describe('labels', () => {
  const head: MetricHead = { ...HEAD, task: 'labels', classes: 2, sampleSize: 2 };
  const batch = {
    rows: [0, 0, 0, 0],
    labelled: [1, 0, 1, 1, 0, 0, 0, 1],
    // Half is not yet there.
    probabilities: [0.9, 0.5, 0.6, 0.4, 0.7, 0.1, 0.2, 0.8],
  };
  test('are counted one by one, and together where all of a sample are right', () => {
    // The first: found in both samples, one alarm; the second: one of two found, no alarm.
    expect(told('precision', head, batch)).toBeCloseTo((2 / 3 + 1) / 2, 12);
    expect(told('recall', head, batch)).toBeCloseTo((1 + 0.5) / 2, 12);
    expect(told('specificity', head, batch)).toBeCloseTo((0.5 + 1) / 2, 12);
    expect(told('iou', head, batch)).toBeCloseTo((2 / 3 + 1 / 2) / 2, 12);
    expect(told('accuracy', head, batch)).toBeCloseTo(6 / 8, 12);
    expect(told('subsetAccuracy', head, batch, batch)).toBeCloseTo(0.5, 12);
  });
});

describe('numbers', () => {
  const batch = (mean: number, spread: number, squared = 2, absolute = 2): Outputs => ({
    ...{ rows: [0, 0], absoluteError: [absolute], squaredError: [squared] },
    ...{ targetMean: [mean], targetSpread: [spread] },
  });
  test('the spread of all targets is told from that of each batch and how far apart these are', () => {
    // Two batches of four numbers about 1 and 3: 2 + 2, and 8 times 1 for the way to their mean.
    const r2 = told('r2', NUMBERS, batch(1, 2), batch(3, 2));
    expect(r2).toBeCloseTo(1 - 4 / 12, 12);
    expect(told('r2', NUMBERS, batch(5, 0))).toBeNaN();
  });
  test('errors are means over numbers, of groups in the data’s own units', () => {
    expect(told('mae', NUMBERS, batch(0, 1), batch(0, 1))).toBeCloseTo(4 / 8, 12);
    expect(told('rmse', NUMBERS, batch(0, 1))).toBeCloseTo(Math.sqrt(2 / 4), 12);
    const scaled: MetricHead = {
      ...NUMBERS,
      targetNormalisation: { shift: [0, 0], scale: [0.5, 0.1] },
    };
    const groups = {
      ...{ rows: [0, 0], absoluteError: [1, 3], squaredError: [1, 3] },
      ...{ targetMean: [0], targetSpread: [1] },
    };
    expect(told('maeOriginal', scaled, groups)).toBeCloseTo((2 + 30) / 4, 12);
    expect(told('rmseOriginal', scaled, groups)).toBeCloseTo(Math.sqrt((4 + 300) / 4), 12);
  });
  test('decibels are of the whole range', () => {
    expect(told('psnr', { ...NUMBERS, targetRange: 2 }, batch(0, 1, 0.4))).toBeCloseTo(
      10 * Math.log10(4 / 0.1),
      12,
    );
  });
});

describe('a metric applies', () => {
  const applies = (id: string, head: Partial<MetricHead>): boolean =>
    metric(id).appliesTo({ ...NUMBERS, ...head });
  const field = (change: Partial<DataField>): DataField => ({
    ...{ name: 'y', role: 'target', dtype: 'f32', shape: [1], ...change },
  });
  test('relative errors: to targets that are never zero', () => {
    const of = (range: DataField['range']) =>
      applies('mape', { targetField: field(range ? { range } : {}) });
    expect([of(undefined), of([1, 2]), of([-2, -1])]).toEqual([true, true, true]);
    expect([of([0, 1]), of([-1, 0]), of([-1, 1])]).toEqual([false, false, false]);
    expect(applies('mape', { targetField: null })).toBe(false);
    expect(applies('mape', { targetField: field({ role: 'label' }) })).toBe(false);
    expect(applies('mape', { targetField: field({ shape: [1, 8, 8] }) })).toBe(false);
    expect(applies('mape', { targetField: field({ shape: [8, 8] }) })).toBe(true);
  });
  test('likeness: to images, as large as its window is', () => {
    const image = (...shape: readonly number[]) => ({ targetField: field({ shape }) });
    const range = { targetRange: 1 };
    expect(applies('ssim', { ...range, ...image(1, 11, 11) })).toBe(true);
    expect(applies('ssim', { ...range, ...image(1, 10, 11) })).toBe(false);
    expect(applies('ssim', { ...range, ...image(11, 11) })).toBe(false);
    expect(applies('ssim', image(1, 11, 11))).toBe(false);
    expect(applies('ssim', { ...range, ...image(1, 11, 11), task: 'none' })).toBe(false);
    expect([applies('psnr', range), applies('psnr', {})]).toEqual([true, false]);
    expect(applies('psnr', { ...range, task: 'none' })).toBe(false);
  });
  test('those of many classes: to many', () => {
    const classes = (id: string, count: number) => applies(id, { task: 'classes', classes: count });
    expect([9, 10].map((count) => classes('topK', count))).toEqual([false, true]);
    expect([19, 20].map((count) => classes('perplexity', count))).toEqual([false, true]);
  });
  test('of classes, of labels, or of both', () => {
    const both = ['accuracy', 'f1', 'precision', 'recall', 'specificity', 'iou', 'rocAuc', 'prAuc'];
    const one = ['balancedAccuracy', 'matthews', 'cohenKappa', 'calibrationError'];
    for (const id of [...both, ...one]) {
      const tasks = (['classes', 'labels', 'numbers', 'none'] as const).map((task) =>
        applies(id, { task, classes: 3 }),
      );
      expect(tasks, id).toEqual([true, both.includes(id), false, false]);
    }
  });
  test('of several that say the same one is charted', () => {
    const charted = (id: string, ...others: readonly string[]): boolean | undefined =>
      metric(id).charted?.(new Set(others));
    expect(charted('rmse', 'r2')).toBe(true);
    expect(charted('rmse', 'psnr')).toBe(false);
    expect(charted('rmse', 'rmseOriginal')).toBe(false);
    expect([charted('r2'), charted('r2', 'psnr')]).toEqual([true, false]);
  });
});

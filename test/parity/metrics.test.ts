/**
 * Rules of the metrics: the numbers of scikit-learn (sklearn_metrics.py), whatever the batches, with a
 * partial one at the end; what is summed on a device is float32 there, all else float64.
 */
import { describe, expect, test } from 'vitest';
import type { Tensor } from '#engine/backends/reference/index.ts';
import { tensorType } from '#engine/ir/index.ts';
import { metrics, metricsFor } from '#engine/metrics/index.ts';
import type { JudgedBatch, MetricDefinition, MetricHead } from '#engine/metrics/index.ts';
import { areaUnderRoc, type Scores } from '#engine/metrics/statistics/scores.ts';
import type { Confusion } from '#engine/metrics/statistics/confusion.ts';
import { GraphBuilder, type Value } from '#engine/ops/index.ts';
import { evaluateGraph } from '../support/evaluate.ts';
import values from './sklearn_metrics.json' with { type: 'json' };

/** A tensor of a whole split, cut into batches. */
interface Fed {
  readonly shape: readonly number[];
  readonly dtype: 'f32' | 'i32';
  readonly values: readonly number[];
}

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** What the metric's statistic makes of the samples, batch after batch. */
function folded(
  { statistic }: MetricDefinition,
  head: MetricHead,
  fed: Readonly<Partial<Record<keyof JudgedBatch, Fed>>>,
  batchSize: number,
): unknown {
  const state = statistic.start(head);
  const [one] = Object.values(fed);
  if (!one) throw new Error('nothing to judge');
  const count = one.values.length / size(one.shape);
  for (let start = 0; start < count; start += batchSize) {
    const samples = Math.min(batchSize, count - start);
    const builder = new GraphBuilder();
    const leaves = new Map<number, { readonly values: readonly number[] }>();
    const batch = Object.fromEntries(
      Object.entries(fed).map(([name, { shape, dtype, values: all }]) => {
        const leaf = builder.leaf(
          { kind: 'feed', name: `input:${name}` },
          tensorType([samples, ...shape], dtype),
        );
        const each = size(shape);
        leaves.set(leaf.id, { values: all.slice(start * each, (start + samples) * each) });
        return [name, leaf];
      }),
    ) as unknown as JudgedBatch;
    const outputs = Object.entries<Value>(statistic.outputs(builder, batch, head));
    const results = evaluateGraph(builder.finish(), leaves);
    const read = outputs.map(([name, { id }]) => {
      const { data } = results[id] as Tensor;
      // As a device gives it back.
      return [name, Float32Array.from(data)] as const;
    });
    statistic.add(state, Object.fromEntries(read), samples);
  }
  return state;
}

const metric = (id: string): MetricDefinition => {
  const found = metrics.get(id);
  if (!found) throw new Error(`no metric ${id}`);
  return found;
};

const BATCHES = [7, 64, 1000];

describe.each(values.classifications.map((each) => [each.classes, each] as const))(
  '%i classes',
  (classes, { labels, probabilities, expected, perClass, perClassArea, confusion }) => {
    const head: MetricHead = {
      task: 'classes',
      classes,
      sampleSize: classes,
      targetField: null,
      targetNormalisation: null,
      targetRange: null,
    };
    const predicted = labels.map((_label, row) => {
      const scores = probabilities.slice(row * classes, (row + 1) * classes);
      return scores.indexOf(Math.max(...scores));
    });
    const fed = {
      probabilities: { shape: [classes], dtype: 'f32', values: probabilities },
      predicted: { shape: [], dtype: 'i32', values: predicted },
      labels: { shape: [], dtype: 'i32', values: labels },
    } as const;

    test('what applies is what there is to compare', () => {
      const ids = metricsFor(head).map(({ id }) => id);
      expect(ids.toSorted()).toEqual([...Object.keys(expected), 'loss'].toSorted());
    });
    test.each(Object.entries(expected))('%s', (id, value) => {
      for (const batch of BATCHES) {
        const state = folded(metric(id), head, fed, batch);
        const given = metric(id).finish(state, head);
        // Scores are counted in bins.
        expect(Math.abs(given - value)).toBeLessThan(id === 'rocAuc' ? 1e-3 : 1e-12);
      }
    });
    test.each(Object.entries(perClass))('%s of each class', (id, each) => {
      const state = folded(metric(id), head, fed, 50);
      expect(metric(id).perClass?.(state, head)).toEqual(
        each.map((value): unknown => expect.closeTo(value, 12)),
      );
    });
    test('the area is exact within the error it states; none where it means nothing', () => {
      const state = folded(metric('rocAuc'), head, fed, 50) as Scores;
      perClassArea.forEach((exact, index) => {
        const { value, error } = areaUnderRoc(state, index);
        if (exact === null) expect(value).toBeNaN();
        else expect(Math.abs(value - exact)).toBeLessThanOrEqual(error + 1e-12);
      });
    });
    test('confusion', () => {
      const { counts } = folded(metric('accuracy'), head, fed, 50) as Confusion;
      expect([...counts]).toEqual(confusion);
    });
  },
);

describe.each(values.regressions.map((each, index) => [index, each] as const))(
  'numbers %i',
  (_index, { size: width, scale, shift, target, prediction, expected }) => {
    const head: MetricHead = {
      task: 'numbers',
      classes: 0,
      sampleSize: width,
      targetField: null,
      targetNormalisation: { shift, scale },
      targetRange: 1,
    };
    const fed = {
      prediction: { shape: [width], dtype: 'f32', values: prediction },
      target: { shape: [width], dtype: 'f32', values: target },
    } as const;

    test.each(Object.entries(expected))('%s', (id, value) => {
      for (const batch of BATCHES) {
        const given = metric(id).finish(folded(metric(id), head, fed, batch), head);
        expect(Math.abs(given / value - 1)).toBeLessThan(1e-6);
      }
    });
    test('PSNR follows from the root of the mean squared error', () => {
      const given = metric('psnr').finish(folded(metric('psnr'), head, fed, 50), head);
      expect(given).toBeCloseTo(-20 * Math.log10(expected.rmse), 5);
    });
  },
);

test('the loss counts a partial batch for what it is', () => {
  const loss = metric('loss');
  const { statistic } = loss;
  const head = {} as MetricHead;
  const state = statistic.start(head);
  statistic.add(state, { loss: [1] }, 3);
  statistic.add(state, { loss: [5] }, 1);
  expect(loss.finish(state, head)).toBe(2);
});

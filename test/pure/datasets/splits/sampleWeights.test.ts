/** Rule: what samples count for is what classes and rows say, 1 on average; and it is how often they are drawn. */
import { describe, expect, test } from 'vitest';
import { sampleWeights } from '#engine/datasets/index.ts';
import type { DataTable, RowFacts } from '#engine/datasets/define.ts';
import { InputError } from '#engine/ir/problem.ts';
import { BatchOrder } from '#engine/training/batches.ts';
import { LABEL } from '#test/support/network.ts';

const LABELS = [0, 0, 0, 0, 0, 0, 1, 1, 2, 0];
const TRAIN = Int32Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8]);

function tableOf(labels: readonly number[], rowFacts?: RowFacts): DataTable {
  const field = { ...LABEL, classes: 3 };
  return {
    count: labels.length,
    columns: [{ field, stored: Int32Array.from(labels) }],
    fingerprint: '',
    ...(rowFacts && { rowFacts }),
  };
}

const codeOf = (action: () => unknown): string | undefined => {
  try {
    action();
  } catch (error) {
    if (error instanceof InputError) return error.code;
    throw error;
  }
  return undefined;
};

describe('classes', () => {
  // compute_class_weight('balanced', classes=[0, 1, 2], y=[0]*6 + [1]*2 + [2]) of scikit-learn.
  const BALANCED = [0.5, 1.5, 3];

  test('balanced in the loss each counts by its share of the training rows alone', () => {
    const { loss, drawing } = sampleWeights(tableOf(LABELS), TRAIN, {
      sampling: 'each',
      classWeights: 'balanced',
    });
    expect(drawing).toBeNull();
    expect(Array.from(loss ?? []).slice(0, 9)).toEqual(
      LABELS.slice(0, 9).map((label) => BALANCED[label]),
    );
  });

  test('balanced in sampling they are drawn alike, and the loss counts nothing twice', () => {
    const { loss, drawing } = sampleWeights(tableOf(LABELS), TRAIN, {
      sampling: 'balanced',
      classWeights: 'none',
    });
    expect(loss).toBeNull();
    expect(Array.from(drawing ?? [])).toEqual(LABELS.slice(0, 9).map((label) => BALANCED[label]));
  });
});

describe('rows that say what they count for', () => {
  const weight = Float32Array.from([4, 1, 1, 1, 1, 1, 0, 0, 0, 99]);

  test('weigh in the loss, with the classes where those are balanced, 1 on average', () => {
    for (const classWeights of ['none', 'balanced'] as const) {
      const { loss } = sampleWeights(tableOf(LABELS, { weight }), TRAIN, {
        sampling: 'each',
        classWeights,
      });
      const found = Array.from(loss ?? []).slice(0, 9);
      expect(found.reduce((sum, each) => sum + each, 0)).toBeCloseTo(9, 5);
      expect(found[0]).toBeCloseTo(4 * (found[1] ?? 0), 5);
      expect(found[8]).toBe(0);
    }
  });

  test('decide how often each is drawn where sampling goes by them, and then weigh no more', () => {
    const found = sampleWeights(tableOf(LABELS, { weight }), TRAIN, {
      sampling: 'weighted',
      classWeights: 'none',
    });
    expect(Array.from(found.drawing ?? [])).toEqual([4, 1, 1, 1, 1, 1, 0, 0, 0]);
    expect(found.loss).toBeNull();
  });

  test('are asked for where there are none', () => {
    const none = tableOf(LABELS);
    const zero = tableOf(LABELS, { weight: new Float32Array(10) });
    const of = (table: DataTable, sampling: 'each' | 'balanced' | 'weighted') =>
      codeOf(() => sampleWeights(table, TRAIN, { sampling, classWeights: 'none' }));
    expect(of(none, 'weighted')).toBe('data.no-weights');
    expect(of(zero, 'each')).toBe('data.no-weights');
    expect(of({ ...none, columns: [] }, 'balanced')).toBe('data.weights-without-classes');
  });
});

describe('drawing by weight', () => {
  const rows = Int32Array.from({ length: 1000 }, (_, i) => i * 2);
  const weights = Float64Array.from(rows, (_, i) => (i === 0 ? 0 : i < 10 ? 100 : 1));
  const settings = { batchSize: 64, dropLast: false, seed: 7, shuffle: false };

  test('rows come by their weights, those of zero never, as many as there are', () => {
    const order = new BatchOrder(rows, settings, weights);
    const counts = new Map<number, number>();
    const epochs = 50;
    for (let step = 0; step < epochs * order.stepsPerEpoch; step++) {
      for (const row of order.rows(step)) counts.set(row, (counts.get(row) ?? 0) + 1);
    }
    expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(epochs * 1000);
    expect(counts.has(0)).toBe(false);
    const heavy = [...counts]
      .filter(([row]) => row < 20)
      .reduce((sum, [, count]) => sum + count, 0);
    // 900 of 1890 parts; the deviation of a share of 50,000 draws is 0.0022.
    expect(Math.abs(heavy / (epochs * 1000) - 900 / 1890)).toBeLessThan(0.01);
  });

  test('a step draws the same whatever came before it', () => {
    const all = new BatchOrder(rows, settings, weights);
    const before = Array.from({ length: 40 }, (_, step) => all.rows(step));
    expect(new BatchOrder(rows, settings, weights).rows(39)).toEqual(before[39]);
    expect(before[16]).not.toEqual(before[0]);
  });
});

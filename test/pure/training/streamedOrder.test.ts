/** Rule: an epoch of streamed samples has every row once, bucket by bucket, in an order that seed and step decide. */
import { describe, expect, test } from 'vitest';
import { StreamedOrder } from '#engine/training/streaming/order.ts';

const BUCKETS = [13, 8, 21, 5];
const COUNT = 47;
const training = { batchSize: 6, dropLast: false, seed: 3, shuffle: true } as const;
const bucketOf = (row: number): number => [13, 21, 42, 47].findIndex((end) => row < end);

function epoch(order: StreamedOrder, index: number): number[] {
  const first = index * order.stepsPerEpoch;
  return Array.from({ length: order.stepsPerEpoch }, (_, i) => [...order.rows(first + i)]).flat();
}

describe('shuffled', () => {
  test('every row comes once an epoch, those of a bucket side by side, otherwise every time', () => {
    const order = new StreamedOrder(BUCKETS, training);
    expect(order.stepsPerEpoch).toBe(8);
    const epochs = [0, 1, 2].map((index) => epoch(order, index));
    for (const rows of epochs) {
      expect(rows.toSorted((a, b) => a - b)).toEqual(Array.from({ length: COUNT }, (_, i) => i));
      const visited = rows.map(bucketOf).filter((bucket, i, all) => bucket !== all[i - 1]);
      expect(visited.toSorted()).toEqual([0, 1, 2, 3]);
    }
    expect(new Set(epochs.map((rows) => rows.join(' '))).size).toBe(3);
    expect(new Set(epochs.map((rows) => rows.map(bucketOf).join(''))).size).toBeGreaterThan(1);
  });

  test('a step has the same rows whichever were asked for before', () => {
    const inTurn = new StreamedOrder(BUCKETS, training);
    const rows = Array.from({ length: 24 }, (_, step) => [...inTurn.rows(step)]);
    for (const step of [23, 4, 11, 0, 7, 8]) {
      expect([...new StreamedOrder(BUCKETS, training).rows(step)]).toEqual(rows[step]);
    }
  });

  test('what comes next is told: the next bucket, at the end that of the next epoch', () => {
    const order = new StreamedOrder(BUCKETS, training);
    const last = order.stepsPerEpoch * 2 - 1;
    for (let step = 0; step < last; step++) {
      const now = order.rows(step);
      const inStep = new Set([...now].map(bucketOf));
      const later = Array.from({ length: last + 8 - step }, (_, i) => [...order.rows(step + 1 + i)])
        .flat()
        .map(bucketOf)
        .find((bucket) => !inStep.has(bucket) || bucket !== bucketOf(now.at(-1) ?? 0));
      const ahead = order.ahead(step);
      expect(ahead).not.toBeNull();
      // Of a bucket that ends exactly here the next epoch may begin with the same.
      if (!inStep.has(bucketOf(ahead ?? 0))) expect(bucketOf(ahead ?? 0)).toBe(later);
    }
  });
});

test('not shuffled, rows come as they lie', () => {
  const order = new StreamedOrder(BUCKETS, { ...training, shuffle: false });
  expect(epoch(order, 1)).toEqual(Array.from({ length: COUNT }, (_, i) => i));
});

test('drawn by weight, each bucket gives as many as it has, and none of weight zero', () => {
  const weights = Float64Array.from({ length: COUNT }, (_, row) => (row % 3 === 0 ? 0 : 1));
  const rows = epoch(new StreamedOrder(BUCKETS, training, weights), 0);
  expect(rows).toHaveLength(COUNT);
  expect(rows.every((row) => row % 3 !== 0)).toBe(true);
  const counts = BUCKETS.map((_, bucket) => rows.filter((row) => bucketOf(row) === bucket).length);
  expect(counts).toEqual(BUCKETS);
});

test('a batch larger than several buckets takes rows of all of them', () => {
  const order = new StreamedOrder(BUCKETS, { ...training, batchSize: 40 });
  expect(order.stepsPerEpoch).toBe(2);
  expect(new Set([...order.rows(0), ...order.rows(1)]).size).toBe(COUNT);
});

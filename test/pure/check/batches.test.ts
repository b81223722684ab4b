/**
 * Rule: the check knows the batches that training will make, the last one of an epoch included, and refuses
 * one that leaves a batch norm a single value per channel; its fixes make the network trainable.
 */
import { describe, expect, test } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import { wantsFacts } from '#engine/check/dataFacts.ts';
import { splitRows } from '#engine/datasets/index.ts';
import { applyEdits } from '#engine/ir/applyEdits.ts';
import { splitCounts, trainingBatches } from '#engine/ir/batches.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { BatchOrder } from '#engine/training/batches.ts';
import { chain, features, LABEL, type NodeText } from '#test/support/network.ts';

const CODE = 'training.batch-norm-batch-one';

function net(nodes: readonly NodeText[], training: Record<string, unknown>): NetworkDocument {
  return chain([...nodes, ['fc2', 'Linear', { outFeatures: 3 }], ['loss', 'CrossEntropyLoss']], {
    fields: [features(4), { ...LABEL, classes: 3 }],
    input: 'features',
    training: { split: { validation: 0, test: 0 }, ...training },
  });
}
const NORM: readonly NodeText[] = [
  ['fc1', 'Linear', { outFeatures: 6 }],
  ['bn1', 'BatchNorm1d'],
];
const check = (document: NetworkDocument, total: number, test: number | null = null) =>
  analyse(document, () => ({ counts: { total, test } }));
const found = (document: NetworkDocument, total: number, test: number | null = null) =>
  check(document, total, test).problems.find(({ code }) => code === CODE);

describe('what a run makes of its samples', () => {
  test.each([
    [129, 128, false, [128, 1]],
    [129, 128, true, [128]],
    [128, 128, false, [128]],
    [5, 128, false, [5]],
    // Nothing would be left to train on.
    [5, 128, true, [5]],
    [7, 1, false, [1]],
    [0, 4, true, []],
  ])('%d in batches of %d, last dropped: %s', (samples, batchSize, dropLast, sizes) => {
    expect(trainingBatches(samples, { batchSize, dropLast }).sizes).toEqual(sizes);
  });

  test('is what the run loop does: sizes, steps, and every row once where none is dropped', () => {
    for (const dropLast of [false, true]) {
      for (const [samples, batchSize] of [
        [129, 128],
        [10, 4],
        [12, 4],
        [3, 8],
      ] as const) {
        const rows = Int32Array.from({ length: samples }, (_, i) => 100 + i);
        const settings = { batchSize, dropLast, seed: 4, shuffle: true };
        const order = new BatchOrder(rows, settings);
        const { perEpoch, sizes } = trainingBatches(samples, settings);
        expect(order.stepsPerEpoch).toBe(perEpoch);
        for (const epoch of [0, 1]) {
          const batches = Array.from({ length: perEpoch }, (_, k) => [
            ...order.rows(epoch * perEpoch + k),
          ]);
          expect([...new Set(batches.map(({ length }) => length))]).toEqual(sizes);
          const seen = batches.flat();
          expect(new Set(seen).size).toBe(seen.length);
          if (!dropLast) expect(seen.toSorted((a, b) => a - b)).toEqual([...rows]);
        }
      }
    }
  });

  test('is counted as it is split', () => {
    for (const total of [1, 2, 3, 7, 143, 160, 1001]) {
      for (const share of [0, 0.001, 0.1, 0.5, 0.9]) {
        for (const testStart of [undefined, Math.ceil(total / 2)]) {
          const shares = { validation: share, test: 0.1 };
          const own = testStart === undefined ? null : total - testStart;
          const {
            train,
            validation,
            test: tests,
          } = splitRows(
            { count: total, ...(testStart === undefined ? {} : { testStart }) },
            shares,
            3,
          );
          expect(splitCounts({ total, test: own }, shares)).toEqual({
            train: train.length,
            validation: validation.length,
            test: tests.length,
          });
        }
      }
    }
  });
});

describe('a batch norm of vectors', () => {
  test('is refused with a last batch of one, and trained by either fix', () => {
    const document = net(NORM, { batchSize: 128 });
    const problem = found(document, 129);
    expect(problem).toMatchObject({ severity: 'error', node: 'bn1' });
    expect(problem?.message).toBe(
      'BatchNorm1d needs at least 2 samples in a batch; of 129 training samples in batches of 128 the last has 1.',
    );
    expect(check(document, 129).trainable).toBe(false);
    expect(problem?.fixes?.map(({ label }) => label)).toEqual([
      'Drop the last batch',
      'Set batch size to 127',
    ]);
    for (const { edits } of problem?.fixes ?? []) {
      expect(check(applyEdits(document, edits), 129).problems).toEqual([]);
    }
  });

  test('is judged by what the split leaves to train on', () => {
    const split = { validation: 0.1, test: 0.1 };
    // 160 - 16 - 14 = 130; 159 - 16 - 14 = 129.
    expect(found(net(NORM, { batchSize: 128, split }), 160)).toBeUndefined();
    expect(found(net(NORM, { batchSize: 128, split }), 159)).toBeDefined();
    // A test split of the source's own takes no share: 200 - 57 = 143, less 14.
    expect(found(net(NORM, { batchSize: 128, split }), 200, 57)).toBeDefined();
    expect(found(net(NORM, { batchSize: 128, split }), 200, null)).toBeUndefined();
  });

  test('needs no data to be refused batches of one, and none to be let through', () => {
    const one = net(NORM, { batchSize: 1 });
    const problem = analyse(one).problems.find(({ code }) => code === CODE);
    expect(problem?.fixes?.map(({ label }) => label)).toEqual(['Set batch size to 32']);
    expect(found(one, 33)?.fixes?.map(({ label }) => label)).toEqual(['Set batch size to 31']);
    expect(analyse(net(NORM, { batchSize: 128 })).trainable).toBe(true);
  });

  test('is refused a single training sample, which no setting mends', () => {
    const problem = found(net(NORM, {}), 1);
    expect(problem?.message).toContain('all that there is to train on is 1');
    expect(problem?.fixes).toBeUndefined();
  });

  test('does not matter bypassed, or where no loss sees it', () => {
    const document = net(NORM, { batchSize: 128 });
    const [data, fc1, bn1, ...rest] = document.nodes;
    const bypassed = { ...document, nodes: [data!, fc1!, { ...bn1!, bypassed: true }, ...rest] };
    expect(found(bypassed, 129)).toBeUndefined();
    const aside = { ...bn1!, id: 'aside', position: { x: 0, y: 900 } };
    const branch = {
      ...net([['fc1', 'Linear', { outFeatures: 6 }]], { batchSize: 128 }),
    };
    const wires = [
      ...branch.wires,
      { from: { node: 'fc1', port: 'y' }, to: { node: 'aside', port: 'x' } },
    ];
    expect(found({ ...branch, nodes: [...branch.nodes, aside], wires }, 129)).toBeUndefined();
  });
});

test('images of one pixel are vectors; of two they are not', () => {
  const images = (height: number) =>
    chain(
      [
        ['bn1', 'BatchNorm2d'],
        ['flat', 'Flatten'],
        ['fc', 'Linear', { outFeatures: 10 }],
        ['loss', 'CrossEntropyLoss'],
      ],
      {
        fields: [{ name: 'image', role: 'input', dtype: 'f32', shape: [3, height, 1] }, LABEL],
        training: { batchSize: 8, split: { validation: 0, test: 0 } },
      },
    );
  expect(found(images(1), 9)).toBeDefined();
  expect(found(images(2), 9)).toBeUndefined();
  expect([images(1), images(2)].map((document) => wantsFacts(analyse(document)))).toEqual([
    true,
    false,
  ]);
});

test('the size that is offered fits whatever the number of samples', () => {
  for (let samples = 2; samples < 80; samples++) {
    for (const batchSize of [1, 2, 3, 7, 31, 64]) {
      const document = net(NORM, { batchSize });
      for (const { edits } of found(document, samples)?.fixes ?? []) {
        expect(found(applyEdits(document, edits), samples)).toBeUndefined();
      }
    }
  }
});

/**
 * Rule: a batch in which every label is ignored has a loss and gradients of 0, so that its update leaves the weights as
 * they were; whatever the loss, alone and as a part of several batches for one update.
 */
import { describe, expect, test } from 'vitest';
import type { Backend } from '#engine/backends/backend.ts';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import type { RawAttrs } from '#engine/ir/attrs.ts';
import { startRun, wasm } from '#test/support/engineRun.ts';
import { data, features, LABEL, network } from '#test/support/network.ts';
import { points } from '#test/support/smallNetworks.ts';
import { oneUpdate, trainSteps } from '#test/support/trainSteps.ts';

/** Of one class, the one that is ignored: all labels are. */
const LABELS = { ...LABEL, classes: 1, classNames: ['ignored'] };

function judged(loss: string, attrs: RawAttrs, optimizer: string) {
  return network(
    [
      data([features(4), LABELS]),
      ['fc', 'Linear', { outFeatures: 3 }],
      ...(loss === 'NLLLoss' ? [['log', 'LogSoftmax'] as const] : []),
      ['loss', loss, { ignoreIndex: 0, ...attrs }],
    ],
    [
      'data.features > fc.x',
      ...(loss === 'NLLLoss'
        ? ['fc.y > log.x', 'log.y > loss.prediction']
        : ['fc.y > loss.prediction']),
      'data.label > loss.target',
    ],
    { objectives: [{ optimizer: { type: optimizer, attrs: { lr: 0.1 } } }] },
  );
}

const BACKENDS: readonly (readonly [string, () => Backend | Promise<Backend>])[] = [
  ['reference', createReferenceBackend],
  ['wasm', wasm(1)],
];

describe.each(BACKENDS)('%s', (_, open) => {
  test.each([
    ['CrossEntropyLoss', {}, 'SGD'],
    ['CrossEntropyLoss', { weight: [1, 2, 3] }, 'SGD'],
    ['CrossEntropyLoss', { labelSmoothing: 0.1 }, 'SGD'],
    ['CrossEntropyLoss', {}, 'Adam'],
    ['NLLLoss', {}, 'SGD'],
    ['NLLLoss', { weight: [1, 2, 3] }, 'SGD'],
  ] as const)('%s %o by %s', async (loss, attrs, optimizer) => {
    const document = judged(loss, attrs, optimizer);
    const backend = await open();
    const options = { batch: 2, steps: 2 };
    const { losses, gradients, parameters } = await trainSteps(backend, document, options);
    const before = await trainSteps(backend, document, { ...options, lr: 0 });
    expect(losses).toEqual([0, 0]);
    for (const [name, gradient] of gradients) {
      expect(
        [...gradient].every((each) => each === 0),
        name,
      ).toBe(true);
    }
    expect(parameters).toEqual(before.parameters);
    const several = await oneUpdate(backend, document, { samples: 16, parts: 4 });
    for (const [name, weights] of several) {
      expect([...weights].map(Math.fround), name).toEqual([...(parameters.get(name) ?? [])]);
    }
  });
});

/** One step of one sample, of either class. */
async function stepOf(seed: number) {
  const plain = points('moons', 'crossEntropy', { batchSize: 1, seed });
  const nodes = plain.nodes.map((node) =>
    node.id === 'loss' ? { ...node, attrs: { ignoreIndex: 0 } } : node,
  );
  const run = await startRun({ ...plain, nodes }, wasm(1), { maxSteps: 1 });
  const { state } = await run.ended();
  return { state, values: run.points('train').at(-1)?.values ?? {} };
}

test('a point of the curve without a label that counts has no loss, and training goes on', async () => {
  const steps = await Promise.all([1, 2, 3, 4, 5, 6].map(stepOf));
  expect(steps.map(({ state }) => state)).toEqual(steps.map(() => 'finished'));
  const [without, having] = [true, false].map((isIgnored) =>
    steps.filter(({ values }) => 'loss' in values !== isIgnored),
  );
  expect(without?.length).toBeGreaterThan(0);
  expect(having?.length).toBeGreaterThan(0);
  for (const { values } of without ?? []) {
    expect(Object.keys(values)).toContain('learningRate');
    expect(Object.values(values).every(Number.isFinite)).toBe(true);
  }
});

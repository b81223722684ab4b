/**
 * Rule: a unit counts as silent when it answers zero to every one of many training samples, and the count
 * says how many; what of it is a reason to worry is a problem with its node and a way out.
 */
import { describe, expect, test } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { writeSafetensors } from '#engine/export/safetensors.ts';
import { applyEdits } from '#engine/ir/applyEdits.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { fileStore, startRun, wasm } from '#test/support/engineRun.ts';
import { chain, features, LABEL } from '#test/support/network.ts';
import { batchNormCnn, fed } from '#test/support/smallNetworks.ts';

const UNITS = 8;
const WEIGHTS = '/weights.safetensors';

/** 240 points; half of them train. Nothing moves, so that what is counted is what was put in. */
function still(training: Readonly<Record<string, unknown>> = {}): NetworkDocument {
  const document = chain(
    [
      ['fc1', 'Linear', { outFeatures: UNITS }],
      ['relu', 'ReLU'],
      ['fc2', 'Linear', { outFeatures: 2 }],
      ['loss', 'CrossEntropyLoss'],
    ],
    {
      input: 'features',
      fields: [features(2), { ...LABEL, classes: 2 }],
      training: {
        batchSize: 16,
        epochs: 2,
        split: { validation: 0, test: 0.5 },
        objectives: [{ optimizer: { type: 'SGD', attrs: { lr: 0 } } }],
        ...training,
      },
    },
  );
  return fed(document, 'moons', { count: 240 });
}

/** Weights of `still` in which so many units are far below zero for any point, and the others far above. */
function withSilent(silent: number) {
  const store = fileStore();
  const bias = Float32Array.from({ length: UNITS }, (_, i) => (i < silent ? -1000 : 1000));
  const tensors = {
    'fc1.weight': { shape: [UNITS, 2], data: new Float32Array(2 * UNITS).fill(0.1) },
    'fc1.bias': { shape: [UNITS], data: bias },
    'fc2.weight': { shape: [2, UNITS], data: new Float32Array(2 * UNITS).fill(1e-4) },
    'fc2.bias': { shape: [2], data: new Float32Array(2) },
  };
  store.content.set(
    WEIGHTS,
    writeSafetensors({ tensors: new Map(Object.entries(tensors)), metadata: {} }),
  );
  return store.host;
}

async function lastFrame(silent: number, document = still(), backend = wasm(1)) {
  const request = { telemetryHz: 10, initWeights: WEIGHTS };
  const run = await startRun(document, backend, request, withSilent(silent));
  expect(await run.ended()).toMatchObject({ state: 'finished' });
  const frames = run.told.telemetry.map(({ frame }) => frame);
  return { first: frames[0]!, last: frames.at(-1)! };
}

describe.each([
  ['reference', () => Promise.resolve(createReferenceBackend())],
  ['wasm', wasm(2)],
] as const)('%s', (_name, backend) => {
  test('counts over all the training samples, from the first frame on', async () => {
    const { first, last } = await lastFrame(3, still(), backend);
    const counted = { silent: 3, units: UNITS, samples: 120 };
    const relu = ({ nodes }: typeof first) => nodes.find(({ node }) => node === 'relu');
    expect(relu(first)?.silence).toEqual({ ...counted, step: 1 });
    expect(last.step).toBe(16);
    expect(relu(last)?.silence).toEqual({ ...counted, step: 16 });
    // Nothing else can fall silent.
    expect(last.nodes.filter(({ silence }) => silence).map(({ node }) => node)).toEqual(['relu']);
  });
});

test('a feature map is one unit, and a thousand samples are enough', async () => {
  const run = await startRun(fed(batchNormCnn({ epochs: 1 }), 'digits', { count: 2000 }), wasm(1), {
    telemetryHz: 10,
    maxSteps: 2,
  });
  await run.ended();
  const [frame] = run.told.telemetry;
  const relu = frame?.frame.nodes.find(({ node }) => node === 'relu1');
  expect(relu?.silence).toMatchObject({ units: 6, samples: 1024 });
});

test.each([
  [5, null],
  [6, 'warning'],
  [7, 'warning'],
  [8, 'error'],
] as const)('of 8 units %d silent ones are: %s', async (silent, severity) => {
  const { last } = await lastFrame(silent);
  expect(last.problems ?? []).toMatchObject(
    severity === null ? [] : [{ code: 'training.silent-units', node: 'relu', severity }],
  );
});

test('the problem says how many samples, and its fixes apply', async () => {
  const document = still();
  const [problem] = (await lastFrame(8, document)).last.problems ?? [];
  expect(problem?.message).toBe('8 of 8 units answer zero to all 120 training samples looked at.');
  const types = (problem?.fixes ?? []).map(({ label, edits }) => {
    const { nodes } = applyEdits(document, edits);
    return [label, nodes.find(({ id }) => id === 'relu')?.type];
  });
  expect(types).toEqual([['Use LeakyReLU instead', 'LeakyReLU']]);
});

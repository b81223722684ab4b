/**
 * Rule: each training step on the CPU engine, in float32 and with fused kernels, is the reference's step in
 * float64: loss, gradients and updated parameters agree to 1e-5. Both start each step from the same
 * numbers, since training itself amplifies what rounding differs in: how, test/bench/lossCurves.bench.ts shows.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { wasm } from '#test/support/engineRun.ts';
import { deviation, lossCurve, workload } from '#test/support/lossCurve.ts';
import { chain, IMAGE, LABEL } from '#test/support/network.ts';
import { compareSteps } from '#test/support/stepDeviation.ts';

const TOLERANCE = 1e-5;
const engine = await wasm(2)();
const reference = createReferenceBackend();
afterAll(() => engine.close());

interface Size {
  readonly batch: number;
  readonly steps: number;
}

async function expectEachStepToAgree(document: NetworkDocument, size: Size): Promise<void> {
  const found = await compareSteps([engine, reference], document, size);
  expect(found).toHaveLength(size.steps);
  for (const what of ['loss', 'gradients', 'parameters'] as const) {
    expect(Math.max(...found.map((step) => step[what])), what).toBeLessThan(TOLERANCE);
  }
}

const vector = { ...IMAGE, shape: [784] };
const smallMlp = chain(
  [
    ['fc1', 'Linear', { outFeatures: 12 }],
    ['relu1', 'ReLU'],
    ['drop', 'Dropout', { p: 0.2 }],
    ['fc2', 'Linear', { outFeatures: 10 }],
    ['loss', 'CrossEntropyLoss'],
  ],
  { fields: [vector, LABEL] },
);
const smallCnn = chain([
  ['conv1', 'Conv2d', { outChannels: 4, kernelSize: [3, 3], stride: [2, 2], padding: [1, 1] }],
  ['bn1', 'BatchNorm2d'],
  ['relu1', 'ReLU'],
  ['pool1', 'MaxPool2d', { kernelSize: [2, 2] }],
  ['flat', 'Flatten'],
  ['fc', 'Linear', { outFeatures: 10 }],
  ['loss', 'CrossEntropyLoss'],
]);
const smallAutoencoder = chain(
  [
    ['fc1', 'Linear', { outFeatures: 6 }],
    ['relu1', 'ReLU'],
    ['fc2', 'Linear', { outFeatures: 784 }],
    ['out', 'Sigmoid'],
    ['loss', 'MSELoss'],
  ],
  { fields: [vector, LABEL], target: 'image' },
);

describe('the first steps of the workloads', () => {
  test.each([
    ['W1', { batch: 4, steps: 3 }],
    ['W3', { batch: 1, steps: 2 }],
    ['W4', { batch: 2, steps: 1 }],
    ['W5', { batch: 4, steps: 2 }],
  ] as const)('%s', (name, size) => expectEachStepToAgree(workload(name), size));
});

describe('a hundred steps of their small likes', () => {
  test.each([
    ['with dropout', smallMlp],
    ['convolution and batch norm', smallCnn],
    ['autoencoder', smallAutoencoder],
  ] as const)('%s', (_, document) => expectEachStepToAgree(document, { batch: 4, steps: 100 }));
});

test('left alone, the losses stay on the curve of the reference while no kink is crossed', async () => {
  const size = { batch: 8, steps: 20 };
  const wanted = await lossCurve(reference, smallMlp, size);
  expect(deviation(await lossCurve(engine, smallMlp, size), wanted)).toBeLessThan(TOLERANCE);
  expect(wanted.at(-1)).toBeLessThan(wanted[0] ?? 0);
});

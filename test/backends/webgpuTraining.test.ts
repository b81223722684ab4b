/**
 * Rule: whole training steps on the GPU follow those of the CPU engine: every loss, and where the
 * parameters are after the last. Small versions of the benchmark's networks, their masks included.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import '../support/allclose.ts';
import { sharedTestGpu } from '../support/gpu.ts';
import { chain, imageOf, LABEL, type NodeText } from '../support/network.ts';
import { nodePlatform } from '../support/nodePlatform.ts';
import { tinyAutoencoder } from '../support/smallNetworks.ts';
import { trainSteps } from '../support/trainSteps.ts';

const cpu = await createWasmBackend(nodePlatform(), { threads: 1 });
const gpu = await sharedTestGpu();
afterAll(() => cpu.close());

const mlp = chain(
  [
    ['fc1', 'Linear', { outFeatures: 24 }],
    ['relu1', 'ReLU'],
    ['drop1', 'Dropout', { p: 0.2 }],
    ['fc2', 'Linear', { outFeatures: 10 }],
    ['loss', 'CrossEntropyLoss'],
  ],
  { fields: [imageOf(37), LABEL] },
);

const convolutions = (norm: boolean): NodeText[] => [
  ['conv1', 'Conv2d', { outChannels: 6, kernelSize: [3, 3], padding: [1, 1] }],
  ...(norm ? ([['bn1', 'BatchNorm2d']] as NodeText[]) : []),
  ['relu1', 'ReLU'],
  ['pool1', 'MaxPool2d', { kernelSize: [2, 2] }],
  ['conv2', 'Conv2d', { outChannels: 8, kernelSize: [3, 3], padding: [1, 1] }],
  ...(norm ? ([['bn2', 'BatchNorm2d']] as NodeText[]) : []),
  ['relu2', 'ReLU'],
  ['flatten', 'Flatten'],
  ['fc', 'Linear', { outFeatures: 10 }],
  ['loss', 'CrossEntropyLoss'],
];
const cnn = (norm: boolean) => chain(convolutions(norm), { fields: [imageOf(1, 10, 10), LABEL] });

const cases = [
  ['perceptron with dropout', mlp],
  ['convolutions', cnn(false)],
  ['convolutions with batch norm', cnn(true)],
  ['autoencoder', tinyAutoencoder],
] as const;

describe.each(cases)('%s', (_name, document) => {
  test('100 steps of loss within 1e-5, gradients of the first within 1e-4', async () => {
    const first = { batch: 12, steps: 1 };
    const wanted = await trainSteps(cpu, document, first);
    const found = await trainSteps(gpu, document, first);
    // A bias before batch norm has no gradient but rounding: what is small is so beside the others.
    const largest = Math.max(
      ...[...wanted.gradients.values()].flatMap((g) => [...g.map(Math.abs)]),
    );
    for (const [name, gradient] of wanted.gradients) {
      expect(found.gradients.get(name), name).toBeAllclose(gradient, {
        rtol: 1e-4,
        atol: 1e-5 * largest,
      });
    }
    const long = { batch: 12, steps: 100 };
    const [onCpu, onGpu] = [
      await trainSteps(cpu, document, long),
      await trainSteps(gpu, document, long),
    ];
    expect(onGpu.losses).toBeAllclose(onCpu.losses, { rtol: 1e-5, atol: 1e-6 });
    expect(onGpu.losses.at(-1)).toBeLessThan(onGpu.losses[0] ?? 0);
  });

  test('the same numbers every time', async () => {
    const few = { batch: 12, steps: 5 };
    const [one, other] = [
      await trainSteps(gpu, document, few),
      await trainSteps(gpu, document, few),
    ];
    expect(one.losses).toEqual(other.losses);
    expect(one.parameters).toEqual(other.parameters);
  });
});

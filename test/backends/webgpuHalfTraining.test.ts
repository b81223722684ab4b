/**
 * Rule: with activations kept as 16-bit floats a network learns as with 32-bit ones, in about half the
 * memory; gradients that overflow cost a step, not the weights.
 */
import { describe, expect, it } from 'vitest';
import { LOSS_SCALE } from '#engine/compile/index.ts';
import type { KernelCall } from '#engine/compile/program.ts';
import type { RunMemory } from '#engine/training/memory.ts';
import '../support/allclose.ts';
import { sharedTestGpu } from '../support/gpu.ts';
import { chain, imageOf, LABEL, type NodeText } from '../support/network.ts';
import { tinyAutoencoder } from '../support/smallNetworks.ts';
import { compileSteps, trainSteps } from '../support/trainSteps.ts';

const gpu = await sharedTestGpu();
const canStoreAsFloat16 = (call: KernelCall): boolean => gpu.canStoreAsFloat16?.(call) ?? false;

const mlp = chain(
  [
    ['fc1', 'Linear', { outFeatures: 64 }],
    ['relu1', 'ReLU'],
    ['drop1', 'Dropout', { p: 0.2 }],
    ['fc2', 'Linear', { outFeatures: 32 }],
    ['gelu', 'GELU'],
    ['fc3', 'Linear', { outFeatures: 10 }],
    ['loss', 'CrossEntropyLoss'],
  ],
  { fields: [imageOf(40), LABEL] },
);
const convolutions: NodeText[] = [
  ['conv1', 'Conv2d', { outChannels: 8, kernelSize: [3, 3], padding: [1, 1] }],
  ['bn1', 'BatchNorm2d'],
  ['relu1', 'ReLU'],
  ['pool1', 'MaxPool2d', { kernelSize: [2, 2] }],
  ['conv2', 'Conv2d', { outChannels: 8, kernelSize: [3, 3], padding: [1, 1] }],
  ['relu2', 'ReLU'],
  ['flatten', 'Flatten'],
  ['fc', 'Linear', { outFeatures: 10 }],
  ['loss', 'CrossEntropyLoss'],
];
const cnn = chain(convolutions, { fields: [imageOf(1, 12, 12), LABEL] });

const few = { batch: 16, steps: 20, lr: 1e-2 };

describe.each([
  ['perceptron', mlp],
  ['convolutions', cnn],
  ['autoencoder', tinyAutoencoder],
] as const)('%s', (_name, document) => {
  it('learns the same', async () => {
    const whole = await trainSteps(gpu, document, few);
    const halves = await trainSteps(gpu, document, { ...few, canStoreAsFloat16 });
    // Rounded at a 2000th, in every layer of every step.
    expect(halves.losses).toBeAllclose(whole.losses, { rtol: 2e-2, atol: 0 });
    expect(halves.losses).not.toEqual(whole.losses);
  });

  it('takes about half the memory for activations', () => {
    const whole = compileSteps(document, 64);
    const halves = compileSteps(document, 64, false, canStoreAsFloat16);
    expect(halves.workBytes / whole.workBytes).toBeLessThan(0.75);
  });
});

it('a step whose gradients are too large for 16 bits is not taken, and the next is scaled less', async () => {
  const steps = { ...few, steps: 1, canStoreAsFloat16 };
  const scales: number[] = [];
  const tooLarge = async (step: number, memory: RunMemory): Promise<void> => {
    const slot = memory.compiled.layout.buffers.get(LOSS_SCALE);
    if (step === 0 && slot) memory.session.write(slot.ref, Float32Array.of(2 ** 30));
    scales.push(await memory.readBuffer(LOSS_SCALE));
  };
  const overflowed = await trainSteps(gpu, mlp, { ...steps, before: tooLarge });
  const untouched = await trainSteps(gpu, mlp, { ...steps, steps: 0 });
  expect(overflowed.parameters).toEqual(untouched.parameters);
  const onward = await trainSteps(gpu, mlp, { ...steps, steps: 12, before: tooLarge });
  expect(onward.parameters).not.toEqual(untouched.parameters);
  expect(scales.at(-1)).toBeLessThanOrEqual(2 ** 24);
});

/**
 * Rules of loss scaling, apart from 16-bit floats: powers of two change no number; a step whose gradients
 * are not all finite changes neither weights nor moments and halves the factor; many good ones double it.
 */
import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import { LOSS_SCALE } from '#engine/compile/index.ts';
import type { RunMemory } from '#engine/training/memory.ts';
import '../support/allclose.ts';
import { chain, features, LABEL } from '../support/network.ts';
import { nodePlatform } from '../support/nodePlatform.ts';
import { compileSteps, trainSteps } from '../support/trainSteps.ts';

const document = chain(
  [
    ['fc1', 'Linear', { outFeatures: 24 }],
    ['tanh', 'Tanh'],
    ['fc2', 'Linear', { outFeatures: 10 }],
    ['loss', 'CrossEntropyLoss'],
  ],
  { fields: [{ ...features(16), name: 'image' }, LABEL] },
);
/** The loss is scaled, and nothing kept in 16 bits. */
const canStoreAsFloat16 = (): boolean => false;
const GOOD_STEPS = '$optimizer.goodSteps';

async function set(memory: RunMemory, name: string, value: number): Promise<void> {
  const slot = memory.compiled.layout.buffers.get(name);
  if (!slot) throw new Error(`no buffer ${name}`);
  memory.session.write(slot.ref, Float32Array.of(value));
  await memory.session.settled();
}

describe('a scaled loss', () => {
  it('trains to the same numbers', async () => {
    const wasm = await createWasmBackend(nodePlatform(), { threads: 2 });
    try {
      for (const backend of [wasm, createReferenceBackend()]) {
        const steps = { batch: 12, steps: 20 };
        const plain = await trainSteps(backend, document, steps);
        const scaled = await trainSteps(backend, document, { ...steps, canStoreAsFloat16 });
        expect(scaled.losses).toEqual(plain.losses);
        expect(scaled.parameters).toEqual(plain.parameters);
        // What others see of gradients is not scaled.
        expect(scaled.gradients).toEqual(plain.gradients);
      }
    } finally {
      await wasm.close();
    }
  });

  it('skips a step whose gradients overflow, moments and all', async () => {
    const reference = createReferenceBackend();
    const scales: number[] = [];
    const options = {
      batch: 12,
      canStoreAsFloat16,
      before: async (step: number, memory: RunMemory) => {
        // A factor that no gradient survives.
        if (step === 5) await set(memory, LOSS_SCALE, Infinity);
        scales.push(await memory.readBuffer(LOSS_SCALE));
        if (step === 6) await set(memory, LOSS_SCALE, 2 ** 10);
      },
    };
    const skipped = await trainSteps(reference, document, { ...options, steps: 6 });
    const before = await trainSteps(reference, document, { batch: 12, steps: 5 });
    expect(skipped.parameters).toEqual(before.parameters);
    scales.length = 0;
    const onward = await trainSteps(reference, document, { ...options, steps: 12 });
    for (const values of onward.parameters.values()) {
      expect(values.every(Number.isFinite)).toBe(true);
    }
    expect(scales.slice(0, 5)).toEqual([1, 1, 1, 1, 1].map(() => 2 ** 16));
    expect(scales.at(-1)).toBe(2 ** 10);
  });

  // As torch.amp.GradScaler: optimizer.step() is not called, so what it counts stands still.
  it.each(['Adam', 'AdamW', 'SGD'])('a skipped step is none for %s', async (type) => {
    const { training } = document;
    const attrs = type === 'SGD' ? { momentum: 0.9, dampening: 0.5 } : { weightDecay: 0.1 };
    const optimizer = { type, attrs: { lr: 1e-3, ...attrs } };
    const objectives = training.objectives.map((each) => ({ ...each, optimizer }));
    const own = { ...document, training: { ...training, objectives } };
    const reference = createReferenceBackend();
    const skipping = await trainSteps(reference, own, {
      batch: 12,
      steps: 8,
      canStoreAsFloat16,
      rowsOfStep: (step) => Math.max(0, step - 2),
      before: async (step, memory) => {
        if (step === 0) await set(memory, LOSS_SCALE, Infinity);
        if (step === 1) await set(memory, LOSS_SCALE, Infinity);
        if (step === 2) await set(memory, LOSS_SCALE, 2 ** 10);
      },
    });
    const taken = await trainSteps(reference, own, { batch: 12, steps: 6 });
    expect(skipping.parameters).toEqual(taken.parameters);
  });

  it('halves its factor after an overflow, doubles it after 2000 good steps', async () => {
    const reference = createReferenceBackend();
    const factors: number[] = [];
    await trainSteps(reference, document, {
      batch: 4,
      steps: 5,
      canStoreAsFloat16,
      before: async (step, memory) => {
        factors.push(await memory.readBuffer(LOSS_SCALE));
        if (step === 1) await set(memory, GOOD_STEPS, 1998);
        if (step === 3) {
          const slot = memory.compiled.layout.parameters.get('fc2.weight');
          if (slot) memory.session.write(slot.ref, new Float32Array(240).fill(NaN));
        }
      },
    });
    expect(factors).toEqual([2 ** 16, 2 ** 16, 2 ** 16, 2 ** 17, 2 ** 16]);
  });

  it('is part of the optimiser’s state, not of the model', async () => {
    const compiled = compileSteps(document, 4, false, canStoreAsFloat16);
    expect(compiled.layout.buffers.has(LOSS_SCALE)).toBe(true);
    expect(compileSteps(document, 4).layout.buffers.has(LOSS_SCALE)).toBe(false);
  });
});

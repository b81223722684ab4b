/**
 * Rules of several batches for one update: the same as one batch of all their samples, also where the last
 * of an epoch is smaller; nothing is updated in between. Of averaged weights: they are what is evaluated, saved
 * and kept as the best, where the document says so, and what is trained goes on beside them.
 */
import { describe, expect, test } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import type { RawAttrs } from '#engine/ir/attrs.ts';
import '#test/support/allclose.ts';
import { fileStore, startRun, tensorsIn, wasm } from '#test/support/engineRun.ts';
import { data, LABEL, network, type NodeText, target } from '#test/support/network.ts';
import { points } from '#test/support/smallNetworks.ts';
import { oneUpdate } from '#test/support/trainSteps.ts';

const SGD = { objectives: [{ optimizer: { type: 'SGD', attrs: { lr: 0.1 } } }] };
const SAVED = 'final.safetensors';

async function trained(settings: RawAttrs, maxSteps?: number) {
  const store = fileStore();
  const document = points('moons', 'crossEntropy', { epochs: 3, seed: 3, ...settings });
  const steps = maxSteps === undefined ? {} : { maxSteps };
  const request = { checkpointDir: 'run', saveWeights: SAVED, ...steps };
  const run = await startRun(document, wasm(1), request, store.host);
  const { step } = await run.ended();
  return {
    step,
    saved: tensorsIn(store.content, SAVED).tensors,
    last: tensorsIn(store.content, 'run/last.safetensors').tensors,
    test: run.points('test').at(-1)?.values['loss'] ?? NaN,
    log: run.told.log.map(({ entry }) => entry.message),
  };
}

describe('several batches for an update', () => {
  test('make the update of one large batch', async () => {
    const large = await trained({ batchSize: 60 });
    const several = await trained({ batchSize: 20, accumulateSteps: 3 });
    expect(several.step).toBeGreaterThan(2 * large.step);
    for (const [name, { data }] of large.saved) {
      const own = several.saved.get(name)?.data ?? [];
      expect(Array.from(own), name).toBeAllclose(Array.from(data), { rtol: 1e-4, atol: 1e-5 });
    }
  });

  test('change no weight before the last of them', async () => {
    const none = await trained({ batchSize: 20, accumulateSteps: 3 }, 2);
    const first = await trained({ batchSize: 20, accumulateSteps: 3 }, 3);
    const begun = await trained({ batchSize: 20, accumulateSteps: 3 }, 1);
    expect(none.saved).toEqual(begun.saved);
    expect(first.saved).not.toEqual(none.saved);
  });
});

describe('where places of a sample count differently', () => {
  const places = { ...LABEL, classes: 5, shape: [6] };
  const [tokens, next] = [
    { ...places, name: 'tokens' },
    { ...places, name: 'next' },
  ];
  const nodes: readonly NodeText[] = [
    data([tokens, next, target(1)]),
    ['embed', 'Embedding', { embeddingDim: 4 }],
    ['scores', 'Linear', { outFeatures: 5, lastDimension: true }],
  ];
  const wires = ['data.tokens > embed.x', 'embed.y > scores.x', 'scores.y > loss.prediction'];
  const judged = (loss: RawAttrs) =>
    network(
      [...nodes, ['loss', 'CrossEntropyLoss', loss]],
      [...wires, 'data.next > loss.target'],
      SGD,
    );
  const beside = network(
    [
      ...nodes,
      ['loss', 'CrossEntropyLoss', { weight: [0, 1, 5, 0.5, 2] }],
      ['flat', 'Flatten'],
      ['one', 'Linear', { outFeatures: 1 }],
      ['other', 'MSELoss'],
    ],
    [
      ...wires,
      'data.next > loss.target',
      'embed.y > flat.x',
      'flat.y > one.x',
      'one.y > other.prediction',
      'data.target > other.target',
    ],
    SGD,
  );
  const mostIgnored = judged({ weight: [0, 0, 0, 0, 1], ignoreIndex: 1 });

  test.each([
    ['an ignored label', judged({ ignoreIndex: 0 })],
    ['weights of classes', judged({ weight: [0.1, 3, 1, 0.5, 2], ignoreIndex: 2 })],
    ['batches in which next to nothing counts', mostIgnored],
    ['another loss beside, over samples', beside],
  ])('%s: 4 of 8 make the update of one of 32', async (_title, document) => {
    const backend = createReferenceBackend();
    const large = await oneUpdate(backend, document, { samples: 32, parts: 1 });
    const several = await oneUpdate(backend, document, { samples: 32, parts: 4 });
    expect(large.size).toBeGreaterThan(2);
    for (const [name, weights] of large) {
      expect(Array.from(several.get(name) ?? []), name).toBeAllclose(Array.from(weights), {
        rtol: 1e-12,
        atol: 1e-14,
      });
    }
  });
});

describe('averaged weights', () => {
  test('are what is evaluated and saved', async () => {
    const plain = await trained({ batchSize: 20 });
    const averaged = await trained({ batchSize: 20, ema: { decay: 0.98, evaluate: true } });
    const beside = await trained({ batchSize: 20, ema: { decay: 0.98, evaluate: false } });
    // What is trained is the same in all three.
    expect(averaged.last.get('fc1.weight')).toEqual(plain.last.get('fc1.weight'));
    expect(beside.saved).toEqual(plain.saved);
    expect(beside.test).toBe(plain.test);
    expect(averaged.saved.get('fc1.weight')).toEqual(averaged.last.get('$average.fc1.weight'));
    expect(averaged.saved.get('fc1.weight')).not.toEqual(plain.saved.get('fc1.weight'));
    expect(averaged.test).not.toBe(plain.test);
    expect(averaged.log.join(' ')).toMatch(/average of the weights/);
    expect(plain.log.join(' ')).not.toMatch(/average of the weights/);
  });
});

/**
 * Rules of writing: the same seed writes the same text, the likeliest token needs none, what is drawn is drawn by its
 * probability, and a network that did not learn to go on with a text says so.
 */
import { beforeAll, expect, test } from 'vitest';
import type { NetworkDocument } from '#engine/ir/document.ts';
import tales from '#engine/datasets/tales.ts';
import { readOptions } from '#engine/datasets/core/source.ts';
import { RandomStream } from '#engine/ops/philox.ts';
import type { Writing } from '#engine/protocol/engineContract.ts';
import { drawn } from '#engine/training/generate.ts';
import { type EngineRun, fileStore, startRun, wasm } from '#test/support/engineRun.ts';
import { chain, type NodeText } from '#test/support/network.ts';
import { curve, fed } from '#test/support/smallNetworks.ts';

const WEIGHTS = '/weights.safetensors';
const EMBED: NodeText = ['embed', 'Embedding', { embeddingDim: 8 }];

function writer(predict: 'next' | 'sequence', nodes: readonly NodeText[]): NetworkDocument {
  const options = { length: 6, count: 300, predict };
  const fields = tales.fields?.(readOptions(tales, options)) ?? [];
  const training = { batchSize: 32, epochs: 2 };
  const last = { outFeatures: fields[1]?.classes ?? 0, lastDimension: predict === 'sequence' };
  const all: readonly NodeText[] = [
    ...[EMBED, ...nodes, ['fc', 'Linear', last] satisfies NodeText],
    ['loss', 'CrossEntropyLoss'],
  ];
  return fed(chain(all, { fields, input: 'tokens', training }), 'tales', options);
}

const next = writer('next', [['flat', 'Flatten']]);
const sequence = writer('sequence', []);

async function trained(document: NetworkDocument): Promise<EngineRun> {
  const { host } = fileStore();
  const run = await startRun(document, wasm(1), { saveWeights: WEIGHTS }, host);
  expect((await run.ended()).state).toBe('finished');
  return run;
}

let runs: ReadonlyMap<NetworkDocument, EngineRun>;
beforeAll(async () => {
  runs = new Map([
    [next, await trained(next)],
    [sequence, await trained(sequence)],
  ]);
});

const ASKED: Writing = { text: 'the old ', count: 24, temperature: 1, topK: 0, seed: 1 };
async function written(document: NetworkDocument, asked: Partial<Writing> = {}) {
  const run = runs.get(document);
  if (!run) throw new Error('not trained');
  return run.service.generate({ document, weights: WEIGHTS, ...ASKED, ...asked });
}

test.each([
  ['the next token', next],
  ['the next of each', sequence],
])('of %s: the same seed writes the same, another one something else', async (_name, document) => {
  const first = await written(document);
  expect(first.tokens).toHaveLength(24);
  expect(first.text).toBe(first.tokens.join(''));
  expect(await written(document)).toEqual(first);
  expect((await written(document, { seed: 2 })).text).not.toBe(first.text);
});
test('the likeliest needs no seed', async () => {
  const [first, second] = [
    await written(next, { temperature: 0 }),
    await written(next, { temperature: 0, seed: 9 }),
  ];
  expect(first.text).toBe(second.text);
  expect((await written(next, { topK: 1, seed: 5 })).text).toBe(first.text);
});
test('a beginning longer than the window counts by its end; a shorter one is told of', async () => {
  const long = await written(next, { text: 'whatever stood before the old ' });
  const short = await written(next, { text: 'e old ' });
  expect(long.text).toBe(short.text);
  expect(long.notes).toEqual([]);
  expect((await written(next, { text: 'old' })).notes).toHaveLength(1);
  expect((await written(sequence, { text: 'old' })).notes).toEqual([]);
});
test('what never learned to write says so', async () => {
  const document = curve({ epochs: 1 });
  const run = await trained(document);
  await expect(run.service.generate({ document, weights: WEIGHTS, ...ASKED })).rejects.toThrow(
    'did not learn to go on with a text',
  );
});
test('is drawn by probability, sharper when it is colder, and among the likeliest', () => {
  // Padding and the unknown token come first, and are never drawn.
  const probabilities = [0.9, 0.9, 0.5, 0.3, 0.2];
  const shares = (temperature: number, topK: number): readonly number[] => {
    const random = new RandomStream(4, 'data');
    const counts = [0, 0, 0, 0, 0];
    for (let i = 0; i < 4000; i++) {
      const token = drawn(probabilities, { temperature, topK, random });
      counts[token] = (counts[token] ?? 0) + 1 / 4000;
    }
    return counts;
  };
  const near = (found: readonly number[], wanted: readonly number[]): void =>
    wanted.forEach((each, i) => expect(Math.abs((found[i] ?? NaN) - each)).toBeLessThan(0.03));
  near(shares(1, 0), [0, 0, 0.5, 0.3, 0.2]);
  near(shares(0.5, 0), [0, 0, 25 / 38, 9 / 38, 4 / 38]);
  near(shares(1, 2), [0, 0, 5 / 8, 3 / 8, 0]);
});

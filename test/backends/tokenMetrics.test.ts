/**
 * Rule: what is told of a network that answers for each token counts tokens, without those of a label that is ignored,
 * and is the same however the samples fall into batches: in evaluation, on the curve of training, and as it is shown.
 */
import { expect, test } from 'vitest';
import type { RawAttrs } from '#engine/ir/attrs.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import tales from '#engine/datasets/tales.ts';
import { readOptions } from '#engine/datasets/core/source.ts';
import { type EngineRun, startRun, wasm } from '#test/support/engineRun.ts';
import { chain } from '#test/support/network.ts';
import { fed } from '#test/support/smallNetworks.ts';

const OPTIONS = { length: 5, count: 240, stride: 5, predict: 'sequence' };
/** A blank, which is every fifth token or so. */
const FIELDS = tales.fields?.(readOptions(tales, OPTIONS)) ?? [];
const BLANK = FIELDS[1]?.classNames?.indexOf(' ') ?? -1;

function document(loss: RawAttrs, training: RawAttrs): NetworkDocument {
  const classes = FIELDS[1]?.classes ?? 0;
  return fed(
    chain(
      [
        ['embed', 'Embedding', { embeddingDim: 6 }],
        ['fc', 'Linear', { outFeatures: classes, lastDimension: true }],
        ['loss', 'CrossEntropyLoss', loss],
      ],
      { fields: FIELDS, input: 'tokens', training: { epochs: 1, ...training } },
    ),
    'tales',
    OPTIONS,
  );
}

async function run(
  loss: RawAttrs,
  training: RawAttrs,
  watched: { readonly telemetryHz?: number } = {},
): Promise<EngineRun> {
  const request = { judgeTraining: 1000, ...watched };
  const found = await startRun(document(loss, training), wasm(1), request);
  expect((await found.ended()).state).toBe('finished');
  return found;
}

const still = { objectives: [{ optimizer: { type: 'SGD', attrs: { lr: 1e-12 } } }] };
const weight = FIELDS[1]?.classNames?.map((_, i) => (i % 3) + 0.5) ?? [];
const CASES: readonly (readonly [string, RawAttrs])[] = [
  ['all tokens', {}],
  ['without blanks', { ignoreIndex: BLANK }],
  ['classes that weigh differently, without blanks', { ignoreIndex: BLANK, weight }],
];

test.each(CASES)('%s: no matter how they fall into batches', async (_name, loss) => {
  // The weights stay as they were, so that every batch is judged by the same ones.
  const [whole, parts] = [
    await run(loss, { ...still, batchSize: 240 }),
    await run(loss, { ...still, batchSize: 37 }),
  ];
  const [a, b] = [whole, parts].map((each) => each.points('validation').at(-1)?.values);
  if (!a || !b) throw new Error('nothing was validated');
  expect(a['loss']).toBeGreaterThan(1);
  for (const key of ['loss', 'accuracy', 'perplexity', 'topK', 'f1', 'rocAuc']) {
    expect(b[key], key).toBeCloseTo(a[key] ?? NaN, 4);
  }
  // One step over all rows that train: the curve says what an evaluation of them does.
  const curve = whole.points('train').at(-1)?.values;
  const trained = whole.told.progress.findLast(({ progress }) => progress.trained)?.progress
    .trained;
  if (!curve || !trained) throw new Error('nothing was trained');
  for (const key of ['loss', 'accuracy']) {
    expect(curve[key], key).toBeCloseTo(trained.values[key] ?? NaN, 4);
  }
});
test('a label that is ignored is right in no figure', async () => {
  const [all, some] = [
    await run({}, { ...still, batchSize: 64 }),
    await run({ ignoreIndex: BLANK }, { ...still, batchSize: 64 }),
  ];
  const values = (each: EngineRun) => each.points('validation').at(-1)?.values ?? {};
  expect(values(some)['loss']).not.toBeCloseTo(values(all)['loss'] ?? NaN, 3);
  const confusion = some.told.confusion.at(-1)?.frame;
  const classes = confusion?.classNames.length ?? 0;
  expect(
    confusion?.counts.subarray(BLANK * classes, (BLANK + 1) * classes).every((n) => n === 0),
  ).toBe(true);
});
test('samples are shown token by token', async () => {
  const { told } = await run({ ignoreIndex: BLANK }, { batchSize: 64 }, { telemetryHz: 1000 });
  const frame = told.samples.at(-1)?.frame;
  if (frame?.kind !== 'tokens') throw new Error('no tokens are shown');
  expect(frame.names).toEqual(FIELDS[1]?.classNames);
  const [first] = frame.samples;
  if (!first) throw new Error('no samples');
  // Each label is the token after the one given.
  expect([...first.labels.subarray(0, 4)]).toEqual([...first.given.subarray(1)]);
  for (const { labels, predicted, sure } of frame.samples) {
    labels.forEach((label, i) => expect(predicted[i] === -1).toBe(label === BLANK));
    expect(sure.every((share) => share > 0 && share <= 1)).toBe(true);
  }
});

/**
 * Rule: a run whose data lies in a file until it has a place for it trains as one that holds it from the beginning does,
 * bit for bit: with what it shows, what it augments, and how its data is scaled.
 */
import { expect, test } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { columnFileParts, type DataTable, loadData } from '#engine/datasets/index.ts';
import type { RawAttrs } from '#engine/ir/attrs.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { prepare } from '#engine/training/prepare.ts';
import { fileStore, startRun, tensorsIn, wasm } from '#test/support/engineRun.ts';
import { memoryFiles } from '#test/support/memoryFiles.ts';
import { augmentedCnn, dropoutMlp, fed } from '#test/support/smallNetworks.ts';

const SAVED = 'saved.safetensors';
/** Enough to be left in the file. */
const COUNT = 5_600;
const digits = loadData('digits', { count: COUNT }, memoryFiles({}));
const content = async (table: DataTable): Promise<Uint8Array> =>
  new Uint8Array(Buffer.concat(columnFileParts(table, '')));

const settings = { epochs: 1, split: { validation: 0.01, test: 0.005 } };
const inDigits = (document: NetworkDocument, attrs: RawAttrs): NetworkDocument => ({
  ...document,
  nodes: document.nodes.map((node) =>
    node.type === 'Data' ? { ...node, attrs: { ...node.attrs, ...attrs } } : node,
  ),
});

async function train(document: NetworkDocument, isFiled: boolean, backend = wasm(2), more = {}) {
  const store = fileStore();
  store.content.set('data.bin', await content(await digits));
  const source = isFiled ? 'images:d' : 'digits';
  const run = await startRun(
    fed(document, source, isFiled ? {} : { count: COUNT }),
    backend,
    {
      ...(isFiled && { data: { kind: 'prepared' as const, path: 'data.bin' } }),
      ...{ saveWeights: SAVED, maxSteps: 8, ...more },
    },
    store.host,
  );
  const end = await run.ended();
  expect(end).toMatchObject({ state: 'finished' });
  const { tensors, metadata } = tensorsIn(store.content, SAVED);
  return {
    weights: [...tensors].map(([name, { data }]) => [name, data]),
    scaling: metadata['normalisation'],
    scores: run.told.metrics.flatMap(({ points }) =>
      points.filter(({ split }) => split !== 'train').map(({ values }) => values),
    ),
    samples: run.told.samples.at(-1)?.frame,
    // What is said of the split, copies looked for in the file among it.
    notes: run.told.log.map(({ entry }) => entry.message).filter((said) => /sample/.test(said)),
  };
}

test.each([
  ['pictures as they are', inDigits(dropoutMlp(settings), {})],
  [
    'scaled by their mean and deviation',
    inDigits(dropoutMlp(settings), { normalise: 'standardise' }),
  ],
  ['augmented', augmentedCnn(settings)],
])('%s', async (_name, document) => {
  const [filed, held] = [
    await train(document, true, wasm(2), { telemetryHz: 50 }),
    await train(document, false, wasm(2), { telemetryHz: 50 }),
  ];
  expect(held.samples).toBeDefined();
  expect(filed).toEqual(held);
});

test('where the memory is out of reach, augmented pictures among it', async () => {
  const reference = () => Promise.resolve(createReferenceBackend());
  const document = augmentedCnn({ ...settings, batchSize: 4 });
  const [filed, held] = [
    await train(document, true, reference, { maxSteps: 2 }),
    await train(document, false, reference, { maxSteps: 2 }),
  ];
  expect(filed).toEqual(held);
});

test('pictures are held by nobody but what computes with them', async () => {
  const path = 'data.bin';
  const files = memoryFiles({ [path]: await content(await digits) });
  const host = { files, data: { kind: 'prepared', path } as const };
  const yields = { yieldToEventLoop: () => Promise.resolve() };
  const document = fed(dropoutMlp(settings), 'images:d');
  const filed = await prepare(document, { ...host, ...yields, leavesLarge: true });
  expect(filed.stored.map(({ field }) => field.name)).toEqual(['label']);
  expect(filed.filed?.columns.map(({ field }) => field.name)).toEqual(['image']);
  const held = await prepare(document, { ...host, ...yields });
  expect(held.filed).toBeNull();
  expect([...filed.binding].toSorted()).toEqual([...held.binding].toSorted());
});

/**
 * Rule: rows that are read while a run trains are those that a run which holds them would train on: with the same
 * order the weights, scores and what is shown are the same, bit for bit. A file that fails ends the run with its name.
 */
import { describe, expect, test } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { type DataTable, loadData } from '#engine/datasets/index.ts';
import { inputError } from '#engine/ir/problem.ts';
import type { RawAttrs } from '#engine/ir/attrs.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { fileStore, startRun, tensorsIn, wasm } from '#test/support/engineRun.ts';
import { memoryFiles } from '#test/support/memoryFiles.ts';
import {
  augmentedBy,
  augmentedCnn,
  batchNormCnn,
  fed,
  points,
} from '#test/support/smallNetworks.ts';
import { heldAndStreamed } from '#test/support/streamedData.ts';

const SAVED = 'saved.safetensors';
const BY_PART = { kind: 'byColumn' };

/** `content`: the file of prepared data. */
async function train(
  document: NetworkDocument,
  content: Uint8Array,
  { backend = wasm(2), telemetryHz = 0, resume = false, store = fileStore(), maxSteps = 0 } = {},
  open?: ReturnType<typeof memoryFiles>['open'],
) {
  store.content.set('data.bin', content);
  const run = await startRun(
    document,
    backend,
    {
      ...{ data: { kind: 'prepared', path: 'data.bin' }, saveWeights: SAVED, telemetryHz },
      ...{ checkpointDir: 'run', resume, judgeTraining: 40 },
      ...(maxSteps > 0 && { maxSteps }),
    },
    open ? { files: { ...store.host.files!, open } } : store.host,
  );
  return { run, end: await run.ended(), store };
}

const outcome = ({ run, store }: Awaited<ReturnType<typeof train>>) => ({
  weights: [...tensorsIn(store.content, SAVED).tensors].map(([name, { data }]) => [name, data]),
  // Rows that validate are in another order where they are held, and sums of them differ by rounding.
  scores: (['validation', 'test'] as const).flatMap((split) =>
    run.points(split).map(({ step, values }) => {
      const rounded = Object.entries(values).map(([key, value]) => [key, value.toPrecision(6)]);
      return { split, step, values: Object.fromEntries(rounded) as unknown };
    }),
  ),
  judged: run.told.progress.findLast(({ progress }) => progress.trained)?.progress.trained?.samples,
});

/** What was shown last of each sample. */
function shown({ run }: Awaited<ReturnType<typeof train>>): ReadonlyMap<number, unknown> {
  const frame = run.told.samples.at(-1)?.frame;
  if (frame?.kind !== 'classification') throw new Error('no samples');
  return new Map(frame.samples.map((sample) => [sample.row, sample]));
}

const made = (source: string, count: number): Promise<DataTable> =>
  loadData(source, { count }, memoryFiles({}));
const settings = { split: BY_PART, batchSize: 32, epochs: 2 } as const;
const cases = [
  {
    name: 'numbers, standardised',
    document: (more = {}) =>
      fed(points('moons', 'crossEntropy', { ...settings, ...more }), 'csv:t.csv'),
    table: () => made('moons', 300),
    sizes: { buckets: [70, 61, 80], validation: 50, test: 39 },
  },
  {
    name: 'pictures kept as bytes',
    document: (more = {}) => fed(batchNormCnn({ ...settings, ...more }), 'images:d'),
    table: () => made('digits', 240),
    sizes: { buckets: [64, 64, 20], validation: 50, test: 42 },
  },
];

describe.each(cases)('$name', ({ document, table, sizes }) => {
  test.each([
    ['wasm', wasm(2)],
    ['reference', () => Promise.resolve(createReferenceBackend())],
  ])('train as rows that are held do, bit for bit: %s', async (_name, backend) => {
    const files = heldAndStreamed(await table(), sizes);
    const inOrder = document({ shuffle: false });
    const [held, streamed] = [
      await train(inOrder, files.held, { backend }),
      await train(inOrder, files.streamed, { backend }),
    ];
    expect(held.end).toMatchObject({ state: 'finished' });
    expect(outcome(streamed)).toEqual(outcome(held));
  });

  test('what is shown is the same, and watching changes nothing', async () => {
    const files = heldAndStreamed(await table(), sizes);
    const inOrder = document({ shuffle: false });
    const watched = await train(inOrder, files.streamed, { telemetryHz: 50 });
    const held = await train(inOrder, files.held, { telemetryHz: 50 });
    expect(watched.end).toMatchObject({ state: 'finished' });
    const [here, there] = [shown(watched), shown(held)];
    const both = [...here.keys()].filter((row) => there.has(row));
    expect(both.length).toBeGreaterThan(5);
    for (const row of both) expect(here.get(row)).toEqual(there.get(row));
    expect(watched.run.told.telemetry.length).toBeGreaterThan(0);
    const unwatched = await train(inOrder, files.streamed);
    expect(outcome(watched).weights).toEqual(outcome(unwatched).weights);
  });

  test('shuffled, a run that is stopped and resumed ends as if it had gone on', async () => {
    const { streamed } = heldAndStreamed(await table(), sizes);
    const whole = await train(document(), streamed);
    const store = fileStore();
    await train(document(), streamed, { store, maxSteps: 7 });
    const resumed = await train(document(), streamed, { store, resume: true });
    expect(resumed.end).toMatchObject({ state: 'finished' });
    expect(outcome(resumed).weights).toEqual(outcome(whole).weights);
    expect(outcome(resumed).scores.at(-1)).toEqual(outcome(whole).scores.at(-1));
  });
});

const [{ document, table, sizes } = cases[0]!] = cases;

test('a sample is drawn by weight within its bucket', async () => {
  const { streamed } = heldAndStreamed(await table(), sizes);
  const { end } = await train(document({ sampling: 'balanced' }), streamed);
  expect(end).toMatchObject({ state: 'finished' });
});

test('a file that cannot be read any more ends the run, and says which', async () => {
  const { streamed } = heldAndStreamed(await table(), sizes);
  let reads = 0;
  let closed = 0;
  const { end } = await train(document({ epochs: 50 }), streamed, {}, async (path) => {
    const file = await memoryFiles({ 'data.bin': streamed }).open(path);
    return {
      ...file,
      async readInto(from, into) {
        if (++reads > 20) throw inputError('file.unreadable', 'The disk is gone.', { path });
        return file.readInto(from, into);
      },
      async close() {
        closed += 1;
      },
    };
  });
  expect(end).toMatchObject({
    state: 'failed',
    problem: { code: 'file.unreadable', path: 'data.bin' },
  });
  await expect.poll(() => closed).toBe(1);
});

test('a number that is none ends the run, which says so', async () => {
  const all = await table();
  const { streamed } = heldAndStreamed(all, sizes);
  const inputBytes = all.count * 2 * Float32Array.BYTES_PER_ELEMENT;
  const view = new DataView(streamed.buffer, streamed.byteOffset + streamed.length - inputBytes);
  view.setFloat32(4, Number.POSITIVE_INFINITY, true);
  const { end } = await train(document({ shuffle: false }), streamed);
  expect(end).toMatchObject({ state: 'failed', problem: { code: 'training.non-finite' } });
});

describe('augmented pictures', () => {
  const [, pictures] = cases;
  const augmented = (more: RawAttrs = {}) =>
    fed(augmentedCnn({ ...settings, ...more }), 'images:d');
  const files = async () => heldAndStreamed(await pictures!.table(), pictures!.sizes);

  test('are those of a run that holds them, bit for bit', async () => {
    const { held, streamed } = await files();
    const inOrder = augmented({ shuffle: false });
    const there = await train(inOrder, held);
    expect(there.end).toMatchObject({ state: 'finished' });
    expect(outcome(await train(inOrder, streamed))).toEqual(outcome(there));
  });

  test('also where the memory of the device is out of reach, over the end of a bucket', async () => {
    const { held, streamed } = await files();
    const inOrder = augmented({ shuffle: false, batchSize: 24 });
    const backend = () => Promise.resolve(createReferenceBackend());
    const options = { backend, maxSteps: 3 };
    const there = await train(inOrder, held, options);
    expect(there.end).toMatchObject({ state: 'finished' });
    expect(outcome(await train(inOrder, streamed, options)).weights).toEqual(
      outcome(there).weights,
    );
  });

  test('shuffled, a run that is stopped and resumed ends as if it had gone on', async () => {
    const { streamed } = await files();
    const whole = await train(augmented(), streamed);
    const store = fileStore();
    await train(augmented(), streamed, { store, maxSteps: 7 });
    const resumed = await train(augmented(), streamed, { store, resume: true });
    expect(outcome(resumed).weights).toEqual(outcome(whole).weights);
  });

  test('are mixed with others of their bucket, which are there when they are', async () => {
    const { streamed } = await files();
    const mixed = augmentedBy(augmented(), [{ step: 'flip' }, { step: 'mixup' }]);
    const two = await train(mixed, streamed);
    expect(two.end).toMatchObject({ state: 'finished' });
    const one = await train(mixed, streamed, { backend: wasm(1) });
    expect(outcome(one).scores).toEqual(outcome(two).scores);
  });
});

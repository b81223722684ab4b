/**
 * Rule: pictures, arrays, windows and texts that are larger than what may be held are prepared as those that are not: the
 * same are left out, the same train, validate and test, with the same numbers. Only their order is another, and where
 * they are.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type DataTable,
  type Fitting,
  openStreamed,
  readColumnFile,
  type SourceOptions,
  splitNotes,
  splitReport,
  splitRows,
  type Splits,
  splitsOf,
  statisticsOf,
} from '#engine/datasets/index.ts';
import { plainFields } from '#engine/ir/attrs.ts';
import { npyHeader } from '#engine/export/npy.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { RandomStream } from '#engine/ops/index.ts';
import { createNodePlatform, readRegularFile } from '#engine/platform/node.ts';
import { createDataReading } from '#main/dataProcess/dataReading.ts';
import { RESIDENT_MB } from '#main/dataProcess/spill/resident.ts';
import { temporaryFolder } from '#test/support/cli.ts';
import { startRun, wasm } from '#test/support/engineRun.ts';
import { augmentedCnn } from '#test/support/smallNetworks.ts';

/** Of pictures of 6×5 in colours. */
const CLASSES = { bird: 61, cat: 40, dog: 52 };
const ROWS = 230;

let folder: ReturnType<typeof temporaryFolder>;
const inData = (...names: readonly string[]): string => join(folder.path, 'data', ...names);

beforeAll(async () => {
  folder = temporaryFolder();
  const random = new RandomStream(3, 'data');
  const picture = (): Promise<Buffer> =>
    sharp(
      Uint8Array.from({ length: 90 }, () => random.word() & 255),
      { raw: { width: 6, height: 5, channels: 3 } },
    )
      .png()
      .toBuffer();
  for (const [part, share] of [
    ['train', 1],
    ['test', 0.3],
  ] as const) {
    for (const [name, count] of Object.entries(CLASSES)) {
      mkdirSync(inData('pictures', part, name), { recursive: true });
      for (let n = 0; n < count * share; n++) {
        writeFileSync(inData('pictures', part, name, `${n}.png`), await picture());
      }
    }
  }
  writeFileSync(inData('pictures', 'train', 'cat', '7.png'), 'no picture');
  const array = (
    name: string,
    descr: '|u1' | '<f4' | '<i4',
    shape: readonly number[],
    content: Uint8Array,
  ) => writeFileSync(inData(name), Buffer.concat([npyHeader(descr, shape), content]));
  const bytes = Uint8Array.from({ length: ROWS * 90 }, () => random.word() & 255);
  const numbers = Float32Array.from({ length: ROWS * 30 }, () => random.normal());
  array('bytes.npy', '|u1', [ROWS, 5, 6, 3], bytes);
  array('whole.npy', '<f4', [ROWS, 3, 5, 6], new Uint8Array(Float32Array.from(bytes).buffer));
  array('between.npy', '<f4', [ROWS, 5, 6], new Uint8Array(numbers.buffer));
  array('features.npy', '<f4', [ROWS, 30], new Uint8Array(numbers.buffer));
  const labels = Int32Array.from({ length: ROWS }, () => random.integer(4));
  array('labels.npy', '<i4', [ROWS], new Uint8Array(labels.buffer));
  const series = ['north', 'south'].flatMap((site) =>
    Array.from({ length: 90 }, (_, i) =>
      [i, site, random.normal() + i, random.uniform()].join(','),
    ),
  );
  writeFileSync(inData('series.csv'), ['time,site,flow,rain', ...series].join('\n'));
  const words = ['river', 'stone', 'cloud', 'fern', 'moss', 'owl'];
  const said = (): string =>
    Array.from({ length: 5 + random.integer(9) }, () => words[random.integer(6)]).join(' ');
  const texts = Array.from({ length: 120 }, (_, i) => `${said()},${i % 3 === 0 ? 'good' : 'bad'}`);
  writeFileSync(inData('texts.csv'), ['text,feel', ...texts].join('\n'));
  writeFileSync(inData('long.txt'), Array.from({ length: 60 }, said).join('. '));
});
afterAll(() => folder.remove());
afterEach(() => Reflect.deleteProperty(process.env, RESIDENT_MB));

type Asked = {
  readonly source: string;
  readonly options: SourceOptions;
  readonly fitting: Fitting;
};

async function prepared({ residentMb, ...asked }: Asked & { readonly residentMb?: string }) {
  if (residentMb !== undefined) process.env[RESIDENT_MB] = residentMb;
  const reading = createDataReading();
  const access = { folder: inData(), allowed: [] };
  const request = { ...asked, access, folder: join(folder.path, residentMb ?? 'held') };
  const described = await reading.describe({ ...request, previewCount: 3 });
  const { path } = await reading.prepare(request);
  expect(await reading.prepare(request)).toEqual({ path });
  const { split, seed } = asked.fitting;
  const profile = await reading.profile({ ...request, split, seed, rowsShown: 0 });
  // Lets go of what it holds.
  await reading.describe({ source: 'xor', options: {}, previewCount: 0 });
  return { path, described, profile };
}

const held = async (path: string): Promise<DataTable> =>
  readColumnFile(await readRegularFile(path), path).table;

async function streamed(path: string): Promise<DataTable> {
  const table = await openStreamed(await createNodePlatform().files.open(path), path);
  if (!table?.streamed) throw new Error('it is held');
  const { columns, read, close } = table.streamed;
  const [column] = columns;
  if (!column) throw new Error('nothing is streamed');
  const stored = await read(column.field.name, 0, table.count);
  await close();
  return { ...table, columns: [{ field: column.field, stored }, ...table.columns] };
}

/** What each row of a part has, whatever its place. */
function rowsOf({ columns }: DataTable, rows: Int32Array): readonly string[] {
  return Array.from(rows, (row) =>
    columns
      .map(({ field, stored }) => {
        const size = elementCount(field.shape);
        return stored.slice(row * size, (row + 1) * size).join(' ');
      })
      .join(' | '),
  );
}

const random: Fitting = { split: { validation: 0.2, test: 0.1 }, seed: 4 };
const stratified: Fitting = { split: { kind: 'stratified', validation: 0.1, test: 0.1 }, seed: 2 };
const labels = { labels: 'labels.npy' };
const cases: readonly (Asked & { readonly name: string; readonly residentMb: string })[] = [
  {
    name: 'a folder of pictures with a test part of its own, one of them broken',
    ...{ source: 'images:pictures', options: {}, fitting: stratified, residentMb: '0.004' },
  },
  {
    name: 'a folder of pictures, all of one size, split at random',
    ...{ source: 'images:pictures/train', options: { height: 5, width: 6, channels: 'grey' } },
    ...{ fitting: random, residentMb: '0.003' },
  },
  {
    name: 'an array of bytes, channels last',
    ...{ source: 'npy:bytes.npy', options: labels, fitting: stratified, residentMb: '0.01' },
  },
  {
    name: 'an array of whole numbers, which are pixels',
    ...{ source: 'npy:whole.npy', options: labels, fitting: random, residentMb: '0.01' },
  },
  {
    name: 'an array of images of numbers',
    ...{ source: 'npy:between.npy', options: {}, fitting: random, residentMb: '0.01' },
  },
  {
    name: 'an array of features',
    ...{ source: 'npy:features.npy', options: labels, fitting: random, residentMb: '0.01' },
  },
  {
    name: 'windows of series, each scaled by itself, split in time',
    ...{ source: 'windows:series.csv', residentMb: '0.002' },
    options: {
      group: 'site',
      time: 'time',
      target: 'flow',
      window: 8,
      horizon: 3,
      scaling: 'series',
    },
    fitting: { split: { kind: 'byTime', validation: 0.2, test: 0.1 }, seed: 1 },
  },
  {
    name: 'windows of a series, as they are',
    ...{ source: 'windows:series.csv', residentMb: '0.002', fitting: random },
    options: { group: 'site', target: 'flow', window: 5, scaling: 'none', layout: 'steps' },
  },
  {
    name: 'bags of words',
    ...{ source: 'text:texts.csv', residentMb: '0.001', fitting: stratified },
    options: { target: 'feel', output: 'bag', weighting: 'tfidf' },
  },
  {
    name: 'windows of tokens of a long text, split in time',
    ...{ source: 'text:long.txt', residentMb: '0.004' },
    options: { tokens: 'characters', length: 12 },
    fitting: { split: { kind: 'byTime', validation: 0.1, test: 0.1 }, seed: 1 },
  },
  {
    name: 'each token of a text to the next',
    ...{ source: 'text:long.txt', residentMb: '0.004', fitting: random },
    options: { tokens: 'words', length: 6, predict: 'sequence', stride: 1 },
  },
];

describe.each(cases)('$name', ({ residentMb, name: _name, ...asked }) => {
  test('has the same samples in each part', async () => {
    const [one, other] = [await prepared(asked), await prepared({ ...asked, residentMb })];
    const [there, here] = [await held(one.path), await streamed(other.path)];
    const { split, seed } = asked.fitting;
    const splits: Splits = splitRows(there, split, seed);
    const dealt = splitsOf(here, split, seed);
    expect(dealt.train.length).toBe(splits.train.length);
    expect(here.streamed?.buckets.length).toBeGreaterThan(1);
    for (const part of ['train', 'validation', 'test'] as const) {
      expect(rowsOf(here, dealt[part]).toSorted()).toEqual(rowsOf(there, splits[part]).toSorted());
    }
    expect(here.columns.map(({ field }) => field)).toEqual(there.columns.map(({ field }) => field));
    // Training rows are in no order, others in that of the source.
    expect(rowsOf(here, dealt.train)).not.toEqual(rowsOf(there, splits.train));
    expect(other.described).toMatchObject({ fields: one.described.fields });
    expect(other.described.counts.test).toBe(one.described.counts.test);
    const [column] = there.columns;
    const exact = statisticsOf(column!, splits.train);
    const { statistics } = here.streamed!.columns[0]!;
    const isScaled = column?.field.dtype === 'f32';
    for (const key of isScaled ? (['mean', 'deviation', 'low', 'high'] as const) : []) {
      expect(statistics[key].length).toBe(exact[key].length);
      statistics[key].forEach((value, i) => expect(value).toBeCloseTo(exact[key][i] ?? NaN, 9));
    }
    // What is said of the files is the same; that it is read from the disk is said beside.
    const isOfWhere = /from the disk|nearly the same|are in no part/;
    const notes = (here.notes ?? []).filter((note) => !isOfWhere.test(note));
    expect(notes).toEqual((there.notes ?? []).filter((note) => !/nearly the same/.test(note)));
    expect(here.notes?.join(' ')).toContain('larger than what is held in memory');
    const noted = splitNotes(splitReport(there, splits));
    expect([...splitNotes(splitReport(here, dealt)), ...(here.notes ?? [])]).toEqual(
      expect.arrayContaining(noted.filter((note) => /windows/.test(note))),
    );
    expect({ ...here.reading }).toEqual({ ...there.reading });
  });

  test('has the same profile', async () => {
    const [one, other] = [await prepared(asked), await prepared({ ...asked, residentMb })];
    expect(other.profile.kind).toBe(one.profile.kind);
    if (one.profile.kind === 'series' && other.profile.kind === 'series') {
      expect(other.profile.series).toEqual(one.profile.series);
      expect(other.profile.parts).toEqual(one.profile.parts);
    }
    if (one.profile.kind === 'text' && other.profile.kind === 'text') {
      expect(other.profile.parts).toEqual(one.profile.parts);
    }
    if (one.profile.kind !== 'pictures' || other.profile.kind !== 'pictures') return;
    const counts = ({ classes }: typeof one.profile) =>
      classes.map(({ name, parts }) => ({ name, parts }));
    expect(counts(other.profile)).toEqual(counts(one.profile));
    // Of fewer than ten thousand training pictures all are measured.
    expect(other.profile.channels.map(({ histogram }) => histogram)).toEqual(
      one.profile.channels.map(({ histogram }) => histogram),
    );
  });
});

test('what was prepared is described without reading the files again', async () => {
  const asked = { source: 'npy:bytes.npy', options: labels, fitting: random };
  const access = { folder: inData(), allowed: [] };
  for (const residentMb of ['1', '0.01']) {
    process.env[RESIDENT_MB] = residentMb;
    const request = { ...asked, access, folder: join(folder.path, `kept ${residentMb}`) };
    const { path } = await createDataReading().prepare(request);
    // The last pixel of the last sample becomes another: who shows it has read this file.
    const content = readFileSync(path);
    const changed = content[content.length - 1]! ^ 255;
    content[content.length - 1] = changed;
    writeFileSync(path, content);
    const { preview } = await createDataReading().describe({ ...request, previewCount: ROWS });
    expect(
      preview
        .find(({ field }) => field === 'image')
        ?.rows.at(-1)
        ?.at(-1),
    ).toBe(changed);
  }
});

test('a run trains on them, with steps of augmentation', async () => {
  const asked = { source: 'npy:bytes.npy', options: labels, fitting: stratified };
  const { path, described } = await prepared({ ...asked, residentMb: '0.01' });
  const document = augmentedCnn({ epochs: 2, batchSize: 32, split: stratified.split, seed: 2 });
  const { source, options } = asked;
  const attrs = { source, options, fields: plainFields(described.fields) };
  const nodes = document.nodes.map((node) =>
    node.type === 'Data' ? { ...node, attrs: { ...node.attrs, ...attrs } } : node,
  );
  const run = await startRun({ ...document, nodes }, wasm(2), {
    ...{ data: { kind: 'prepared', path }, telemetryHz: 20 },
  });
  expect(await run.ended()).toMatchObject({ state: 'finished', epoch: 2 });
  expect(run.points('test')).toHaveLength(1);
  const frame = run.told.samples.at(-1)?.frame;
  expect(frame?.kind === 'classification' && frame.samples[0]?.image?.pixels).toHaveLength(90);
});

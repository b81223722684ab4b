/**
 * Rule: a table that is larger than what may be held is prepared as one that is not: the same split, the same fitted
 * recipe, the same numbers, row for row. Only their order is another, and where they are.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type DataTable,
  fillMissing,
  type Fitting,
  openStreamed,
  readColumnFile,
  splitRows,
  statisticsOf,
} from '#engine/datasets/index.ts';
import type { SourceOptions } from '#engine/datasets/index.ts';
import { RandomStream } from '#engine/ops/index.ts';
import { createNodePlatform, readRegularFile } from '#engine/platform/node.ts';
import { createDataReading } from '#main/dataProcess/dataReading.ts';
import { RESIDENT_MB } from '#main/dataProcess/spill/resident.ts';
import { openDatabase } from '#main/dataProcess/tables/duckdb.ts';
import '#test/support/allclose.ts';
import { temporaryFolder } from '#test/support/cli.ts';

const ROWS = 3000;
const CITIES = ['Rome', 'Oslo', 'Lima', 'Bern'];
/** No two rows have the same, and no step touches it: it tells which row one is. */
const KEY = 'key';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder.path, 'data'), { recursive: true });
  const random = new RandomStream(5, 'data');
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const [a, b] = [random.normal() * 3 + 10, random.normal()];
    const city = CITIES[random.integer(4)];
    const day = `20${10 + (row % 14)}-0${1 + (row % 9)}-${10 + (row % 19)} 08:${10 + (row % 50)}`;
    return [
      ...[row + random.uniform(), random.integer(9) === 0 ? '' : a.toFixed(3), b.toFixed(4)],
      ...[random.integer(11) === 0 ? '' : city, day, row % 150],
      ...[['yes', 'no', 'perhaps'][random.integer(3)], (a * 2 - b).toFixed(5)],
    ].join(',');
  });
  const header = `${KEY},a,b,city,day,visit,kind,amount`;
  writeFileSync(join(folder.path, 'data', 't.csv'), [header, ...lines].join('\n'));
});
afterEach(() => {
  Reflect.deleteProperty(process.env, RESIDENT_MB);
  folder.remove();
});

async function prepared(options: SourceOptions, fitting: Fitting, residentMb?: string) {
  if (residentMb === undefined) Reflect.deleteProperty(process.env, RESIDENT_MB);
  else process.env[RESIDENT_MB] = residentMb;
  const reading = createDataReading();
  const request = {
    ...{ source: 'csv:t.csv', options, fitting },
    access: { folder: join(folder.path, 'data'), allowed: [] },
  };
  const described = await reading.describe({ ...request, previewCount: 3 });
  const { path } = await reading.prepare({
    ...request,
    folder: join(folder.path, residentMb ?? 'held'),
  });
  return { path, described };
}

async function held(options: SourceOptions, fitting: Fitting): Promise<DataTable> {
  const { path } = await prepared(options, fitting);
  return readColumnFile(await readRegularFile(path), path).table;
}

async function streamed(options: SourceOptions, fitting: Fitting) {
  // Two hundred kilobytes of features, of which a bucket is a quarter.
  const { path, described } = await prepared(options, fitting, '0.1');
  const table = await openStreamed(await createNodePlatform().files.open(path), path);
  if (!table?.streamed) throw new Error('it is held');
  return { table, rows: table.streamed, described };
}

/** What is known of each row, by its key. */
function byKey(
  rows: Iterable<number>,
  features: ArrayLike<number>,
  { columns, rowFacts }: Pick<DataTable, 'columns' | 'rowFacts'>,
  width: number,
): ReadonlyMap<number, unknown> {
  return new Map(
    Array.from(rows, (row) => {
      const own = Array.from({ length: width }, (_, i) => features[row * width + i]);
      const others = columns
        .filter(({ field }) => field.role !== 'input')
        .map(({ stored }) => stored[row]);
      return [own[0] ?? NaN, { own, others, group: rowFacts?.group?.[row] }] as const;
    }),
  );
}

const cases: readonly { name: string; options: SourceOptions; fitting: Fitting }[] = [
  {
    name: 'numbers to a number, gaps by the mean',
    options: { target: 'amount', missing: 'mean', ignore: 'day,kind', rowNames: 'keep' },
    fitting: { split: { validation: 0.2, test: 0.1 }, seed: 4 },
  },
  {
    name: 'classes, stratified; rows with gaps are left out',
    options: { target: 'kind', missing: 'drop', ignore: 'day', rowNames: 'keep' },
    fitting: { split: { kind: 'stratified', validation: 0.2, test: 0.1 }, seed: 2 },
  },
  {
    name: 'a recipe that is fitted, with a filter and a formula',
    options: {
      ...{ target: 'kind', missing: 'drop', rowNames: 'keep' },
      recipe: [
        { step: 'filter', expression: 'b < 2' },
        { step: 'derive', name: 'ratio', expression: 'a / (1 + abs(b))' },
        { step: 'impute', columns: ['a'], strategy: 'median', indicator: true },
        { step: 'oneHot', columns: ['city'] },
        { step: 'dateParts', columns: ['day'] },
        { step: 'standardise', columns: ['b', 'ratio'] },
      ],
    },
    fitting: { split: { kind: 'stratified', validation: 0.1, test: 0.1 }, seed: 3 },
  },
  {
    name: 'by group',
    options: { target: 'amount', missing: 'mean', group: 'visit', ignore: 'day', rowNames: 'keep' },
    fitting: { split: { kind: 'byGroup', validation: 0.2, test: 0.2 }, seed: 1 },
  },
];

describe.each(cases)('$name', ({ options, fitting }) => {
  test('is what it would be if it were held', async () => {
    const whole = await held(options, fitting);
    const { table, rows, described } = await streamed(options, fitting);
    const splits = splitRows(whole, fitting.split, fitting.seed);
    const filled = fillMissing(whole, splits.train);
    const inputs = filled.columns[0]!;
    const [column] = rows.columns;
    const width = column!.field.shape[0] ?? 0;
    expect(column?.field).toEqual(inputs.field);
    expect(rows.buckets.length).toBeGreaterThan(1);
    expect(table.report).toEqual(whole.report);
    expect(described.fields).toEqual(whole.columns.map(({ field }) => field));
    expect(described.preview[0]?.rows).toHaveLength(3);

    const features = await rows.read('features', 0, table.count);
    const train = rows.buckets.reduce((sum, each) => sum + each, 0);
    const range = (first: number, count: number) =>
      Array.from({ length: count }, (_, i) => first + i);
    const parts = {
      train: range(0, train),
      validation: range(train, rows.validation),
      test: range(train + rows.validation, rows.test),
    };
    for (const part of ['train', 'validation', 'test'] as const) {
      const there = byKey(splits[part], inputs.stored, filled, width);
      const here = byKey(parts[part], features, table, width);
      expect(here.size).toBe(there.size);
      expect(new Map([...here].sort(([a], [b]) => a - b))).toEqual(
        new Map([...there].sort(([a], [b]) => a - b)),
      );
    }
    const exact = statisticsOf(inputs, splits.train);
    for (const key of ['mean', 'deviation', 'low', 'high'] as const) {
      column?.statistics[key].forEach((value, i) => {
        const wanted = exact[key][i] ?? NaN;
        // The mean that fills a gap is rounded to 32 bits.
        expect(Math.abs(value - wanted)).toBeLessThan(1e-7 * Math.max(1e-3, Math.abs(wanted)));
      });
    }
    await rows.close();
  });
});

test('a bucket has rows of every stretch of the file', async () => {
  const [{ options, fitting } = cases[0]!] = cases;
  const { rows } = await streamed(options, fitting);
  const width = rows.columns[0]?.field.shape[0] ?? 0;
  let first = 0;
  for (const count of rows.buckets) {
    const features = await rows.read('features', first, count);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < count; i++) {
      const tenth = Math.floor(((features[i * width] ?? 0) / ROWS) * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    // Five deviations of what chance does.
    for (const found of tenths) {
      expect(Math.abs(found - count / 10)).toBeLessThan(5 * Math.sqrt(count / 10));
    }
    first += count;
  }
  await rows.close();
});

describe('what is shown of a table', () => {
  const options = {
    target: 'kind',
    recipe: [
      { step: 'impute', columns: ['a'], strategy: 'median', indicator: true },
      { step: 'oneHot', columns: ['city'] },
    ],
  };
  const split = { kind: 'stratified', validation: 0.2, test: 0.1 } as const;
  const shown = async (residentMb?: string) => {
    if (residentMb === undefined) Reflect.deleteProperty(process.env, RESIDENT_MB);
    else process.env[RESIDENT_MB] = residentMb;
    return createDataReading().previewTable({
      ...{ source: 'csv:t.csv', options, split, seed: 3, rows: 40, normalise: 'auto' },
      access: { folder: join(folder.path, 'data'), allowed: [] },
    });
  };
  test('is the same of one that is larger than what may be held', async () => {
    const { rows, normalisation, ...held } = await shown();
    const large = await shown('0.1');
    expect(large).toMatchObject(held);
    expect(large.rows.map(({ values: _values, ...row }) => row)).toEqual(
      rows.map(({ values: _values, ...row }) => row),
    );
    for (const [i, { values }] of rows.entries()) {
      expect(large.rows[i]?.values).toBeAllclose(values ?? [], { rtol: 1e-5 });
    }
    expect(large.normalisation?.scale).toBeAllclose(normalisation?.scale ?? [], { rtol: 1e-5 });
  });
});

test('where the memory of the database ends, that is said, and how to get more', async () => {
  process.env[RESIDENT_MB] = '1';
  const database = await openDatabase([]);
  try {
    const list = database.rows('SELECT list(i) FROM range(120000000) t(i)');
    await expect(list).rejects.toMatchObject({
      problems: [
        {
          code: 'data.database-memory',
          explanation: expect.stringContaining(RESIDENT_MB) as string,
        },
      ],
    });
  } finally {
    await database.close();
  }
});

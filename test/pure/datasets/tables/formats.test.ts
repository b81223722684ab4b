/** Rule: a table reads the same from every format, and what cannot be read says where. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { parseDate } from '#engine/datasets/index.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadTables, tableFiles } from '#test/support/tableFiles.ts';
import { problemOf } from '#test/support/problems.ts';

const folder = mkdtempSync(join(tmpdir(), 'netloom-formats-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

const ROWS = Array.from({ length: 40 }, (_, i) => ({
  when: `20${String(10 + (i % 12)).padStart(2, '0')}-0${1 + (i % 9)}-1${i % 10}`,
  size: i / 8 - 2,
  many: i * 1e6,
  gap: i % 5 === 0 ? null : i,
  city: ['Ulm', 'Bern', 'Graz'][i % 3],
  kind: i % 3 === 1 ? 'big' : 'small',
}));

beforeAll(async () => {
  const names = Object.keys(ROWS[0]!);
  const csv = ROWS.map((row) =>
    Object.values(row)
      .map((cell) => cell ?? '')
      .join(','),
  );
  writeFileSync(at('t.csv'), [names.join(','), ...csv].join('\n'));
  writeFileSync(at('t.jsonl'), ROWS.map((row) => JSON.stringify(row)).join('\n'));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const from = `read_csv('${at('t.csv')}', header = true)`;
  await connection.run(`COPY (SELECT * FROM ${from}) TO '${at('t.parquet')}' (FORMAT parquet)`);
  await connection.run(
    `COPY (SELECT *, [size, many] AS list, {'a': size} AS object FROM ${from})
     TO '${at('nested.parquet')}' (FORMAT parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
});

describe.each([{}, { missing: 'mean' }, { target: 'size' }])('with %j', (options) => {
  test.each(['parquet', 'jsonl'])('%s is what the text is', async (kind) => {
    const text = await loadTables(`csv:${at('t.csv')}`, options);
    const other = await loadTables(`${kind}:${at(`t.${kind}`)}`, options);
    expect(other).toEqual(text);
    expect(text.report?.features.map(({ kind: each }) => each)).toContain('date');
  });
});

test('JSON lines may be packed, whatever they are called', async () => {
  const lines = ROWS.map((row) => JSON.stringify(row)).join('\n');
  const packed = await loadTables('jsonl:t', {}, tableFiles({ t: gzipSync(lines) }));
  expect(packed).toEqual(await loadTables('jsonl:t', {}, tableFiles({ t: lines })));
});

describe.each(['csv', 'jsonl', 'parquet'])('a %s file', (kind) => {
  const copied = async (folderName: string, name: string) => {
    mkdirSync(at(folderName), { recursive: true });
    copyFileSync(at(`t.${kind}`), at(join(folderName, `${name}.${kind}`)));
    return loadTables(`${kind}:${at(join(folderName, `${name}.${kind}`))}`, {});
  };

  test('has its own columns, whatever its folders are called', async () => {
    const plain = await loadTables(`${kind}:${at(`t.${kind}`)}`, {});
    expect(await copied('size=5', 't')).toEqual(plain);
    expect(await copied('other=5', 't')).toEqual(plain);
  });

  test.each([
    ['my[1]', 'my1'],
    ['a*b', 'axb'],
    ['q?', 'qq'],
    ['b{1,2}', 'b1'],
    ["it's", 'its'],
  ])('named %s is no pattern', async (name, decoy) => {
    mkdirSync(at('names'), { recursive: true });
    writeFileSync(at(join('names', `${decoy}.${kind}`)), 'another file');
    const plain = await loadTables(`${kind}:${at(`t.${kind}`)}`, {});
    expect(await copied('names', name)).toEqual(plain);
  });
});

test('names and words may hold what ends a query', async () => {
  const rows = ROWS.map(({ size }, i) => ({ 'a"\'\0;': size, 'kind\0': i % 3 ? "x'\0" : 'y"' }));
  const lines = rows.map((row) => JSON.stringify(row)).join('\n');
  const { columns, report } = await loadTables('jsonl:t', {}, tableFiles({ t: lines }));
  expect(report?.columns).toEqual(['a"\'\0;', 'kind\0']);
  expect(columns[1]?.field.classNames).toEqual(["x'\0", 'y"']);
  expect([...(columns[1]?.stored ?? [])]).toEqual(ROWS.map((_, i) => (i % 3 ? 0 : 1)));
});

test('moments are the years that a single cell is', async () => {
  const cells = Array.from({ length: 60 }, (_, i) => {
    const pad = (value: number): string => String(value).padStart(2, '0');
    const day = `${1990 + i}-${pad(1 + (i % 12))}-${pad(1 + (i % 28))}`;
    return i % 3 ? `${day} ${pad(i % 24)}:${pad(i)}:${pad((i * 7) % 60)}` : day;
  });
  const text = ['when,y', ...cells.map((cell, i) => `${cell},${i / 7}`)].join('\n');
  const { columns } = await loadTables('csv:t.csv', {}, tableFiles({ 't.csv': text }));
  expect(columns[0]?.stored).toEqual(Float32Array.from(cells, (cell) => parseDate(cell) ?? NaN));
});

test.each([
  ['1_000', 'a word'],
  ['inf', 'a word'],
  ['0x10', 'a word'],
  ['1e39', 'a word'],
  [' 7 ', 'a number'],
  ['nan', 'a gap'],
])('%j among numbers is %s', async (cell, what) => {
  const rows = Array.from({ length: 4 }, (_, i) => `${i},${i / 3}`);
  const text = ['a,y', ...rows, `${cell},0.5`, `${cell},0.25`].join('\n');
  const { report } = await loadTables('csv:t.csv', {}, tableFiles({ 't.csv': text }));
  const [feature] = report?.features ?? [];
  const found = feature?.kind === 'categories' ? 'a word' : feature?.missing ? 'a gap' : 'a number';
  expect(found).toBe(what);
});

test('lists and objects are left out, and that is said', async () => {
  const { notes, fingerprint } = await loadTables(`parquet:${at('nested.parquet')}`, {
    target: 'kind',
  });
  expect(notes).toEqual(
    expect.arrayContaining([
      'Column list is left out: it holds double[].',
      'Column object is left out: it holds struct(a double).',
    ]),
  );
  expect(fingerprint).toBe(
    (await loadTables(`csv:${at('t.csv')}`, { target: 'kind' })).fingerprint,
  );
});

test.each([
  ['parquet', 'no parquet at all', 'table.unreadable', 't.parquet'],
  ['jsonl', '{"a": 1, "b": 2}\n{"a": 1, "b"\n', 'table.unreadable', 't.jsonl'],
  ['jsonl', '', 'table.no-columns', 't.jsonl'],
])('%s: %j is refused', async (kind, text, code, path) => {
  const files = tableFiles({ [`t.${kind}`]: text });
  const problem = await problemOf(() => loadTables(`${kind}:t.${kind}`, {}, files));
  expect(problem).toMatchObject({ code, path });
});

test('a mistake in a column of numbers is named by its row', async () => {
  const rows = Array.from({ length: 30 }, (_, i) => `{"a": "${i === 20 ? 'x' : i}", "y": 0.5}`);
  const files = tableFiles({ 't.jsonl': rows.join('\n') });
  const problem = await problemOf(() => loadTables('jsonl:t.jsonl', {}, files));
  expect(problem).toMatchObject({
    code: 'csv.not-a-number',
    path: 't.jsonl, row 21, column 1 (a)',
  });
});

describe('columns that say something of rows', () => {
  const rows = Array.from(
    { length: 24 },
    (_, i) =>
      `${(i * 5) % 24},p${i % 5},2020-01-${String(1 + ((i * 7) % 24)).padStart(2, '0')},${['train', 'val', 'Test', 'none'][i % 4]},${i % 3 ? i / 2 : ''},${i % 2 ? 'a' : 'b'}`,
  );
  const files = tableFiles({ 't.csv': ['x,who,when,use,gap,kind', ...rows].join('\n') });
  const load = (options: Record<string, string>) =>
    loadTables('csv:t.csv', { target: 'kind', ignore: 'gap', ...options }, files);

  test('which belong together, when they were and which part they are in', async () => {
    const { rowFacts, report } = await load({ group: 'who', time: 'when', part: 'use' });
    expect([...(rowFacts?.group ?? [])]).toEqual(rows.map((_, i) => i % 5));
    expect([...(rowFacts?.part ?? [])]).toEqual(rows.map((_, i) => [0, 1, 2, 255][i % 4]));
    const order = (values: ArrayLike<number>) =>
      rows.map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
    expect(order(rowFacts?.time ?? [])).toEqual(order(rows.map((_, i) => (i * 7) % 24)));
    expect(report?.features.map(({ name }) => name)).toEqual(['x', 'when']);
  });

  test('are told of the rows that are left once those with gaps are out', async () => {
    const { rowFacts, count } = await load({ group: 'who', ignore: '' });
    expect(count).toBe(16);
    const left = rows.map((_, i) => i).filter((i) => i % 3 !== 0);
    expect([...(rowFacts?.group ?? [])]).toEqual(left.map((i) => i % 5));
  });

  test('without them a table says nothing of its rows', async () => {
    expect((await load({})).rowFacts).toBeUndefined();
  });

  test.each([
    [{ time: 'who' }, 'csv.no-time', 't.csv, line 2, column 2 (who)'],
    [{ part: 'kind' }, 'csv.no-parts', 't.csv, line 2, column 6 (kind)'],
    [{ group: 'whom' }, 'csv.unknown-column', 't.csv, option group'],
  ])('%j is refused', async (options, code, path) => {
    expect(await problemOf(() => load(options))).toMatchObject({ code, path });
  });
});

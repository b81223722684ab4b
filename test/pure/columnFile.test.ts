/** Rule: a table that is prepared is opened as it was, and what was damaged on the way says so. */
import { expect, test } from 'vitest';
import {
  columnFileParts,
  type DataTable,
  headerBytes,
  loadData,
  readColumnFile,
  stampsIn,
} from '#engine/datasets/index.ts';
import { loadTables, tableFiles } from '#test/support/tableFiles.ts';
import { RandomStream } from '#engine/ops/index.ts';

const CSV = ['a,b,kind', '1,2,x', '3,,y', '5,6,x', '7,8,y'].join('\n');
const files = tableFiles({ 't.csv': CSV });
const load = (): Promise<DataTable> => loadTables('csv:t.csv', { missing: 'mean' }, files);
const written = (table: DataTable): Uint8Array =>
  new Uint8Array(Buffer.concat(columnFileParts(table, 'stamps')));

test('numbers, gaps, fields, names of classes, notes and the report come back', async () => {
  const table = await load();
  const bytes = written(table);
  expect(readColumnFile(bytes, 'f')).toEqual({ table, stamps: 'stamps' });
  expect(table.columns.some(({ missing }) => missing)).toBe(true);
});

test('what is known of rows comes back, whole and in its own type', async () => {
  const table = await load();
  const { count } = table;
  const rowFacts = {
    group: Int32Array.from({ length: count }, (_, i) => i % 2),
    time: Float64Array.from({ length: count }, (_, i) => 1.7e12 + i),
    part: Uint8Array.from({ length: count }, (_, i) => i % 3),
    weight: Float32Array.from({ length: count }, (_, i) => i / 2),
  };
  for (const facts of [rowFacts, { time: rowFacts.time }]) {
    const known = { ...table, rowFacts: facts };
    expect(readColumnFile(written(known), 'f').table).toEqual(known);
  }
});

test('images stay bytes, after wider numbers that are read in place', async () => {
  const table = await loadData('digits', { count: 20 }, files);
  const bytes = written(table);
  const { columns } = readColumnFile(bytes, 'f').table;
  expect(columns).toEqual(table.columns);
  expect(columns.map(({ stored }) => stored.buffer === bytes.buffer)).toEqual([true, true]);
});

test('what it was made from is told by its beginning alone', async () => {
  const bytes = written(await load());
  const length = headerBytes(bytes.subarray(0, 8), 'f');
  expect(stampsIn(bytes.subarray(0, length), 'f')).toBe('stamps');
});

test('a damaged file is refused by its name, or says the same', async () => {
  const table = await load();
  const bytes = written(table);
  const stream = new RandomStream(7, 'data');
  const refused = new Set<string>();
  for (let round = 0; round < 2000; round++) {
    const length = round % 2 ? bytes.length : Math.floor(stream.uniform() * bytes.length);
    const damaged = bytes.slice(0, length);
    const at = Math.floor(stream.uniform() * length);
    damaged[at] = Math.floor(stream.uniform() * 256);
    try {
      const { columns, count } = readColumnFile(damaged, 'f').table;
      for (const { stored } of columns) expect(stored.length % count).toBe(0);
    } catch (error) {
      refused.add((error as { problems: [{ code: string }] }).problems[0].code);
    }
  }
  expect([...refused]).toEqual(['data.prepared-damaged']);
});

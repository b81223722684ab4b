/** Rule: a table that is prepared is opened as it was, and what was damaged on the way says so. */
import { describe, expect, test } from 'vitest';
import {
  columnFileParts,
  type DataTable,
  headerBytes,
  loadData,
  openStreamed,
  readColumnFile,
  stampsIn,
  type StreamedPlan,
} from '#engine/datasets/index.ts';
import type { DataField } from '#engine/ir/attrs.ts';
import { memoryFiles } from '#test/support/memoryFiles.ts';
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

describe('rows that are read in parts', () => {
  const rows = 6;
  const feature = (name: string, width: number): DataField => ({
    ...{ name, role: 'input', dtype: 'f32', shape: [width] },
  });
  const numbers = (width: number, first: number): Float32Array =>
    Float32Array.from({ length: rows * width }, (_, i) => first + i);
  const statistics = { mean: [1, 2], deviation: [1, 1], low: [0, 0], high: [5, 6] };
  const plan: StreamedPlan = {
    columns: [
      { ...{ field: feature('a', 2), dtype: 'f32', isScaled: true }, statistics },
      {
        ...{ field: { ...feature('b', 1), dtype: 'i32' }, dtype: 'i32', dividedBy: 2 },
        statistics: { mean: [1], deviation: [0], low: [1], high: [1] },
      },
    ],
    ...{ buckets: [2, 2], validation: 1, test: 1 },
  };
  const held: DataTable = {
    count: rows,
    columns: [
      {
        field: { name: 'label', role: 'label', dtype: 'i32', shape: [], classNames: ['x', 'y'] },
        stored: Int32Array.of(0, 1, 0, 1, 0, 1),
      },
    ],
    ...{ fingerprint: 'f', notes: [] },
  };
  const a = numbers(2, 10);
  const b = Int32Array.from({ length: rows }, (_, i) => 100 + i);
  const bytes = new Uint8Array(
    Buffer.concat([
      ...columnFileParts({ ...held, streamed: plan }, 'stamps'),
      ...[a, b].map((each) => new Uint8Array(each.buffer)),
    ]),
  );
  const open = (content: Uint8Array, path = 'p'): Promise<DataTable | null> =>
    memoryFiles({ p: content })
      .open(path)
      .then((file) => openStreamed(file, path));

  test('come as they were written, whichever are asked for; the rest of the table is held', async () => {
    const table = await open(bytes);
    const { streamed, ...others } = table ?? {};
    expect(others).toEqual(held);
    const { read, readInto, close, ...opened } = streamed!;
    expect(opened).toEqual(plan);
    expect(await read('a', 0, rows)).toEqual(a);
    expect(await read('a', 2, 3)).toEqual(a.slice(4, 10));
    expect(await read('b', 5, 1)).toEqual(Int32Array.of(105));
    const bytesOfRow = new Uint8Array(4);
    await readInto('b', 5, bytesOfRow);
    expect(new Int32Array(bytesOfRow.buffer)).toEqual(Int32Array.of(105));
    await close();
  });

  test('a file that holds everything is opened whole', async () => {
    expect(await open(written(await load()))).toBeNull();
  });

  test('a file that was cut off says so when the missing rows are asked for', async () => {
    const table = await open(bytes.subarray(0, bytes.length - 4));
    expect(await table?.streamed?.read('b', 0, 5)).toHaveLength(5);
    await expect(table?.streamed?.read('b', 0, 6)).rejects.toMatchObject({
      code: 'data.prepared-short',
    });
  });

  test('parts that do not make up the rows are refused', async () => {
    const wrong = { ...plan, validation: 2 };
    const parts = columnFileParts({ ...held, streamed: wrong }, '');
    await expect(open(new Uint8Array(Buffer.concat(parts)))).rejects.toMatchObject({
      problems: [{ path: 'p' }],
    });
  });
});

/**
 * Rules: a window holds the rows before what it tells, of one series alone; parts that are split in time share nothing
 * of what is told; scales are those of the rows that train, and a table to forecast from is read as training read it.
 */
import { describe, expect, test } from 'vitest';
import { lastWindows, readRows, splitRows } from '#engine/datasets/index.ts';
import type { DataTable, Fitting } from '#engine/datasets/define.ts';
import { loadData } from '#engine/datasets/index.ts';
import { splitNotes, splitReport } from '#engine/datasets/index.ts';
import { forecastNames } from '#engine/datasets/windows/reading.ts';
import type { JsonValue } from '#engine/ir/attrs.ts';
import { tableReader } from '#main/dataProcess/tables/tables.ts';
import { tableFiles } from '#test/support/tableFiles.ts';

type Options = Readonly<Record<string, JsonValue>>;
const PLAIN = { scaling: 'none' };

async function windows(text: string, options: Options, fitting?: Fitting, name = 'f/t.csv') {
  const files = tableFiles({ [name]: text });
  const able = { tables: tableReader(files) };
  return loadData(`windows:${name}`, options, files, undefined, able, fitting);
}
function rowsOf({ columns, count }: DataTable, place: number): readonly (readonly number[])[] {
  const column = columns[place];
  const size = (column?.stored.length ?? 0) / count;
  return Array.from({ length: count }, (_, i) => [
    ...(column?.stored.slice(i * size, (i + 1) * size) ?? []),
  ]);
}
const codeOf = (loading: Promise<unknown>): Promise<string> =>
  loading.then(
    () => 'none',
    (error: unknown) => (error as { problems: [{ code: string }] }).problems[0].code,
  );
const csvRows = (text: string) =>
  readRows(text, 'new.csv', { delimiter: 'auto', header: 'auto', skipRows: 0, quotes: 'standard' });

/** Months out of order, 1, 2, 3 ... in order. */
const MONTHS = [3, 1, 2, 6, 5, 4].map((month) => `2020-0${month},${month},${month * 10}`);
const SERIES = ['month,a,b', ...MONTHS].join('\n');
const MACHINES = [
  'machine,cycle,heat,state',
  ...[1, 2, 3, 4, 5].map((cycle) => `left,${cycle},${cycle},${cycle > 3 ? 'bad' : 'good'}`),
  ...[1, 2, 3, 4].map((cycle) => `right,${cycle},${cycle * 10},good`),
  'short,1,7,good',
].join('\n');

describe('windows over a table', () => {
  test('hold the rows before what they tell, in the order of time', async () => {
    const table = await windows(SERIES, { ...PLAIN, window: 2, horizon: 2, inputs: 'a' });
    expect(table.columns.map(({ field: { name, shape } }) => [name, shape])).toEqual([
      ['history', [2]],
      ['target', [2]],
    ]);
    const known = [1, 2, 3].map((first) => [first, first + 1]);
    expect(rowsOf(table, 0)).toEqual(known);
    expect(rowsOf(table, 1)).toEqual(known.map((each) => each.map((value) => (value + 2) * 10)));
    const at = await windows(SERIES, {
      ...{ ...PLAIN, window: 2, horizon: 2, inputs: 'a', predict: 'horizon', stride: 2 },
    });
    expect(rowsOf(at, 0)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(rowsOf(at, 1)).toEqual([[40], [60]]);
  });

  test('lie in their field column by column, or row by row', async () => {
    const of = async (layout: string) => {
      const { columns } = await windows(SERIES, { ...PLAIN, window: 2, layout });
      return [columns[0]?.field.shape, [...(columns[0]?.stored.slice(0, 4) ?? [])]];
    };
    expect(await of('flat')).toEqual([[4], [1, 2, 10, 20]]);
    expect(await of('columns')).toEqual([
      [2, 2],
      [1, 2, 10, 20],
    ]);
    expect(await of('steps')).toEqual([
      [2, 2],
      [1, 10, 2, 20],
    ]);
  });

  test('are of one series each, and series that are too short are named', async () => {
    const options = { group: 'machine', time: 'cycle', window: 3, target: 'heat' };
    const table = await windows(MACHINES, { ...PLAIN, ...options });
    expect(rowsOf(table, 0)).toEqual([
      [1, 2, 3],
      [2, 3, 4],
      [10, 20, 30],
    ]);
    expect(rowsOf(table, 1)).toEqual([[4], [5], [40]]);
    expect(table.notes?.join(' ')).toContain(
      '1 series with fewer than the 4 rows of a window and its horizon: short (1)',
    );
    expect([...(table.rowFacts?.group ?? [])]).toEqual([0, 0, 1]);
  });

  test('tell how many rows are left, up to a cap', async () => {
    const options = { group: 'machine', time: 'cycle', window: 2, predict: 'remaining' };
    const table = await windows(MACHINES, { ...PLAIN, ...options, inputs: 'heat' });
    expect(rowsOf(table, 1).flat()).toEqual([3, 2, 1, 0, 2, 1, 0]);
    const capped = await windows(MACHINES, { ...PLAIN, ...options, inputs: 'heat', cap: 1 });
    expect(rowsOf(capped, 1).flat()).toEqual([1, 1, 1, 0, 1, 1, 0]);
  });

  test('tell the class at their end, which is no input', async () => {
    const options = { group: 'machine', time: 'cycle', window: 2, target: 'state' };
    const table = await windows(MACHINES, { ...PLAIN, ...options });
    expect(table.columns[1]?.field).toMatchObject({ role: 'label', classNames: ['bad', 'good'] });
    expect(rowsOf(table, 1).flat()).toEqual([1, 1, 0, 0, 1, 1, 1]);
    expect(rowsOf(table, 0)[0]).toEqual([1, 2]);
  });

  test('with empty cells are left out, or take the value before', async () => {
    const text = 'x\n1\n2\n\n4\n5\n6\n'.replace('\n\n', '\nNA\n');
    const dropped = await windows(text, { ...PLAIN, window: 2 });
    expect(rowsOf(dropped, 0)).toEqual([[4, 5]]);
    expect(dropped.notes?.join(' ')).toContain('3 windows are left out');
    const filled = await windows(text, { ...PLAIN, window: 2, missing: 'previous' });
    expect(rowsOf(filled, 0)).toEqual([
      [1, 2],
      [2, 2],
      [2, 4],
      [4, 5],
    ]);
  });

  test('are made of whatever holds a table, and refused of what does not', async () => {
    const lines = [1, 2, 3, 4].map((x) => JSON.stringify({ x })).join('\n');
    const table = await windows(lines, { ...PLAIN, window: 2 }, undefined, 'f/t.jsonl');
    expect(rowsOf(table, 1).flat()).toEqual([3, 4]);
    expect(await codeOf(windows('x\n1\n2\n', {}, undefined, 'f/t.png'))).toBe('windows.no-table');
    expect(await codeOf(windows('x\n1\n2\n', {}))).toBe('windows.none');
    expect(await codeOf(windows(SERIES, { target: 'c' }))).toBe('csv.unknown-column');
    expect(await codeOf(windows(MACHINES, { inputs: 'state' }))).toBe('windows.no-numbers');
    expect(await codeOf(windows('a,b\nx,y\nz,w\n', {}))).toMatch(/^windows\./);
  });
});

describe('windows that are split', () => {
  const text = ['x', ...Array.from({ length: 60 }, (_, i) => 100 + i)].join('\n');
  const split = { validation: 0.2, test: 0.2, kind: 'byTime' } as const;

  test('in time share nothing of what they tell, and the ones in between are counted', async () => {
    const horizon = 4;
    const table = await windows(text, { ...PLAIN, window: 5, horizon });
    const splits = splitRows(table, split, 1);
    const told = (part: Int32Array) => [...part].flatMap((row) => rowsOf(table, 1)[row] ?? []);
    const [train, validation, held] = [splits.train, splits.validation, splits.test].map(told);
    expect(Math.max(...(train ?? []))).toBeLessThan(Math.min(...(validation ?? [])));
    expect(Math.max(...(validation ?? []))).toBeLessThan(Math.min(...(held ?? [])));
    expect(splits.overlapping).toBe(2 * (horizon - 1));
    const used = splits.train.length + splits.validation.length + splits.test.length;
    expect(used + 2 * (horizon - 1)).toBe(table.count);
    expect(splitNotes(splitReport(table, splits))).toEqual([
      `${2 * (horizon - 1)} windows are in no part: what they forecast reaches into an earlier part.`,
    ]);
  });

  test('at random are told of', async () => {
    const table = await windows(text, { ...PLAIN, window: 5 });
    const notes = splitNotes(splitReport(table, splitRows(table, { ...split, kind: 'random' }, 1)));
    expect(notes.join(' ')).toContain('split by time or by group');
  });

  test('by group keep a series together', async () => {
    const rows = Array.from({ length: 90 }, (_, i) => `g${i % 9},${Math.floor(i / 9)},${i}`);
    const options = { ...PLAIN, group: 'g', time: 't', window: 3, target: 'x' };
    const table = await windows(['g,t,x', ...rows].join('\n'), options);
    const splits = splitRows(table, { ...split, kind: 'byGroup' }, 1);
    const groupsOf = (part: Int32Array) =>
      new Set([...part].map((row) => table.rowFacts?.group?.[row]));
    const parts = [splits.train, splits.validation, splits.test].map(groupsOf);
    expect(new Set(parts.flatMap((part) => [...part])).size).toBe(9);
    expect(parts.reduce((sum, { size }) => sum + size, 0)).toBe(9);
    expect(splitNotes(splitReport(table, splits))).toEqual([]);
  });

  test('have the scales of the rows that train', async () => {
    const options = { window: 5, scaling: 'series' };
    const table = await windows(text, options, { split, seed: 1 });
    const { train } = splitRows(table, split, 1);
    // From 100 on, one more in each row; each training window has 5 rows and one that it tells.
    const known = Array.from({ length: Math.max(...train) + 6 }, (_, i) => 100 + i);
    const mean = known.reduce((a, b) => a + b, 0) / known.length;
    const deviation = Math.sqrt(known.reduce((a, b) => a + (b - mean) ** 2, 0) / known.length);
    const scale = table.reading?.kind === 'windows' ? table.reading.scales?.[''] : undefined;
    expect(scale?.shift[0]).toBeCloseTo(mean, 10);
    expect(scale?.scale[0]).toBeCloseTo(deviation, 10);
    expect(rowsOf(table, 1)[0]?.[0]).toBeCloseTo((105 - mean) / deviation, 5);
  });

  test('divide targets by the deviation of those that train, which errors are told in', async () => {
    const table = await windows(text, { window: 5 }, { split, seed: 1 });
    const { train } = splitRows(table, split, 1);
    const told = [...train].map((row) => 105 + row);
    const mean = told.reduce((a, b) => a + b, 0) / told.length;
    const deviation = Math.sqrt(told.reduce((a, b) => a + (b - mean) ** 2, 0) / told.length);
    expect(table.columns[1]?.dividedBy).toBeCloseTo(deviation, 10);
    expect(rowsOf(table, 0)[0]).toEqual([100, 101, 102, 103, 104]);
  });
});

describe('the last window of a table', () => {
  const readingOf = ({ reading }: DataTable) => {
    if (reading?.kind !== 'windows') throw new Error('no windows');
    return reading;
  };

  test.each(['target', 'series', 'none'])(
    'is made as training made its own: %s',
    async (scaling) => {
      const options = { group: 'machine', time: 'cycle', window: 3, target: 'heat', scaling };
      const table = await windows(MACHINES, options);
      const reading = readingOf(table);
      // The same rows in another order, the last one of each machine not there yet.
      const known = MACHINES.split('\n').filter((line) => !/^(left,5|right,4)/.test(line));
      const text = [known[0], ...known.slice(1).reverse()].join('\n');
      const last = lastWindows(csvRows(text), reading);
      const [first, second] = [rowsOf(table, 0)[1], rowsOf(table, 0)[2]];
      const named = new Map(last.ends.map(({ name }, i) => [name, i]));
      expect([...named.keys()].sort()).toEqual(['left', 'right']);
      for (const [name, wanted, told, number] of [
        ['left', first, rowsOf(table, 1)[1], 5],
        ['right', second, rowsOf(table, 1)[2], 40],
      ] as const) {
        const at = named.get(name) ?? -1;
        expect([...last.values.subarray(at * 3, at * 3 + 3)]).toEqual(wanted);
        expect(last.inOwnNumbers(at, Float32Array.from(told ?? []))[0]).toBeCloseTo(number, 4);
      }
      expect(last.notes.join(' ')).toContain('No forecast for short');
    },
  );

  test('of a series that did not train is scaled by what is given of it', async () => {
    const options = { group: 'machine', time: 'cycle', window: 3, target: 'heat' };
    const reading = readingOf(await windows(MACHINES, { ...options, scaling: 'series' }));
    const text = 'machine,cycle,heat\nnew,1,5\nnew,2,7\nnew,3,9\n';
    const last = lastWindows(csvRows(text), reading);
    expect(last.notes.join(' ')).toContain('new did not train');
    expect(last.inOwnNumbers(0, Float32Array.of(0))).toEqual([7]);
    expect(() => lastWindows(csvRows('machine,cycle\na,1\nb,2\n'), reading)).toThrow(/heat/);
    expect(() => lastWindows(csvRows('machine,cycle,heat\na,1,2\na,2,3\n'), reading)).toThrow(
      /complete window/,
    );
  });
});

test('what is forecast has names, by column and then by row ahead', () => {
  const named = (change: object, width: number) =>
    forecastNames({ predict: 'next', targets: ['a', 'b'], horizon: 2, ...change }, width);
  expect(named({}, 4)).toEqual(['a +1', 'a +2', 'b +1', 'b +2']);
  expect(named({ predict: 'horizon' }, 2)).toEqual(['a +2', 'b +2']);
  expect(named({ predict: 'remaining', targets: [] }, 1)).toEqual(['rows left']);
  // A network may answer something else.
  expect(named({}, 3)).toBe(null);
  expect(named({ predict: 'class' }, 2)).toBe(null);
});

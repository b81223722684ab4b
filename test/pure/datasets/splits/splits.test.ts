/** Splits, normalisation and empty cells: nothing of validation and test leaks into training. */
import { describe, expect, it } from 'vitest';
import {
  type DataColumn,
  fillMissing,
  loadData,
  normalisationOf,
  splitRows,
} from '#engine/datasets/index.ts';
import { memoryFiles } from '#test/support/memoryFiles.ts';
import { loadTables, tableFiles } from '#test/support/tableFiles.ts';

const SHARES = [0, 0.001, 0.1, 0.25, 0.5, 0.9];

describe('splits', () => {
  const cases = [1, 2, 3, 4, 5, 7, 10, 150, 1001].flatMap((count) =>
    SHARES.flatMap((validation) => SHARES.map((test) => ({ count, validation, test }))),
  );

  it.each([undefined, 'own'] as const)('use every row once (test split: %s)', (own) => {
    for (const { count, validation, test } of cases) {
      const table = own ? { count: count + 3, testStart: count } : { count };
      const splits = splitRows(table, { validation, test }, 5);
      const all = [...splits.train, ...splits.validation, ...splits.test];
      expect(all.toSorted((a, b) => a - b)).toEqual([...Array(table.count).keys()]);
      expect(splits.train.length).toBeGreaterThan(0);
      if (own) expect([...splits.test]).toEqual([count, count + 1, count + 2]);
    }
  });

  it('have the shares asked for: test of all rows, validation of the rest', () => {
    const { train, validation, test } = splitRows(
      { count: 1000 },
      { validation: 0.1, test: 0.2 },
      1,
    );
    expect([train.length, validation.length, test.length]).toEqual([720, 80, 200]);
    const own = splitRows({ count: 70_000, testStart: 60_000 }, { validation: 0.1, test: 0.5 }, 1);
    expect([own.train.length, own.validation.length, own.test.length]).toEqual([
      54_000, 6_000, 10_000,
    ]);
  });

  it('give a positive share at least one row where training can spare it', () => {
    const sizes = (count: number) => {
      const { train, validation, test } = splitRows({ count }, { validation: 0.1, test: 0.1 }, 1);
      return [train.length, validation.length, test.length];
    };
    expect(sizes(1)).toEqual([1, 0, 0]);
    expect(sizes(2)).toEqual([1, 0, 1]);
    expect(sizes(3)).toEqual([1, 1, 1]);
    expect(sizes(4)).toEqual([2, 1, 1]);
    const none = splitRows({ count: 4 }, { validation: 0, test: 0 }, 1);
    expect([none.train.length, none.validation.length, none.test.length]).toEqual([4, 0, 0]);
  });

  it('depend on the seed alone, and mix the rows', () => {
    const shares = { validation: 0.2, test: 0.2 };
    const first = splitRows({ count: 500 }, shares, 1);
    expect(splitRows({ count: 500 }, shares, 1)).toEqual(first);
    expect(splitRows({ count: 500 }, shares, 2).test).not.toEqual(first.test);
    const mean = first.test.reduce((a, b) => a + b, 0) / first.test.length;
    expect(Math.abs(mean - 250)).toBeLessThan(50);
    // Training rows in the order of the source, the others shuffled.
    expect([...first.train]).toEqual([...first.train].toSorted((a, b) => a - b));
    expect([...first.validation]).not.toEqual([...first.validation].toSorted((a, b) => a - b));
  });

  it('of classes are about even for sorted sources', () => {
    const { test } = splitRows({ count: 150 }, { validation: 0.1, test: 0.3 }, 3);
    const counts = [0, 1, 2].map((k) => test.filter((row) => Math.floor(row / 50) === k).length);
    for (const count of counts) expect(count).toBeGreaterThan(7);
  });

  it('of no rows are refused', () => {
    expect(() => splitRows({ count: 0 }, { validation: 0.1, test: 0.1 }, 1)).toThrow(RangeError);
    expect(() => splitRows({ count: 5, testStart: 0 }, { validation: 0.1, test: 0.1 }, 1)).toThrow(
      RangeError,
    );
  });
});

const rows = (...numbers: number[]): Int32Array => Int32Array.from(numbers);
const features = (count: number, ...stored: number[]): DataColumn => ({
  field: { name: 'features', role: 'input', dtype: 'f32', shape: [count] },
  stored: Float32Array.from(stored),
});
const images = (shape: readonly number[], ...stored: number[]): DataColumn => ({
  field: { name: 'image', role: 'input', dtype: 'f32', shape },
  stored: Uint8Array.from(stored),
});

describe('normalisation', () => {
  it('standardises each feature from the training rows alone', () => {
    const column = features(2, 1, 10, 3, 10, 1000, -1000);
    const found = normalisationOf(column, rows(0, 1), 'auto');
    expect(found).toEqual({ shift: [2, 10], scale: [1, 1] });
    expect(normalisationOf(column, rows(0, 1), 'standardise')).toEqual(found);
  });

  it('keeps the scale of constant features, also where rounding blurs them', () => {
    const value = 0.1;
    const column = features(1, ...Array<number>(1000).fill(value));
    const all = Int32Array.from({ length: 1000 }, (_, row) => row);
    const found = normalisationOf(column, all, 'standardise');
    expect(found?.scale).toEqual([1]);
    expect(found?.shift[0]).toBeCloseTo(value, 6);
  });

  it('survives large values close together', () => {
    const found = normalisationOf(features(1, 2000, 2001, 2002), rows(0, 1, 2), 'auto');
    expect(found?.shift[0]).toBeCloseTo(2001, 9);
    expect(found?.scale[0]).toBeCloseTo(1 / Math.sqrt(2 / 3), 9);
  });

  it('brings images to 0..1, or standardises them per channel', () => {
    const column = images([2, 1, 2], 0, 100, 10, 10, 50, 50, 30, 30);
    expect(normalisationOf(column, rows(0, 1), 'auto')).toEqual({ shift: [0], scale: [1 / 255] });
    expect(normalisationOf(column, rows(0, 1), 'unit')).toEqual({ shift: [0], scale: [1 / 255] });
    const found = normalisationOf(column, rows(0, 1), 'standardise');
    expect(found?.shift).toEqual([50, 20]);
    expect(found?.scale[0]).toBeCloseTo(1 / Math.sqrt(1250), 9);
    expect(found?.scale[1]).toBeCloseTo(1 / 10, 9);
  });

  it('takes features to 0..1 of the training range, constants only shifted', () => {
    const found = normalisationOf(features(2, 2, 5, 6, 5, 99, 9), rows(0, 1), 'unit');
    expect(found).toEqual({ shift: [2, 5], scale: [0.25, 1] });
  });

  it('takes a scalar input as one feature', () => {
    const scalar = { ...features(1, 1, 3), field: { ...features(1).field, shape: [] } };
    expect(normalisationOf(scalar, rows(0, 1), 'auto')).toEqual({ shift: [2], scale: [1] });
  });

  it('never touches labels, targets or indices, and nothing in mode none', () => {
    const label: DataColumn = {
      field: { name: 'label', role: 'label', dtype: 'i32', shape: [], classes: 2 },
      stored: Int32Array.of(0, 1),
    };
    const target: DataColumn = {
      field: { name: 'target', role: 'target', dtype: 'f32', shape: [1] },
      stored: Float32Array.of(5, 6),
    };
    const tokens: DataColumn = {
      field: { name: 'tokens', role: 'input', dtype: 'i32', shape: [2] },
      stored: Int32Array.of(5, 6, 7, 8),
    };
    for (const column of [label, target, tokens]) {
      for (const mode of ['auto', 'none', 'unit', 'standardise'] as const) {
        expect(normalisationOf(column, rows(0, 1), mode)).toBeNull();
      }
    }
    expect(normalisationOf(features(1, 1, 2), rows(0, 1), 'none')).toBeNull();
    expect(normalisationOf(images([1, 1, 1], 1, 2), rows(0, 1), 'none')).toBeNull();
  });

  it('of generated digits is that of its training part', async () => {
    const table = await loadData('digits', { count: 200 }, memoryFiles({}));
    const { train } = splitRows(table, { validation: 0.1, test: 0.1 }, 1);
    const [column] = table.columns;
    if (!column) throw new Error('no image');
    const found = normalisationOf(column, train, 'standardise');
    let sum = 0;
    for (const row of train) for (let i = 0; i < 784; i++) sum += column.stored[row * 784 + i] ?? 0;
    expect(found?.shift[0]).toBeCloseTo(sum / (train.length * 784), 9);
  });
});

describe('empty cells', () => {
  const csv = 'a,b,y\n1,10,0.5\n,20,1.5\n5,,2.5\n9,60,3.5\n';
  const load = () => loadTables('csv:a.csv', { missing: 'mean' }, tableFiles({ 'a.csv': csv }));

  it('hold the mean of all rows at first, of the training rows once they are known', async () => {
    const table = await load();
    expect([...(table.columns[0]?.stored ?? [])]).toEqual([1, 10, 5, 20, 5, 30, 9, 60]);
    const filled = fillMissing(table, rows(0, 2, 1));
    expect([...(filled.columns[0]?.stored ?? [])]).toEqual([1, 10, 3, 20, 5, 15, 9, 60]);
    expect(filled.fingerprint).toBe(table.fingerprint);
    expect([...(table.columns[0]?.stored ?? [])]).toEqual([1, 10, 5, 20, 5, 30, 9, 60]);
  });

  it('of a feature that no training row has are 0', async () => {
    const filled = fillMissing(await load(), rows(1));
    expect([...(filled.columns[0]?.stored ?? [])]).toEqual([1, 10, 0, 20, 5, 20, 9, 60]);
  });

  it('leave a table without them as it is', async () => {
    const table = await loadData('moons', {}, memoryFiles({}));
    expect(fillMissing(table, rows(0))).toBe(table);
  });
});

/**
 * Rules: every kind of split uses each row at most once, keeps what it promises of classes, groups, times and
 * parts, follows from its seed, and says what the data lacks.
 */
import { describe, expect, test } from 'vitest';
import { apportion } from '#engine/datasets/core/splits/apportion.ts';
import { splitRows } from '#engine/datasets/index.ts';
import type { RowFacts } from '#engine/datasets/define.ts';
import { type SplitSettings, splitCounts } from '#engine/ir/batches.ts';
import { RandomStream } from '#engine/ops/index.ts';

const SHARES = { validation: 0.2, test: 0.25 };
const KINDS = ['random', 'stratified', 'byGroup', 'byTime'] as const;

/** Classes in blocks of the given sizes, as files often have them. */
function classTable(sizes: readonly number[], rowFacts: RowFacts = {}, testStart?: number) {
  const labels = sizes.flatMap((size, label) => Array<number>(size).fill(label));
  return {
    count: labels.length,
    columns: [
      {
        field: { name: 'y', role: 'label', dtype: 'i32', shape: [], classes: sizes.length },
        stored: Int32Array.from(labels),
      },
    ],
    rowFacts,
    ...(testStart !== undefined && { testStart }),
  } as const;
}
const factsOf = (count: number, groups = 12): RowFacts => {
  const stream = new RandomStream(3, 'data');
  return {
    group: Int32Array.from({ length: count }, () => stream.integer(groups)),
    time: Float64Array.from({ length: count }, () => stream.uniform()),
  };
};
const sorted = (...parts: readonly Int32Array[]) =>
  parts.flatMap((part) => [...part]).toSorted((a, b) => a - b);
const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return (error as { problems: [{ code: string }] }).problems[0].code;
  }
  return 'none';
};

describe('even shares in whole numbers', () => {
  test('are never a whole row from the exact ones, and add up both ways', () => {
    const stream = new RandomStream(11, 'data');
    for (let round = 0; round < 300; round++) {
      const parts = Array.from({ length: 2 + stream.integer(5) }, () => stream.integer(40));
      const all = parts.reduce((a, b) => a + b, 0);
      const cuts = Array.from({ length: stream.integer(12) }, () => stream.integer(all + 1));
      const ends = [0, ...cuts.toSorted((a, b) => a - b), all];
      const classes = ends.slice(1).map((end, i) => end - (ends[i] ?? 0));
      const counts = apportion(classes, parts);
      counts.forEach((row, i) => {
        expect(row.reduce((a, b) => a + b, 0)).toBe(classes[i]);
        row.forEach((count, part) => {
          const exact = ((classes[i] ?? 0) * (parts[part] ?? 0)) / Math.max(1, all);
          expect(Math.abs(count - exact)).toBeLessThan(1);
        });
      });
      parts.forEach((size, part) => {
        expect(counts.reduce((sum, row) => sum + (row[part] ?? 0), 0)).toBe(size);
      });
    }
  });
});

describe.each(KINDS)('%s', (kind) => {
  const table = classTable([60, 30, 7, 3], factsOf(100));
  test('uses every row once and follows from the seed', () => {
    const splits = splitRows(table, { kind, ...SHARES }, 5);
    expect(sorted(splits.train, splits.validation, splits.test)).toEqual([...Array(100).keys()]);
    expect(splitRows(table, { kind, ...SHARES }, 5)).toEqual(splits);
    expect(splits.validation.length).toBeGreaterThan(0);
    expect(splits.test.length).toBeGreaterThan(0);
    const other = splitRows(table, { kind, ...SHARES }, 6);
    if (kind !== 'byTime') expect(sorted(other.test)).not.toEqual(sorted(splits.test));
  });

  test("leaves a source's own test rows alone", () => {
    const own = classTable([60, 30, 7, 3], factsOf(100), 80);
    const splits = splitRows(own, { kind, ...SHARES }, 5);
    expect([...splits.test]).toEqual(Array.from({ length: 20 }, (_, i) => 80 + i));
    expect(sorted(splits.train, splits.validation)).toEqual([...Array(80).keys()]);
  });

  test('validates on every row but those of test once in all folds, and never trains on them', () => {
    const settings = { kind, ...SHARES, folds: 5 };
    const folds = [1, 2, 3, 4, 5].map((fold) => splitRows(table, { ...settings, fold }, 5));
    for (const { train, validation, test: kept } of folds) {
      expect(sorted(kept)).toEqual(sorted(folds[0]!.test));
      expect(new Set([...train, ...validation, ...kept]).size).toBe(
        train.length + validation.length + kept.length,
      );
    }
    const seen = sorted(...folds.map(({ validation }) => validation));
    expect(new Set(seen).size).toBe(seen.length);
    if (kind !== 'byTime') expect(sorted(folds[0]!.test, Int32Array.from(seen)).length).toBe(100);
  });

  test('takes a limited number of rows', () => {
    const settings = { kind, ...SHARES, maxRows: 40 };
    const { train, validation, test: kept } = splitRows(table, settings, 5);
    const rows = sorted(train, validation, kept);
    expect(rows.length).toBe(40);
    expect(new Set(rows).size).toBe(40);
    const ofFirst = rows.filter((row) => row < 60).length;
    expect(ofFirst).toBe(24);
  });

  test('is counted as it is split, or not counted', () => {
    for (const settings of [
      { kind, ...SHARES },
      { kind, ...SHARES, folds: 4, fold: 3 },
      { kind, ...SHARES, maxRows: 33 },
    ] satisfies SplitSettings[]) {
      const { train, validation, test: kept } = splitRows(table, settings, 5);
      const counted = splitCounts({ total: 100, test: null }, settings);
      const real = { train: train.length, validation: validation.length, test: kept.length };
      expect(counted).toEqual(kind === 'byGroup' ? null : real);
    }
  });
});

test('stratified keeps the share of every class within one row, in parts and in folds', () => {
  const sizes = [500, 301, 150, 40, 6, 3];
  const table = classTable(sizes);
  for (const folds of [0, 7]) {
    const settings = { kind: 'stratified', ...SHARES, folds, fold: 2 } as const;
    const splits = splitRows(table, settings, 1);
    for (const part of [splits.train, splits.validation, splits.test]) {
      sizes.forEach((size, label) => {
        const count = part.filter((row) => table.columns[0].stored[row] === label).length;
        const exact = (size * part.length) / table.count;
        // Training is several folds together: each of them is within one row.
        const most = folds > 0 && part === splits.train ? folds - 1 : 1;
        expect(Math.abs(count - exact)).toBeLessThan(most);
      });
    }
  }
});

test('no group is in two parts, and rows without one are each by themselves', () => {
  const group = factsOf(200, 9).group!.map((id, i) => (i % 10 === 0 ? -1 : id));
  const table = { count: 200, rowFacts: { group } };
  for (const settings of [SHARES, { ...SHARES, folds: 4, fold: 4 }]) {
    const splits = splitRows(table, { kind: 'byGroup', ...settings }, 2);
    const of = (part: Int32Array) => new Set([...part].map((row) => group[row]!));
    const parts = [splits.train, splits.validation, splits.test].map(of);
    for (const id of new Set(group)) {
      if (id >= 0) expect(parts.filter((part) => part.has(id)).length).toBe(1);
    }
    expect(Math.abs(splits.test.length - 50)).toBeLessThan(12);
  }
});

test('two groups leave one to train on, whatever their sizes', () => {
  const group = Int32Array.from({ length: 20 }, (_, i) => (i < 19 ? 0 : 1));
  const { train, test: kept } = splitRows(
    { count: 20, rowFacts: { group } },
    { kind: 'byGroup', validation: 0.1, test: 0.1 },
    1,
  );
  expect([train.length, kept.length].toSorted((a, b) => a - b)).toEqual([1, 19]);
});

test('by time trains on what came before validation, and that before test', () => {
  const { time } = factsOf(100);
  const table = { count: 100, rowFacts: { time: time!.map((t, i) => (i === 50 ? NaN : t)) } };
  for (const settings of [SHARES, { ...SHARES, folds: 3, fold: 2 }]) {
    const splits = splitRows(table, { kind: 'byTime', ...settings }, 1);
    const times = (part: Int32Array) => [...part].map((row) => time![row]!);
    const known = splits.train.filter((row) => row !== 50);
    expect(known.length).toBe(splits.train.length - 1);
    expect(Math.max(...times(known))).toBeLessThan(Math.min(...times(splits.validation)));
    expect(Math.max(...times(splits.validation))).toBeLessThan(Math.min(...times(splits.test)));
  }
});

test('by a column takes the parts as they are given, own test rows included', () => {
  const part = Uint8Array.from([2, 0, 1, 0, 9, 0]);
  const table = { count: 6, testStart: 4, rowFacts: { part } };
  const splits = splitRows(table, { kind: 'byColumn', ...SHARES }, 1);
  expect([sorted(splits.train), sorted(splits.validation), sorted(splits.test)]).toEqual([
    [1, 3, 5],
    [2],
    [0],
  ]);
});

describe('what the data lacks is said', () => {
  const settings = (
    kind: NonNullable<SplitSettings['kind']>,
    more: Partial<SplitSettings> = {},
  ) => ({
    ...{ kind, ...SHARES },
    ...more,
  });
  test.each([
    ['data.no-classes', 'stratified', {}],
    ['data.no-group', 'byGroup', {}],
    ['data.no-time', 'byTime', {}],
    ['data.no-part', 'byColumn', {}],
    ['data.no-such-fold', 'random', { folds: 3, fold: 4 }],
    ['data.too-few-for-folds', 'random', { folds: 30 }],
  ] as const)('%s', (code, kind, more) => {
    expect(codeOf(() => splitRows({ count: 10 }, settings(kind, more), 1))).toBe(code);
  });
  test('few groups, short times, parts in folds, and nothing to train on', () => {
    const of = (rowFacts: RowFacts, kind: NonNullable<SplitSettings['kind']>, folds: number) =>
      codeOf(() => splitRows({ count: 4, rowFacts }, settings(kind, { folds }), 1));
    const group = Int32Array.of(0, 0, 1, 1);
    const part = Uint8Array.of(1, 2, 1, 2);
    expect(of({ group }, 'byGroup', 3)).toBe('data.too-few-for-folds');
    expect(of({ time: Float64Array.of(1, 2, 3, 4) }, 'byTime', 4)).toBe('data.too-few-for-folds');
    expect(of({ part }, 'byColumn', 2)).toBe('data.folds-of-column');
    expect(of({ part }, 'byColumn', 0)).toBe('data.split-no-training');
  });
});

test('a random split of a seed is what it was before there were other kinds', () => {
  const {
    train,
    validation,
    test: kept,
  } = splitRows({ count: 12 }, { validation: 0.25, test: 0.2 }, 1);
  expect({ train: [...train], validation: [...validation], test: [...kept] }).toEqual({
    train: [1, 3, 4, 5, 6, 7, 9],
    validation: [8, 10, 0],
    test: [11, 2],
  });
});

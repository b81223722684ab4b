/**
 * Rules: streamed rows are dealt out so that each part lies in one piece; classes weigh alike together; texts and
 * columns have one order; of what is left out or listed the first few are named, and the rest is counted.
 */
import { describe, expect, test } from 'vitest';
import { sampleWeights } from '#engine/datasets/core/splits/weights.ts';
import { splitsOf } from '#engine/datasets/core/splits/splitRows.ts';
import { Skipped } from '#engine/datasets/images/skipped.ts';
import type { DataTable } from '#engine/datasets/define.ts';
import { bucketSizes, placesOf, streamedNote } from '#engine/datasets/shared/deal.ts';
import { byNumberOrWord, findColumn, findColumns, listed } from '#engine/datasets/table/columns.ts';
import { byCodePoint } from '#engine/datasets/text/codePoints.ts';

const rows = (...values: readonly number[]): Int32Array => Int32Array.from(values);

describe('rows that are streamed', () => {
  test('two buckets and what is on its way fit into what may be held', () => {
    expect(bucketSizes(10, 8, 128)).toEqual([3, 3, 4]);
    expect(bucketSizes(8, 8, 128)).toEqual([4, 4]);
    expect(bucketSizes(3, 1000, 8)).toEqual([1, 1, 1]);
    expect(bucketSizes(0, 8, 128)).toEqual([0]);
  });
  test('those that train fill the buckets, then come those that validate and those that test, in their order', () => {
    const splits = { train: rows(0, 2, 3, 6, 7), validation: rows(1, 8), test: rows(4, 9) };
    const places = placesOf(splits, [2, 3], 10, 1);
    expect([1, 8, 4, 9].map((row) => places[row])).toEqual([5, 6, 7, 8]);
    expect(places[5]).toBe(-1);
    const trained = [...splits.train].map((row) => places[row] ?? -1);
    expect(trained.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
    // By chance: not always into the same bucket.
    const first = new Set(
      Array.from({ length: 20 }, (_, seed) => (placesOf(splits, [2, 3], 10, seed)[0] ?? 0) < 2),
    );
    expect(first).toEqual(new Set([true, false]));
  });
  test('the note says how many parts there are, and how large the largest is', () => {
    expect(streamedNote('It is', [1, 3, 2], 2 ** 20)).toContain('in 3 parts of at most 3 MiB');
    expect(streamedNote('It is', [1200], 2 ** 20 + 1)).toContain('in 1 parts of at most 1,201 MiB');
  });
  test('which are in which part follows from how many are in each', () => {
    const streamed = { buckets: [2, 3], validation: 2, test: 1 };
    const table = { streamed, count: 8 } as unknown as DataTable;
    const splits = splitsOf(table, { kind: 'random', validation: 0.5, test: 0.5 }, 1);
    expect(splits.train).toEqual(rows(0, 1, 2, 3, 4));
    expect(splits.validation).toEqual(rows(5, 6));
    expect(splits.test).toEqual(rows(7));
  });
});

describe('what samples count for', () => {
  const field = { name: 'y', role: 'label', dtype: 'i32', shape: [], classes: 2 } as const;
  const table = (weight?: readonly number[]) => ({
    ...{ columns: [{ field, stored: rows(0, 0, 0, 1, 1) }], count: 5 },
    ...(weight && { rowFacts: { weight: Float32Array.from(weight) } }),
  });
  const weights = (
    settings: Parameters<typeof sampleWeights>[2],
    weight?: readonly number[],
    train = rows(0, 1, 2, 3),
  ) => sampleWeights(table(weight), train, settings);

  test('of a class by how rare it is: all of one together as much as all of another', () => {
    const { drawing, loss } = weights({ sampling: 'balanced', classWeights: 'none' });
    expect([...(drawing ?? [])].map((each) => Number(each.toFixed(6)))).toEqual([
      ...[0.666667, 0.666667, 0.666667, 2],
    ]);
    expect(loss).toBeNull();
    const weighed = weights({ sampling: 'each', classWeights: 'balanced' });
    expect(weighed.drawing).toBeNull();
    // 1 on average over training, and 1 for what does not train.
    expect([...(weighed.loss ?? [])].map((each) => Number(each.toFixed(6)))).toEqual([
      ...[0.666667, 0.666667, 0.666667, 2, 1],
    ]);
  });
  test('of a row what the data says, and not twice where it is drawn by it', () => {
    const { drawing, loss } = weights(
      { sampling: 'weighted', classWeights: 'none' },
      [0, 1, 2, 5, 9],
    );
    expect([...(drawing ?? [])]).toEqual([0, 1, 2, 5]);
    expect(loss).toBeNull();
    const plain = weights({ sampling: 'each', classWeights: 'none' }, [0, 1, 2, 5, 9]);
    expect([...(plain.loss ?? [])]).toEqual([0, 0.5, 1, 2.5, 1]);
  });
  test('nothing is learned of nothing, and what the data does not say cannot be asked for', () => {
    const codeOf = (run: () => unknown): string => {
      try {
        run();
        return 'none';
      } catch (error) {
        return (error as { problems: [{ code: string }] }).problems[0].code;
      }
    };
    const weighted = { sampling: 'weighted', classWeights: 'none' } as const;
    expect(codeOf(() => weights(weighted, [0, 0, 0, 0, 1]))).toBe('data.no-weights');
    expect(codeOf(() => weights(weighted))).toBe('data.no-weights');
  });
});

test('texts are in the order of their code points, as in Python', () => {
  const sorted = ['b', '\u{1f600}', 'ab', '\uffee', 'a', '', 'B'].sort(byCodePoint);
  expect(sorted).toEqual(['', 'B', 'a', 'ab', 'b', '\uffee', '\u{1f600}']);
  expect(byCodePoint('same', 'same')).toBe(0);
  expect(Math.sign(byCodePoint('b', 'a'))).toBe(1);
});

describe('columns', () => {
  const raw = { names: ['Age', 'sex', 'a, b', '2', 'AGE'], path: 't.csv' };
  test('are found by name, written as they are or not, or by their number', () => {
    const at = (text: string) => findColumn(raw, text, 'target');
    expect(['Age', 'AGE', 'age', ' SEX ', 'a, b'].map(at)).toEqual([0, 4, 0, 1, 2]);
    // A column that is called 2 is that one.
    expect(['1', '2', '3', '5', ''].map(at)).toEqual([0, 3, 2, 4, null]);
    for (const text of ['0', '6', 'ages ago']) expect(() => at(text)).toThrow('There is no column');
    expect(() => at('sexx')).toThrow('did you mean "sex"');
  });
  test('several are separated by commas, each once, and one with a comma is one', () => {
    expect(findColumns(raw, 'sex, Age,,sex', 'features')).toEqual([1, 0]);
    expect(findColumns(raw, ' a, b ', 'features')).toEqual([2]);
  });
  test('classes are in the order of numbers, or of words', () => {
    expect(['10', '9', '-1'].sort(byNumberOrWord)).toEqual(['-1', '9', '10']);
    expect(['b', 'a', 'c'].sort(byNumberOrWord)).toEqual(['a', 'b', 'c']);
    expect(byNumberOrWord('a', 'a')).toBe(0);
  });
  test('forty are listed, and the rest is counted', () => {
    const names = Array.from({ length: 41 }, (_, i) => `c${i}`);
    expect(listed(names.slice(0, 40))).toMatch(/c38, c39$/);
    expect(listed(names)).toMatch(/c38, c39 and 1 more$/);
  });
});

test('what is left out is counted by reason, the most frequent first, and five of each are named', () => {
  const skipped = new Skipped();
  expect(skipped.sentences()).toEqual([]);
  skipped.add('a.txt', 'No picture');
  expect(skipped.sentences()).toEqual(['1 file is left out.', 'No picture: a.txt.']);
  for (let i = 1; i <= 5; i++) skipped.add(`${i}.png`, 'Too small');
  expect(skipped.sentences()[1]).toBe('Too small: 1.png, 2.png, 3.png, 4.png, 5.png.');
  skipped.add('6.png', 'Too small');
  expect(skipped.sentences()).toEqual([
    '7 files are left out.',
    'Too small: 1.png, 2.png, 3.png, 4.png, 5.png and 1 more.',
    'No picture: a.txt.',
  ]);
  for (const reason of ['c', 'd', 'e']) skipped.add('x', reason);
  expect(skipped.sentences()).toHaveLength(6);
  skipped.add('x', 'f');
  expect(skipped.sentences().at(-1)).toBe('There are 1 more reasons.');
  expect(skipped.count).toBe(11);
});

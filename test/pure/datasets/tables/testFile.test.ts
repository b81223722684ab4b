/**
 * Rule: a second table is the test split. Nothing is learned from it: it is read as `predict` reads rows, with the
 * columns, words and steps of the first; where it has other columns, these are named.
 */
import { describe, expect, test } from 'vitest';
import {
  encodeRows,
  type Fitting,
  loadData,
  readRows,
  type SourceOptions,
  splitRows,
} from '#engine/datasets/index.ts';
import { tableReader } from '#main/dataProcess/tables/tables.ts';
import { problemOf } from '#test/support/problems.ts';
import { tableFiles } from '#test/support/tableFiles.ts';

const line = (i: number): string =>
  `${i},${i % 3 ? 'red' : 'blue'},2020-01-0${1 + (i % 9)},${i % 2 ? 'yes' : 'no'}`;
const HEADER = 'a,colour,day,state';
const TRAIN = [HEADER, ...Array.from({ length: 20 }, (_, i) => line(i))].join('\n');
const TEST = [HEADER, ...Array.from({ length: 6 }, (_, i) => line(100 + i))].join('\n');

function load(
  files: { readonly train?: string; readonly test?: string },
  options: SourceOptions = {},
  fitting?: Fitting,
) {
  const content = { 'd/train.csv': files.train ?? TRAIN, 'd/test.csv': files.test ?? TEST };
  const access = tableFiles(content);
  const asked = { testFile: 'test.csv', rowNames: 'keep', ...options };
  const able = { tables: tableReader(access) };
  return loadData('csv:d/train.csv', asked, access, undefined, able, fitting);
}
const RECIPE = [
  { step: 'standardise', columns: ['a'] },
  { step: 'dateParts', columns: ['day'] },
] as never;
const FITTING: Fitting = {
  split: { kind: 'random', validation: 0.2, test: 0.3, folds: 0, fold: 1, maxRows: 0 },
  seed: 3,
};

describe('a table with a test file', () => {
  test.each([
    ['without a recipe', {}],
    ['with one', { recipe: RECIPE }],
  ])('%s has its rows as predict has them, behind those of its own', async (_how, options) => {
    const table = await load({}, options, FITTING);
    const alone = await load(
      {},
      { ...options, testFile: '' },
      {
        ...FITTING,
        split: { ...FITTING.split, test: 0 },
      },
    );
    expect([table.count, table.testStart]).toEqual([26, 20]);
    const [features, label] = table.columns;
    expect(features?.stored.slice(0, alone.columns[0]?.stored.length)).toEqual(
      alone.columns[0]?.stored,
    );
    if (!table.report) throw new Error('no report');
    const dialect = { delimiter: 'auto', header: 'auto', skipRows: 0, quotes: 'standard' } as const;
    const rows = encodeRows(readRows(TEST, 'test.csv', dialect), table.report, null, true);
    expect(features?.stored.slice(-rows.values.length)).toEqual(rows.values);
    expect(label?.stored.slice(20)).toEqual(Int32Array.from(rows.target ?? []));
    const { train, validation, test: tested } = splitRows(table, FITTING.split, 3);
    expect([train.length, validation.length]).toEqual([16, 4]);
    expect([...tested]).toEqual([20, 21, 22, 23, 24, 25]);
  });

  test('learns nothing from it, whatever stands there', async () => {
    const fitted = async (a: string) => {
      const other = TEST.replaceAll(/^1\d\d,/gm, `${a},`);
      return (await load({ test: other }, { recipe: RECIPE }, FITTING)).report;
    };
    expect(await fitted('1')).toEqual(await fitted('123456'));
  });

  test('takes words that are new there for empty cells, and leaves these rows out or fills them', async () => {
    const other = TEST.replace('100,red', '100,green').replace('101,red', '101,');
    const dropped = await load({ test: other });
    expect(dropped.count - (dropped.testStart ?? 0)).toBe(4);
    expect(dropped.notes?.join(' ')).toContain('1 rows of the test file have a word in colour');
    const filled = await load({ test: other }, { missing: 'mean' });
    expect(filled.count - (filled.testStart ?? 0)).toBe(6);
    expect(filled.columns[0]?.missing).toHaveLength(2);
    expect(filled.columns[0]?.stored.every(Number.isFinite)).toBe(true);
  });

  test('reads words that look like numbers there as words', async () => {
    const code = (text: string) => text.replaceAll('red', '07').replaceAll('blue', 'x');
    const test_ = code(TEST).replaceAll(',x,', ',07,');
    const { columns, testStart = 0 } = await load({ train: code(TRAIN), test: test_ });
    const width = columns[0]?.field.shape[0] ?? 0;
    const places = [...(columns[0]?.stored.slice(testStart * width) ?? [])];
    expect(new Set(places.filter((_, i) => i % width === 1))).toEqual(new Set([0]));
  });

  test('applies filters to both, and keeps what is known of rows', async () => {
    const filter = [{ step: 'filter', expression: 'a != 3 and a != 103' }] as never;
    const weighed = (text: string) => text.replaceAll(/^(\w+)/gm, '$1,$1').replace('a,a', 'w,a');
    const files = { train: weighed(TRAIN), test: weighed(TEST) };
    const table = await load(files, { recipe: filter, weight: 'w' }, FITTING);
    expect([table.testStart, table.count]).toEqual([19, 24]);
    expect(table.rowFacts?.weight?.[18]).toBe(19);
    expect([...(table.rowFacts?.weight?.slice(19) ?? [])]).toEqual([1, 1, 1, 1, 1]);
  });

  test.each<[string, string, string, string]>([
    ['without a column', TEST.replace('colour', 'color'), 'csv.test-columns', 'no column colour'],
    [
      'without two',
      TEST.replace('a,colour', 'A,color'),
      'csv.test-columns',
      'no columns a, colour',
    ],
    ['without the target', TEST.replace('state', 'other'), 'csv.test-columns', 'no column state'],
    [
      'with words for numbers',
      TEST.replace(/^1(\d\d),/gm, 'n$1,'),
      'csv.test-columns',
      '"n00" is not a number',
    ],
    ['with another class', TEST.replace('no', 'maybe'), 'csv.target-unknown', '"maybe" is none of'],
    ['without a row', HEADER, 'csv.test-columns', 'no columns a, colour, day'],
    ['of gaps', `${HEADER}\n,red,2020-01-01,yes\n,red,2020-01-01,no`, 'csv.no-test-rows', ''],
  ])('%s is refused in words', async (_what, other, code, words) => {
    const problem = await problemOf(() => load({ test: other }));
    expect(problem.code).toBe(code);
    expect(problem.message).toContain(words);
    expect(problem.path).toMatch(/^d\/test\.csv/);
  });

  test('with several targets has all of them: labels, or numbers as they are scaled', async () => {
    const train = ['a,urgent,spam,b', '1,0,1,5', '2,1,1,6', '3,0,0,7', '4,1,0,8'].join('\n');
    const other = ['spam,b,a,urgent', '1,9,5,1', '0,8,6,', '1,7,7,0'].join('\n');
    const labels = await load({ train, test: other }, { target: 'urgent, spam' });
    expect([labels.testStart, labels.count]).toEqual([4, 6]);
    expect([...(labels.columns[1]?.stored ?? [])]).toEqual([0, 1, 1, 1, 0, 0, 1, 0, 1, 1, 0, 1]);
    const options = { target: 'b, a', targetScale: 10 };
    const numbers = await load({ train, test: other.replace('6,', '6,0') }, options);
    expect(numbers.columns[1]?.stored.slice(8)).toEqual(
      Float32Array.of(0.9, 0.5, 0.8, 0.6, 0.7, 0.7),
    );
    const refused = (text: string) =>
      problemOf(() => load({ train, test: text }, { target: 'urgent, spam' }));
    expect(await refused(other.replace('urgent', 'other'))).toMatchObject({
      ...{ code: 'csv.test-columns', path: 'd/test.csv' },
      message: 'The test file has no column urgent, which is to be predicted.',
    });
    expect(await refused(other.replace('1,9', '2,9'))).toMatchObject({
      ...{ code: 'csv.target-unknown', path: 'd/test.csv, line 2, column 1 (spam)' },
      message: '"2" is neither 0 nor 1, as all of spam are in the other file.',
    });
  });

  test('that is not there is named', async () => {
    expect(await problemOf(() => load({}, { testFile: 'none.csv' }))).toMatchObject({
      ...{ code: 'file.not-found', path: 'd/none.csv' },
    });
  });
});

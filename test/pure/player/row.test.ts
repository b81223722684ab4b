/** Rule: a row that is pasted into a page is read as the table was, or it is said what is wrong with it. */
import { expect, test } from 'vitest';
import type { PlayerColumn } from '#engine/export/player/model.ts';
import { parseRow, readColumn, writeColumn } from '#player/inputs/parseRow.ts';

const number = (name: string, at: number): PlayerColumn => ({
  ...{ name, at, low: 0, high: 1, typical: 0.5, isWhole: false },
});
const COLUMNS: readonly PlayerColumn[] = [
  number('age', 0),
  { ...number('sex', 1), categories: ['female', 'male'] },
  { ...number('port', 2), categories: ['C', 'Q', 'S'] },
];
const SIZE = 5;

const numbersOf = (text: string): readonly number[] | string => {
  const parsed = parseRow(text, COLUMNS, SIZE);
  return parsed.ok ? [...parsed.numbers] : parsed.why;
};

test('two words are one number, three are one each', () => {
  expect(numbersOf('29, male, S')).toEqual([29, 1, 0, 0, 1]);
  expect(numbersOf('0.5\tfemale\tC')).toEqual([0.5, 0, 1, 0, 0]);
});

test('by tabs, semicolons, commas or spaces; quoted words; more than is asked for', () => {
  for (const text of ['1;male;Q', '1 male Q', '"1","male","Q"', '1,male,Q,survived\n']) {
    expect(numbersOf(text)).toEqual([1, 1, 0, 1, 0]);
  }
});

test('what is missing or not known is named', () => {
  expect(numbersOf('1, male')).toBe('2 of 3 values');
  expect(numbersOf('old, male, S')).toBe('age cannot be “old”');
  expect(numbersOf(', male, S')).toBe('age cannot be “”');
  expect(numbersOf('1, male, Z')).toBe('port cannot be “Z”');
});

test('what is written of a column is read of it', () => {
  const numbers = new Float32Array(SIZE);
  const values = [0.25, 1, 2];
  COLUMNS.forEach((column, i) => writeColumn(numbers, column, values[i] ?? 0));
  expect(COLUMNS.map((column) => readColumn(numbers, column))).toEqual(values);
});

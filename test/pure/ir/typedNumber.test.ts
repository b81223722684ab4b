/** Rule: a typed number is read in one way, and never as another one a thousand times as large without asking. */
import { expect, test } from 'vitest';
import { readTypedNumber, settledNumber } from '#engine/ir/typedNumber.ts';

test.each([
  ['0,005', 0.005],
  ['0,001', 0.001],
  ['0,01', 0.01],
  ['1,5', 1.5],
  ['1,2345', 1.2345],
  [',5', 0.5],
  ['0.005', 0.005],
  ['1.234', 1.234],
  ['.5', 0.5],
  ['5.', 5],
  ['12', 12],
  ['+12', 12],
  ['-12,5', -12.5],
  ['\u22123.5', -3.5],
  ['1e-3', 0.001],
  ['1E3', 1000],
  ['1,5e-3', 0.0015],
  // With an exponent nobody groups digits.
  ['1,234e3', 1234],
  ['1 234', 1234],
  ['1\u202f234\u202f567', 1234567],
  ["12'000", 12000],
  ['1 234,5', 1234.5],
  ['1,234.5', 1234.5],
  ['1.234,5', 1234.5],
  ['1,234,567', 1234567],
  ['1.234.567', 1234567],
  ['1,234,567.25', 1234567.25],
  [' 7 ', 7],
])('%j is %d', (text, value) => {
  expect(readTypedNumber(text)).toEqual({ kind: 'number', value });
});

test.each([
  ['1,234', 1.234, 1234],
  ['12,000', 12, 12000],
  ['-999,999', -999.999, -999999],
])('%j is %d or %d', (text, decimal, grouped) => {
  expect(readTypedNumber(text)).toEqual({ kind: 'ambiguous', decimal, grouped });
});

test.each([
  ...['', ' ', '-', '.', ',', 'e3', 'abc', '1e', '1..2', '1,,2', '1,2,3', '1.2.3', '12,34,567'],
  ...['1 23', '12 34', '1.5.', '1,234.5,6', '0,123,456', '0x10', 'Infinity', 'NaN', '1e999', '1_0'],
  ...['1.2,345.6', '1 2', '--1'],
])('%j is no number', (text) => {
  expect(readTypedNumber(text)).toEqual({ kind: 'none' });
});

test('what fits decides where only one of two does', () => {
  const read = readTypedNumber('1,234');
  expect(settledNumber(read, Number.isInteger)).toEqual({ kind: 'number', value: 1234 });
  expect(settledNumber(read, (value) => value < 10)).toEqual({ kind: 'number', value: 1.234 });
  expect(settledNumber(read, () => true)).toBe(read);
  expect(settledNumber(read, () => false)).toBe(read);
  const one = readTypedNumber('5');
  expect(settledNumber(one, () => false)).toBe(one);
});

/** Rule: a number is written alike on either side of each place where its form changes, and never as more than it is. */
import { describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatCompact,
  formatDuration,
  formatEnd,
  formatExponent,
  formatFixed,
  formatNumber,
  formatPercent,
  formatRate,
  formatShort,
  formatYears,
  scaled,
} from '#engine/runs/numberText.ts';

type Written = readonly [value: number, text: string];

describe('a number changes its form', () => {
  test.each<Written>([
    [9.99e-5, '9.99e−5'],
    [1e-4, '0.0001000'],
    [-1e-4, '−0.0001000'],
    [9.9994, '9.999'],
    [10_000, '10,000'],
    [12.5, '12.50'],
    [999_999, '999,999'],
    [1e6, '1e6'],
    [-1_234_567, '−1.23e6'],
  ])('of four digits: %d', (value, text) => expect(formatNumber(value)).toBe(text));
  test('of no more decimals than eight, and of no more digits than are asked for', () => {
    expect(formatNumber(0.000123456789, 7)).toBe('0.00012346');
    expect(formatNumber(123_456, 2)).toBe('123,456');
    expect(formatNumber(1.5e-9, 2)).toBe('1.5e−9');
  });
  test.each<Written>([
    [10_000, '1e4'],
    [999, '999'],
    [10, '10'],
    [9.96, '10.0'],
    [9.94, '9.9'],
    [1, '1.0'],
    [0.994, '0.99'],
    [0.01, '0.01'],
    [0.0099, '0.010'],
    [0.001, '0.001'],
    [0.00099, '9.9e−4'],
    [0, '0.0'],
  ])('at the end of a histogram: %d', (value, text) => expect(formatEnd(value)).toBe(text));
  test('an end is zero beside a range ten thousand times as large, and itself beside a smaller one', () => {
    expect(formatEnd(0.02, 199)).toBe('0.02');
    expect(formatEnd(0.02, 201)).toBe('0.0');
  });
  test.each<Written>([
    [0.99, '0.99 ms'],
    [0.123, '0.12 ms'],
    [1, '1.0 ms'],
    [99.9, '99.9 ms'],
    [100, '100 ms'],
    [999.4, '999 ms'],
    [999.5, '1.0 s'],
    [9_949, '9.9 s'],
    [9_950, '10 s'],
    [59_499, '59 s'],
    [59_500, '1 min 00 s'],
    [3_599_000, '59 min 59 s'],
    [3_600_000, '1 h 00 min'],
    [86_369_000, '23 h 59 min'],
    [86_370_000, '1 d 0 h'],
    [180_000_000, '2 d 2 h'],
  ])('as a duration: %d ms', (ms, text) => expect(formatDuration(ms)).toBe(text));
  test.each<Written>([
    [999, '999'],
    [9_999, '9,999'],
    [10_000, '10 k'],
    [12_345, '12.3 k'],
    [99_940, '99.9 k'],
    [99_950, '100 k'],
    [999_400, '999 k'],
    [999_500, '1 M'],
    [9_994_000, '9.99 M'],
    [9_995_000, '10 M'],
    [-2_500_000, '−2.5 M'],
    [3e9, '3 G'],
    [4.25e12, '4.25 T'],
  ])('with a prefix: %d', (value, text) => expect(formatCompact(value)).toBe(text));
});

test.each<readonly [value: number, text: string]>([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1 kB'],
  [1_234_000_000, '1.23 GB'],
])('bytes go by thousands: %d', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
test('what is not scaled has no symbol', () => {
  expect(scaled(999, 1000)).toEqual({ text: '999', symbol: '' });
  expect(scaled(500, 0)).toEqual({ text: '500', symbol: '' });
});

test('a share below all of it is never written as all of it', () => {
  expect(formatPercent(0.9995)).toBe('99.9%');
  expect(formatPercent(0.99949)).toBe('99.9%');
  expect(formatPercent(0.99999, 3)).toBe('99.999%');
  expect(formatPercent(1.002)).toBe('100.2%');
  expect(formatPercent(1, 2)).toBe('100%');
  expect(formatPercent(0)).toBe('0.0%');
});
test('zeros say nothing at the end of an exponent or a caption', () => {
  expect(formatExponent(1.5e-7, 3)).toBe('1.5e−7');
  expect(formatExponent(2e5, 1)).toBe('2e5');
  expect(formatExponent(0)).toBe('0');
  expect(formatShort(0.47)).toBe('0.47');
  expect(formatShort(1)).toBe('1');
  expect(formatShort(1200)).toBe('1,200');
  expect(formatShort(100)).toBe('100');
});
test('there is no negative zero', () => {
  expect(formatFixed(-0.04, 1)).toBe('0.0');
  expect(formatFixed(-0, 0)).toBe('0');
  expect(formatFixed(-0.05, 1)).toBe('−0.1');
});
test('a rate is written in three digits, or as many as are asked for', () => {
  expect(formatRate(0.0123456)).toBe('0.0123');
  expect(formatRate(0.00123456)).toBe('1.23e−3');
  expect(formatRate(0.00123456, 2)).toBe('1.2e−3');
});
test.each([formatNumber, formatFixed, formatExponent, formatPercent, formatDuration, formatBytes])(
  'what is no number is said to be none: %o',
  (format: (value: number, digits: number) => string) => {
    const told = [NaN, Infinity, -Infinity].map((value) => format(value, 2));
    expect(told).toEqual(['NaN', '∞', '−∞']);
  },
);
test('the last day of a year belongs to it', () => {
  expect(formatYears(2020)).toBe('2020-01-01');
  expect(formatYears(2020.9999)).toBe('2020-12-31');
  expect(formatYears(NaN)).toBe('NaN');
});

/** Rule: names under columns are whole and never meet; what is chosen is always named. */
import { expect, test } from 'vitest';
import { placedNames, WIDEST_NAME } from '#renderer/charts/columnNames.ts';

const STRIP = { left: 40, columnWidth: 20 };
const shown = (widths: readonly number[], first?: ReadonlySet<number>) =>
  placedNames(widths, STRIP, first)
    .map(({ index }) => index)
    .toSorted((a, b) => a - b);

test('all are there where all fit, a little squeezed if need be', () => {
  expect(shown([10, 17, 21, 12])).toEqual([0, 1, 2, 3]);
  const [, , squeezed] = placedNames([10, 17, 21, 12], STRIP);
  expect(squeezed).toEqual({ index: 2, x: 90, width: 17 });
});

test('one that would meet the one before is left out, and the next that has room comes', () => {
  expect(shown([15, 50, 15, 15, 50, 15])).toEqual([0, 2, 3, 5]);
});

test('nothing leaves the strip', () => {
  const [first] = placedNames([60, 10, 10], STRIP);
  expect((first?.x ?? 0) - (first?.width ?? 0) / 2).toBe(40);
  const last = placedNames([10, 10, 10, 60], STRIP).at(-1);
  expect(last?.index).toBe(2);
  const [long] = placedNames([900, 5], STRIP);
  expect(long?.width).toBeLessThanOrEqual(Math.min(WIDEST_NAME, 40));
});

test('where neighbours are left out a name is not squeezed', () => {
  const names = placedNames([15, 50, 21, 50, 15, 15], STRIP);
  expect(names.map(({ index, width }) => [index, width])).toEqual([
    [0, 15],
    [2, 21],
    [4, 15],
    [5, 15],
  ]);
});

test('what is chosen is named, and others make room for it', () => {
  expect(shown([15, 50, 15, 15], new Set([1]))).toEqual([1, 3]);
});

test('no two meet, however the columns are', () => {
  for (const columnWidth of [4, 9, 14, 33]) {
    const widths = Array.from({ length: 40 }, (_, i) => 5 + ((i * 37) % 71));
    const names = placedNames(widths, { left: 0, columnWidth }, new Set([20]));
    const sorted = names.toSorted((a, b) => a.x - b.x);
    sorted.forEach((name, i) => {
      const next = sorted[i + 1];
      if (next) expect(name.x + name.width / 2).toBeLessThan(next.x - next.width / 2);
    });
    expect(names.length).toBeGreaterThan(1);
  }
});

/** Rules of lists of row numbers: ranges, choices in order, rows of the same key together. */
import { expect, test } from 'vitest';
import { groupRows, pickRows, rowRange, selectRows } from '#engine/datasets/shared/rowNumbers.ts';

test('a range begins where it is told to', () => {
  expect(rowRange(3, 4)).toEqual(Int32Array.of(3, 4, 5, 6));
  expect(rowRange(3, 0)).toEqual(new Int32Array(0));
});

test('what is selected keeps its order, and is a list of its own', () => {
  const rows = Int32Array.of(5, 2, 9, 4);
  expect(selectRows(rows, (row) => row % 2 === 1)).toEqual(Int32Array.of(5, 9));
  const all = selectRows(rows, () => true);
  all[0] = 7;
  expect(rows[0]).toBe(5);
});

test('what rows have is put where it is asked for', () => {
  expect(pickRows(new Float32Array(2), [3, 1], (row) => row / 2)).toEqual(
    Float32Array.of(1.5, 0.5),
  );
});

test('rows of a key are together, keys and rows in the order in which they come', () => {
  const groups = groupRows(Int32Array.of(4, 1, 2, 3), (row) => row % 2);
  expect([...groups]).toEqual([
    [0, Int32Array.of(4, 2)],
    [1, Int32Array.of(1, 3)],
  ]);
});

/** Rule: ticks stand at round values within an axis, with room between them; an axis is a little wider than its data. */
import { expect, test } from 'vitest';
import { logTicks, niceTicks, padded, withRoom } from '#engine/runs/ticks.ts';

test('ticks reach both ends where those are round', () => {
  expect(niceTicks(0, 1, 10)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
  expect(niceTicks(-2, 2, 4)).toEqual([-2, -1, 0, 1, 2]);
  expect(niceTicks(0, 10, 1)).toEqual([0, 10]);
  expect(niceTicks(0, 10, 0)).toEqual([0]);
  expect(niceTicks(5, 1, 4)).toEqual([5]);
  expect(niceTicks(0.3, 0.9, 3)).toEqual([0.4, 0.6, 0.8]);
});
test('on a logarithmic axis every second power stands where all would be too many', () => {
  expect(logTicks(1, 1e6, 3)).toEqual([1, 100, 10_000, 1e6]);
  expect(logTicks(1, 1e6, 6)).toHaveLength(7);
  expect(logTicks(1, 100, 5)).toEqual([1, 10, 100]);
  expect(logTicks(1, 10, 5)).toEqual([1, 2, 5, 10]);
  expect(logTicks(3, 3, 5)).toEqual([]);
  expect(logTicks(-1, 10, 5)).toEqual([]);
  // None of the round ones lies between them.
  expect(logTicks(2.1, 2.9, 4)).toEqual([2.2, 2.4, 2.6, 2.8]);
});
test('two ticks are at least a line of figures apart', () => {
  const at = (...values: readonly number[]) => values.map((value) => ({ at: value }));
  expect(withRoom(at(0, 15, 29, 30), [0, 100], 100)).toEqual(at(0, 15, 30));
  expect(withRoom(at(10, 24, 25), [10, 60], 50)).toEqual(at(10, 25));
});
test('an axis is wider than its data by a share of it, or of what it is at, or by one', () => {
  expect(padded([2, 12], 0.1)).toEqual([1, 13]);
  expect(padded([0, 100])).toEqual([-4, 104]);
  expect(padded([-20, -20])).toEqual([-22, -18]);
  expect(padded([0, 0])).toEqual([-1, 1]);
});

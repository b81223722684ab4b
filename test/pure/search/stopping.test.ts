/** Rule: a trial ends early where the rule's paper says so, and not before. */
import { describe, expect, test } from 'vitest';
import { type Report, stoppingRules } from '#engine/search/index.ts';

const curve = (...losses: readonly number[]): readonly Report[] =>
  losses.map((loss, i) => ({ epoch: i + 1, loss }));
const stops = (id: string, reports: readonly Report[], others: readonly (readonly Report[])[]) =>
  (stoppingRules.get(id)?.reason({ reports, others }) ?? null) !== null;

describe('median', () => {
  const others = [1, 2, 3, 4, 5].map((loss) => curve(loss + 5, loss));
  test('worse than the median of the epoch ends', () => {
    expect(stops('median', curve(9, 3.1), others)).toBe(true);
    expect(stops('median', curve(9, 3), others)).toBe(false);
  });
  test('the best so far counts, not the last', () => {
    expect(stops('median', curve(2, 50), others)).toBe(false);
  });
  test('nothing ends before five others have come as far', () => {
    expect(stops('median', curve(9, 9), others.slice(1))).toBe(false);
    expect(stops('median', curve(9, 9, 9), others)).toBe(false);
  });
  test('of an even number it is between the two in the middle', () => {
    const six = [...others, curve(11, 6)];
    expect(stops('median', curve(9, 3.4), six)).toBe(false);
    expect(stops('median', curve(9, 3.6), six)).toBe(true);
  });
});

/**
 * Worked by hand: nine trials, one after the other, reduction 3, rungs at 1, 3 and 9 epochs. The loss of trial i is
 * the same at every epoch, in the order 5 4 6 1 9 2 8 3 7. On rung 1 a trial goes on if it is the best of the
 * first two, then among the best third of those that came: 5 (1 of 1), 4 (best of 2), 6 (bar 4: ends),
 * 1 (bar of 4 trials: 1), 9 ends, 2 (6 trials, best two: 1 2), 8 ends, 3 (8 trials, best two: 1 2: ends), 7 ends.
 */
test('ASHA against an example worked by hand', () => {
  const losses = [5, 4, 6, 1, 9, 2, 8, 3, 7];
  const others: (readonly Report[])[] = [];
  const epochs = losses.map((loss) => {
    const reports: Report[] = [];
    for (let epoch = 1; epoch <= 9; epoch++) {
      reports.push({ epoch, loss });
      if (stops('asha', reports, others)) break;
    }
    others.push(reports);
    return reports.length;
  });
  // Rung 3: 5, 4 (best of two), 1 (bar of three: 1), 2 ends (bar of four: 1). Rung 9: 5, 4, 1.
  expect(epochs).toEqual([9, 9, 1, 9, 1, 3, 1, 1, 1]);
});

describe('ASHA', () => {
  test('between rungs nothing ends', () => {
    const others = [curve(1, 1, 1), curve(2, 2, 2), curve(3, 3, 3)];
    expect(stops('asha', curve(1, 9), others)).toBe(false);
    expect(stops('asha', curve(1, 9, 9), others)).toBe(true);
  });
  test('epochs that were not told are those before', () => {
    const told = [{ epoch: 2, loss: 9 }];
    expect(stops('asha', told, [curve(1, 1), curve(1, 1)])).toBe(true);
    expect(stops('asha', [{ epoch: 2, loss: 0 }], [curve(1, 1), curve(1, 1)])).toBe(false);
  });
  test('what is not finite is worst', () => {
    expect(stops('asha', curve(Infinity), [curve(1), curve(2)])).toBe(true);
    expect(stops('asha', curve(1), [curve(Infinity), curve(Infinity)])).toBe(false);
  });
});

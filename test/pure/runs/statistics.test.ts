/** Rule: two groups of runs are said to differ only where they do, and to be too few where nothing can be told. */
import { describe, expect, test } from 'vitest';
import { RandomStream } from '#engine/ops/index.ts';
import {
  canTell,
  canTellPairs,
  FALSE_RATE,
  leastEach,
  meanDifference,
  pairedDifference,
  spreadOf,
} from '#engine/runs/statistics.ts';

const normals = (seed: number, n: number, mean = 0): readonly number[] => {
  const random = new RandomStream(seed, 'data');
  return Array.from({ length: n }, () => mean + random.normal());
};

test('a spread is of a sample', () => {
  expect(spreadOf([1, 2, 3, 6])).toMatchObject({ n: 4, mean: 3, min: 1, max: 6 });
  expect(spreadOf([1, 2, 3, 6])?.deviation).toBeCloseTo(Math.sqrt(14 / 3), 12);
  expect(spreadOf([5])?.deviation).toBeNaN();
  expect(spreadOf([])).toBeNull();
});

describe('an exact test by hand', () => {
  // 70 arrangements of 4 and 4; that which came about and its mirror image are the most extreme.
  test('four above four: p is 2 of 70', () => {
    const result = meanDifference([5, 6, 7, 8], [1, 2, 3, 4]);
    expect(result).toMatchObject({ difference: 4, arrangements: 70, exact: true });
    expect(result.p).toBeCloseTo(2 / 70, 12);
    expect(result.verdict).toBe('higher');
    // The least shift of an exchange is 5 for 4, the largest 8 for 1.
    expect(result.interval).toEqual([1, 7]);
  });

  test('the other way round it is the other way round', () => {
    const result = meanDifference([1, 2, 3, 4], [5, 6, 7, 8]);
    expect(result.interval?.map((end) => end + 0)).toEqual([-7, -1]);
    expect(result.verdict).toBe('lower');
  });

  test('all alike differ by nothing', () => {
    const result = meanDifference([0.9, 0.9, 0.9, 0.9], [0.9, 0.9, 0.9, 0.9]);
    expect(result).toMatchObject({ difference: 0, p: 1, verdict: 'none', interval: [0, 0] });
  });
});

describe('too few are said to be', () => {
  test.each([
    [1, 1],
    [1, 5],
    [2, 2],
    [3, 3],
    [3, 4],
    [0, 9],
  ])('%i and %i, however far apart', (a, b) => {
    expect(canTell(a, b)).toBe(false);
    const far = meanDifference(
      normals(1, a).map((value) => value + 1000),
      normals(2, b),
    );
    expect(far).toMatchObject({ verdict: 'too few', interval: null });
  });
  test.each([
    [4, 4],
    [3, 5],
    [2, 8],
    [1, 39],
  ])('%i and %i can tell', (a, b) => expect(canTell(a, b)).toBe(true));
  test('of several comparisons at once each needs more', () => {
    expect(leastEach()).toBe(4);
    expect(leastEach(FALSE_RATE / 5)).toBe(5);
    expect(leastEach(FALSE_RATE / 7)).toBe(6);
  });
});

test('the interval leaves zero out exactly where the test refuses it', () => {
  const verdicts = new Set<string>();
  for (let seed = 0; seed < 300; seed++) {
    const [a, b] = [normals(2 * seed, 4 + (seed % 5), (seed % 3) * 1.2), normals(2 * seed + 1, 5)];
    const { interval, p, verdict } = meanDifference(a, b);
    const [low, high] = interval ?? [NaN, NaN];
    expect(low <= 0 && high >= 0).toBe(p > FALSE_RATE);
    verdicts.add(verdict);
  }
  expect(verdicts).toEqual(new Set(['none', 'higher', 'lower']));
});

describe('said wrongly no oftener than it may be', () => {
  /** Pairs of one distribution, of which it is known that they do not differ. */
  const wrongOf = (pairs: number, n: number, draw: (seed: number) => readonly number[]): number => {
    let wrong = 0;
    for (let pair = 0; pair < pairs; pair++) {
      const all = draw(pair + 1);
      const { verdict } = meanDifference(all.slice(0, n), all.slice(n));
      if (verdict !== 'none') wrong += 1;
    }
    return wrong / pairs;
  };
  const skewed = (seed: number, n: number): readonly number[] =>
    normals(seed, n).map((value) => Math.exp(2 * value));

  // With 5 and 5 runs 12 of 252 arrangements are refused: 4.8 %.
  test('100 pairs of five runs', () => {
    expect(wrongOf(100, 5, (seed) => normals(seed, 10))).toBeLessThanOrEqual(0.1);
  });
  test.each([
    ['4 normal', 4, normals],
    ['5 normal', 5, normals],
    ['5 skewed', 5, skewed],
    ['6 skewed', 6, skewed],
  ] as const)('2000 pairs of %s', (_, n, draw) => {
    const wrong = wrongOf(2000, n, (seed) => draw(seed, 2 * n));
    // Three standard deviations of a rate of 5 % among 2000 are 1.5 points.
    expect(wrong).toBeLessThan(0.065);
    expect(wrong).toBeGreaterThan(n === 4 ? 0.015 : 0.03);
  });

  test('many runs, whose arrangements are drawn, as well', () => {
    const result = meanDifference(normals(1, 12), normals(2, 12));
    expect(result).toMatchObject({ exact: false, arrangements: 20_000 });
    expect(wrongOf(20, 12, (seed) => normals(seed + 500, 24))).toBeLessThanOrEqual(0.2);
  });
});

test('a real difference is found, and lies in its interval as often as it says', () => {
  let [found, held] = [0, 0];
  const pairs = 500;
  for (let seed = 0; seed < pairs; seed++) {
    const { verdict, interval } = meanDifference(
      normals(2 * seed + 1, 5, 2),
      normals(2 * seed + 2, 5),
    );
    if (verdict === 'higher') found += 1;
    const [low, high] = interval ?? [NaN, NaN];
    if (low <= 2 && high >= 2) held += 1;
  }
  expect(found / pairs).toBeGreaterThan(0.7);
  expect(held / pairs).toBeGreaterThan(0.92);
});

test('the same runs have the same figures', () => {
  const [a, b] = [normals(3, 15), normals(4, 15)];
  expect(meanDifference(a, b)).toEqual(meanDifference(a, b));
});

describe('pairs of one seed each', () => {
  /** What a seed does to both, and what is each one's own. */
  const paired = (seed: number, n: number, shift: number) => {
    const shared = normals(3 * seed + 1, n);
    const own = (of: number, mean: number): readonly number[] =>
      normals(of, n, mean).map((value, i) => (shared[i] ?? 0) * 2 + value / 2);
    return [own(3 * seed + 2, 2 * shift), own(3 * seed + 3, 0)] as const;
  };

  test('by hand: of 64 arrangements that which came about and its mirror image are the most extreme', () => {
    const result = pairedDifference([2, 4, 6, 8, 10, 12], [1, 2, 3, 4, 5, 6]);
    expect(result).toMatchObject({ difference: 3.5, arrangements: 64, exact: true, paired: true });
    expect(result.p).toBeCloseTo(2 / 64, 12);
    expect(result).toMatchObject({ interval: [1, 6], verdict: 'higher' });
    expect(pairedDifference([1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1])).toMatchObject({
      ...{ difference: 0, p: 1, verdict: 'none', interval: [0, 0] },
    });
  });

  test('can tell from six on', () => {
    expect([5, 6].map((pairs) => canTellPairs(pairs))).toEqual([false, true]);
    expect([7, 8].map((pairs) => canTellPairs(pairs, FALSE_RATE / 5))).toEqual([false, true]);
  });

  test.each([6, 8, 16])('are said wrongly to differ no oftener than they may be: %i pairs', (n) => {
    let wrong = 0;
    const drawn = n === 16 ? 100 : 2000;
    for (let seed = 1; seed <= drawn; seed++) {
      if (pairedDifference(...paired(seed, n, 0)).verdict !== 'none') wrong += 1;
    }
    expect(wrong / drawn).toBeLessThan(n === 16 ? 0.13 : 0.065);
  });

  test('what a seed does to both hides a difference from who does not pair them', () => {
    let [found, without] = [0, 0];
    for (let seed = 1; seed <= 200; seed++) {
      const [a, b] = paired(seed, 8, 0.75);
      const result = pairedDifference(a, b);
      if (result.verdict === 'higher') found += 1;
      if (meanDifference(a, b).verdict === 'higher') without += 1;
      const [low, high] = result.interval ?? [NaN, NaN];
      expect(low <= 0 && high >= 0).toBe(result.p > FALSE_RATE);
    }
    expect(found).toBeGreaterThan(120);
    expect(without).toBeLessThan(30);
  });
});

test('what happens just as often by chance as is allowed is told', () => {
  // One run against 39: of 40 arrangements the two most extreme are one in twenty.
  const many = Array.from({ length: 39 }, (_, i) => i / 100);
  expect(meanDifference([100], many)).toMatchObject({ p: FALSE_RATE, verdict: 'higher' });
  expect(meanDifference([-100], many)).toMatchObject({ p: FALSE_RATE, verdict: 'lower' });
});
test('too few runs differ by something all the same, and none by nothing that can be told', () => {
  expect(meanDifference([3], [1])).toMatchObject({ difference: 2, verdict: 'too few' });
  expect(meanDifference([3], []).difference).toBeNaN();
  expect(meanDifference([], [3]).difference).toBeNaN();
});

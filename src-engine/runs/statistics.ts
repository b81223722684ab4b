/**
 * Whether two groups of runs differ by more than runs of a group differ from each other: a permutation test of
 * the difference of means, and the interval of those differences that the same test does not refuse, so that
 * zero lies outside exactly where the test says so. Exact where the arrangements are few enough to be gone
 * through, else drawn at random with a fixed seed. Both hold for any distribution and any number of runs; a
 * bootstrap of three to five runs does not (decision 26). Too few runs to refuse anything are said to be that.
 * Runs that come in pairs (of one seed each) are exchanged within their pairs only: what a seed does to both
 * then counts for nothing.
 * References: Garthwaite, "Confidence intervals from randomization tests", Biometrics 52 (1996); of pairs
 * Hartigan, "Using subsample values as typical values", JASA 64 (1969). Pure.
 */
import { RandomStream } from '../ops/philox.ts';

/** How often two groups that do not differ may be said to. */
export const FALSE_RATE = 0.05;

/** More arrangements than these are not gone through. */
const MOST_EXACT = 50_000;
const DRAWN = 19_999;
const SEED = 1;
/** Of the largest number: sums in another order differ by so little. */
const ROUNDING = 1e-12;

export interface Spread {
  readonly n: number;
  readonly mean: number;
  /** Of a sample, n - 1 below; NaN of one. */
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
}

export interface MeanDifference {
  readonly n: readonly [number, number];
  /** Each run of the one is measured against one of the other. */
  readonly paired: boolean;
  /** Mean of the first less that of the second. */
  readonly difference: number;
  /** Null where too few runs bound it. */
  readonly interval: readonly [number, number] | null;
  /** Of both sides. */
  readonly p: number;
  /** As it was asked for. */
  readonly falseRate: number;
  /** Arrangements looked at, the one that came about among them; all there are where `exact`. */
  readonly arrangements: number;
  readonly exact: boolean;
  readonly verdict: 'too few' | 'none' | 'higher' | 'lower';
}

/** Null of nothing. What is not finite is to be left out before. */
export function spreadOf(values: readonly number[]): Spread | null {
  const n = values.length;
  if (n === 0) return null;
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    n,
    mean,
    deviation: n < 2 ? NaN : Math.sqrt(squares / (n - 1)),
    min: Math.min(...values),
    max: Math.max(...values),
  };
}

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Whether any outcome of so many runs could be told from chance. */
export const canTell = (a: number, b: number, falseRate = FALSE_RATE): boolean =>
  a > 0 && b > 0 && 2 / arrangementsOf(a, b) <= falseRate;

/** The least number of runs in each of two groups with which a difference can show. */
export function leastEach(falseRate = FALSE_RATE): number {
  let n = 1;
  while (!canTell(n, n, falseRate)) n += 1;
  return n;
}

/** `falseRate`: of several comparisons at once each takes its part of it. */
export function meanDifference(
  a: readonly number[],
  b: readonly number[],
  falseRate = FALSE_RATE,
): MeanDifference {
  const counts = { n: [a.length, b.length] as const, paired: false, falseRate };
  const difference = a.length > 0 && b.length > 0 ? meanOf(a) - meanOf(b) : NaN;
  if (!canTell(a.length, b.length, falseRate)) {
    const arrangements = arrangementsOf(a.length, b.length);
    const none = { interval: null, p: 1, arrangements, exact: true } as const;
    return { ...counts, difference, ...none, verdict: 'too few' };
  }
  const exact = arrangementsOf(a.length, b.length) <= MOST_EXACT;
  return {
    ...counts,
    difference,
    exact,
    ...judged(exact ? allShifts(a, b) : drawnShifts(a, b), difference, falseRate),
  };
}

/** Whether any outcome of so many pairs could be told from chance. */
export const canTellPairs = (pairs: number, falseRate = FALSE_RATE): boolean =>
  2 / 2 ** pairs <= falseRate;

/** `a[i]` with `b[i]`; of so many as can tell something. */
export function pairedDifference(
  a: readonly number[],
  b: readonly number[],
  falseRate = FALSE_RATE,
): MeanDifference {
  const differences = a.map((value, i) => value - (b[i] ?? NaN));
  const largest = Math.max(0, ...a.map(Math.abs), ...b.map(Math.abs));
  const exact = 2 ** a.length <= MOST_EXACT;
  const difference = meanOf(differences);
  return {
    ...{ n: [a.length, b.length] as const, paired: true, falseRate, difference, exact },
    ...judged(pairShifts(differences, largest * ROUNDING, exact), difference, falseRate),
  };
}

type Judged = Pick<MeanDifference, 'interval' | 'p' | 'arrangements' | 'verdict'>;

/** `found`: of each other arrangement the shift above which it is as extreme as what came about. */
function judged(found: Float64Array, difference: number, falseRate: number): Judged {
  const shifts = found.sort();
  const arrangements = shifts.length + 1;
  const below = shifts.findLastIndex((shift) => shift <= 0) + 1;
  const first = shifts.findIndex((shift) => shift >= 0);
  const above = first < 0 ? 0 : shifts.length - first;
  const p = Math.min(1, (2 * (1 + Math.min(below, above))) / arrangements);
  // The same count that decides about p, so that both say the same.
  const cut = Math.floor((falseRate / 2) * arrangements + 1e-9);
  const interval = [shifts[cut - 1] ?? NaN, shifts[shifts.length - cut] ?? NaN] as const;
  const verdict = p > falseRate + 1e-12 ? 'none' : difference > 0 ? 'higher' : 'lower';
  return { interval, p, arrangements, verdict };
}

/** In how many ways so many runs fall into two groups of these sizes. */
function arrangementsOf(a: number, b: number): number {
  let count = 1;
  for (let i = 1; i <= Math.min(a, b); i++) count = (count * (a + b - i + 1)) / i;
  return Math.round(count);
}

/**
 * Of an arrangement that exchanges some of both groups: the shift between the groups at which it would be as
 * far apart as what came about, which is the mean of those that left the first less the mean of those that
 * came. The arrangement is at least as extreme for every shift above.
 */
function allShifts(a: readonly number[], b: readonly number[]): Float64Array {
  const [values, size, tolerance] = pooled(a, b);
  const shifts = new Float64Array(arrangementsOf(a.length, b.length) - 1);
  const whole = values.slice(0, size).reduce((sum, value) => sum + value, 0);
  let found = 0;
  const choose = (from: number, left: number, sum: number, came: number): void => {
    if (left === 0) {
      if (came > 0) shifts[found++] = rounded((whole - sum) / came, tolerance);
      return;
    }
    for (let i = from; i <= values.length - left; i++) {
      choose(i + 1, left - 1, sum + (values[i] ?? 0), came + (i >= size ? 1 : 0));
    }
  };
  choose(0, size, 0, 0);
  return shifts;
}

function drawnShifts(a: readonly number[], b: readonly number[]): Float64Array {
  const [values, size, tolerance] = pooled(a, b);
  const whole = values.slice(0, size).reduce((sum, value) => sum + value, 0);
  const random = new RandomStream(SEED, 'shuffle');
  const order = Int32Array.from(values, (_, i) => i);
  const shifts = new Float64Array(DRAWN);
  for (let drawn = 0; drawn < DRAWN; drawn++) {
    // The first `size` of an order drawn anew (Fisher and Yates).
    for (let i = 0; i < size; i++) {
      const other = i + random.integer(order.length - i);
      [order[i], order[other]] = [order[other] ?? 0, order[i] ?? 0];
    }
    let [sum, came] = [0, 0];
    for (const i of order.subarray(0, size)) {
      sum += values[i] ?? 0;
      if (i >= size) came += 1;
    }
    // Drawn as it came about: it is as extreme as itself, whatever the shift.
    shifts[drawn] = came === 0 ? 0 : rounded((whole - sum) / came, tolerance);
  }
  return shifts;
}

/** Of pairs that are exchanged the mean of their differences: that of every choice of pairs but none. */
function pairShifts(
  differences: readonly number[],
  tolerance: number,
  exact: boolean,
): Float64Array {
  const n = differences.length;
  const shifts = new Float64Array(exact ? 2 ** n - 1 : DRAWN);
  const random = new RandomStream(SEED, 'shuffle');
  for (let i = 0; i < shifts.length; i++) {
    let [sum, count] = [0, 0];
    for (let pair = 0; pair < n; pair++) {
      const isExchanged = exact ? ((i + 1) >> pair) % 2 === 1 : random.integer(2) === 1;
      if (!isExchanged) continue;
      sum += differences[pair] ?? 0;
      count += 1;
    }
    shifts[i] = count === 0 ? 0 : rounded(sum / count, tolerance);
  }
  return shifts;
}

/** About their mean, where sums lose least; how many of the first group; what counts as nothing. */
function pooled(
  a: readonly number[],
  b: readonly number[],
): readonly [values: readonly number[], size: number, tolerance: number] {
  const all = [...a, ...b];
  const middle = meanOf(all);
  const largest = all.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return [all.map((value) => value - middle), a.length, largest * ROUNDING];
}

const rounded = (value: number, tolerance: number): number =>
  Math.abs(value) <= tolerance ? 0 : value;

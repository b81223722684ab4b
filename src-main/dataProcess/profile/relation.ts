/** What one column tells of another: over bins, over ranks, over rows. A gap is NaN, or a code below 0. Pure. */
import { present, quantile } from './statistics.ts';

/** A small number for each row, -1 for a gap. */
export interface Codes {
  readonly codes: Int32Array;
  readonly count: number;
}

/** The most frequent words have a bin each; the others share one. */
const MOST_WORD_BINS = 30;
/** Numbers of which there are no more have a bin each. */
const MOST_OWN_BINS = 20;
const QUANTILE_BINS = 10;

export function binnedWords(codes: Float64Array, distinct: number): Codes {
  if (distinct <= MOST_WORD_BINS) {
    return {
      codes: Int32Array.from(codes, (code) => (code === code ? code : -1)),
      count: distinct,
    };
  }
  const counts = new Float64Array(distinct);
  for (const code of codes) if (code === code) counts[code] = (counts[code] ?? 0) + 1;
  const order = [...counts.keys()].sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0));
  const places = new Int32Array(distinct).fill(MOST_WORD_BINS);
  order.slice(0, MOST_WORD_BINS).forEach((code, place) => (places[code] = place));
  return {
    codes: Int32Array.from(codes, (code) => (code === code ? (places[code] ?? -1) : -1)),
    count: MOST_WORD_BINS + 1,
  };
}

export function binnedNumbers(values: Float64Array): Codes {
  const sorted = present(values).sort();
  const own: number[] = [];
  for (const value of sorted) {
    if (value !== own.at(-1)) own.push(value);
    if (own.length > MOST_OWN_BINS) break;
  }
  const uppers =
    own.length <= MOST_OWN_BINS
      ? own
      : [
          ...new Set(
            Array.from({ length: QUANTILE_BINS }, (_, i) =>
              quantile(sorted, (i + 1) / QUANTILE_BINS),
            ),
          ),
        ];
  const codes = Int32Array.from(values, (value) => {
    if (Number.isNaN(value)) return -1;
    const at = uppers.findIndex((upper) => value <= upper);
    return at < 0 ? uppers.length - 1 : at;
  });
  return { codes, count: Math.max(1, uppers.length) };
}

/**
 * Mutual information in bits over the rows that have both, less what independent columns of as many rows come to
 * (Miller and Madow); never below 0.
 */
export function mutualBits(a: Codes, b: Codes): number {
  const table = new Float64Array(a.count * b.count);
  const [ofA, ofB] = [new Float64Array(a.count), new Float64Array(b.count)];
  let rows = 0;
  for (const [row, x] of a.codes.entries()) {
    const y = b.codes[row] ?? -1;
    if (x < 0 || y < 0) continue;
    rows += 1;
    table[x * b.count + y] = (table[x * b.count + y] ?? 0) + 1;
    ofA[x] = (ofA[x] ?? 0) + 1;
    ofB[y] = (ofB[y] ?? 0) + 1;
  }
  if (rows === 0) return 0;
  let bits = 0;
  for (const [at, both] of table.entries()) {
    if (both === 0) continue;
    const x = ofA[Math.floor(at / b.count)] ?? 1;
    const y = ofB[at % b.count] ?? 1;
    bits += (both / rows) * Math.log2((both * rows) / (x * y));
  }
  const used = (counts: Float64Array): number => counts.filter((count) => count > 0).length;
  const chance = ((used(ofA) - 1) * (used(ofB) - 1)) / (2 * rows * Math.LN2);
  return Math.max(0, bits - chance);
}

/** Pearson's, over the first rows that have both; NaN where one of them says the same everywhere. */
export function correlation(a: Float64Array, b: Float64Array, mostRows = Infinity): number {
  const rows = Math.min(a.length, mostRows);
  let [count, sumA, sumB] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const [x, y] = [a[row] ?? NaN, b[row] ?? NaN];
    if (x !== x || y !== y) continue;
    count += 1;
    sumA += x;
    sumB += y;
  }
  const [meanA, meanB] = [sumA / count, sumB / count];
  let [squaresA, squaresB, products] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const [x, y] = [(a[row] ?? NaN) - meanA, (b[row] ?? NaN) - meanB];
    if (x !== x || y !== y) continue;
    squaresA += x * x;
    squaresB += y * y;
    products += x * y;
  }
  return count > 2 ? products / Math.sqrt(squaresA * squaresB) : NaN;
}

/** How well labels are told by something else. */
export interface Told {
  /** Rows that have both. */
  readonly rows: number;
  /** Of them, those whose label is the most frequent one among rows that say the same. */
  readonly right: number;
  /** Rows of the most frequent label: what is right without looking. */
  readonly base: number;
}

/** Of what is not right without looking, the share that looking makes right: 1 is all. */
export const explained = ({ rows, right, base }: Told): number =>
  rows > base ? (right - base) / (rows - base) : 0;

/** By codes of any number; `labels` below 0 are gaps. */
export function toldByCodes(codes: ArrayLike<number>, labels: Int32Array, classes: number): Told {
  const seen = new Map<number, Float64Array>();
  const all = new Float64Array(classes);
  let rows = 0;
  for (const [row, label] of labels.entries()) {
    const code = codes[row] ?? NaN;
    if (label < 0 || code !== code || code < 0) continue;
    let counts = seen.get(code);
    if (!counts) seen.set(code, (counts = new Float64Array(classes)));
    counts[label] = (counts[label] ?? 0) + 1;
    all[label] = (all[label] ?? 0) + 1;
    rows += 1;
  }
  const most = (counts: Float64Array): number => counts.reduce((a, b) => Math.max(a, b), 0);
  return {
    ...{ rows, base: most(all) },
    right: [...seen.values()].reduce((sum, counts) => sum + most(counts), 0),
  };
}

export interface Threshold extends Told {
  /** Values up to this one are on one side. */
  readonly at: number;
  /** The label above it. */
  readonly above: number;
}

/** The threshold of numbers that tells two labels best. */
export function bestThreshold(values: Float64Array, labels: Int32Array): Threshold {
  const order = [...values.keys()]
    .filter((row) => (labels[row] ?? -1) >= 0 && !Number.isNaN(values[row]))
    .sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ones = order.reduce((sum, row) => sum + (labels[row] === 1 ? 1 : 0), 0);
  const rows = order.length;
  const base = Math.max(ones, rows - ones);
  let best: Threshold = { rows, base, right: base, at: NaN, above: 1 };
  let [below, onesBelow] = [0, 0];
  for (const [place, row] of order.entries()) {
    below += 1;
    onesBelow += labels[row] === 1 ? 1 : 0;
    const value = values[row] ?? NaN;
    const next = values[order[place + 1] ?? -1];
    if (next === undefined || next === value) continue;
    const oneAbove = below - onesBelow + (ones - onesBelow);
    const right = Math.max(oneAbove, rows - oneAbove);
    if (right > best.right)
      best = { rows, base, right, at: value, above: oneAbove === right ? 1 : 0 };
  }
  return best;
}

/** The share of the variance of numbers that is between groups (eta squared), over rows that have both. */
export function varianceBetween(
  codes: Float64Array,
  numbers: Float64Array,
): { rows: number; share: number } {
  const groups = new Map<number, { count: number; sum: number }>();
  let [rows, sum] = [0, 0];
  for (const [row, code] of codes.entries()) {
    const value = numbers[row] ?? NaN;
    if (code !== code || value !== value) continue;
    const group = groups.get(code) ?? { count: 0, sum: 0 };
    group.count += 1;
    group.sum += value;
    groups.set(code, group);
    rows += 1;
    sum += value;
  }
  const mean = sum / rows;
  let total = 0;
  for (const [row, code] of codes.entries()) {
    const value = numbers[row] ?? NaN;
    if (code === code && value === value) total += (value - mean) ** 2;
  }
  let between = 0;
  for (const group of groups.values())
    between += group.count * (group.sum / group.count - mean) ** 2;
  return { rows, share: total > 0 ? between / total : 0 };
}

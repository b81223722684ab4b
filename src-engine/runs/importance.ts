/**
 * What a setting counts for in what came of some runs: its importance, by how much worse a random forest
 * foretells a run's figure once this setting is shuffled (of the runs that each tree has not seen), and its
 * rank correlation (Spearman). Settings may be numbers or words, and be missing. The same runs and the same
 * seed give the same numbers. With few runs it is a hint; settings that moved together share what they are
 * worth. Reference: Breiman, "Random Forests", Machine Learning 45 (2001). Pure.
 */
import type { JsonValue } from '../ir/attrs.ts';
import { RandomStream } from '../ops/philox.ts';
import { growTree, type Feature, predictTree } from './forest.ts';
import { meanOf } from './statistics.ts';

export interface SettingColumn {
  readonly path: string;
  /** By run; undefined where it has none. */
  readonly values: readonly (JsonValue | undefined)[];
}

export interface SettingImportance {
  readonly path: string;
  /** Of what the forest foretells, the share that is this setting's; all together 1, or 0 where it foretells nothing. */
  readonly share: number;
  /** -1 to 1; null for words, and where all are the same. */
  readonly correlation: number | null;
}

export interface ImportanceReport {
  /** The weightiest first. */
  readonly settings: readonly SettingImportance[];
  /** Runs that had a figure. */
  readonly n: number;
  /** Share of the variance that the forest foretells of runs that its trees have not seen; 0 where it is no help. */
  readonly explained: number;
}

/** Below this many runs it is said to be a hint. */
export const FEW_RUNS = 50;
/** Of fewer no forest is grown. */
const LEAST_RUNS = 6;
const TREES = 200;
const SHUFFLES = 3;

export function importanceOf(
  columns: readonly SettingColumn[],
  figures: readonly (number | undefined)[],
  seed = 1,
): ImportanceReport {
  const rows = figures.flatMap((figure, i) =>
    figure !== undefined && Number.isFinite(figure) ? [i] : [],
  );
  const target = rows.map((row) => figures[row] ?? NaN);
  const taken = columns.map(({ path, values }) => ({
    path,
    values: rows.map((row) => values[row]),
  }));
  const { gains, explained } = forestGains(taken.map(featureOf), target, seed);
  const whole = gains.reduce((sum, gain) => sum + gain, 0);
  const settings = taken.map(({ path, values }, i) => ({
    path,
    share: whole > 0 ? (gains[i] ?? 0) / whole : 0,
    correlation: correlationOf(values, target),
  }));
  const size = ({ share, correlation }: SettingImportance): number =>
    share + 1e-6 * Math.abs(correlation ?? 0);
  return {
    settings: settings.toSorted((a, b) => size(b) - size(a)),
    n: rows.length,
    explained,
  };
}

function forestGains(
  features: readonly Feature[],
  target: readonly number[],
  seed: number,
): { readonly gains: readonly number[]; readonly explained: number } {
  const n = target.length;
  const gains = features.map(() => 0);
  if (n < LEAST_RUNS || features.length === 0) return { gains, explained: 0 };
  const [sums, counts] = [new Float64Array(n), new Int32Array(n)];
  for (let tree = 0; tree < TREES; tree++) {
    const random = new RandomStream(seed, 'shuffle', tree + 1);
    const drawn = Array.from({ length: n }, () => random.integer(n));
    const seen = new Set(drawn);
    const unseen = target.flatMap((_, row) => (seen.has(row) ? [] : [row]));
    if (unseen.length === 0) continue;
    const grown = growTree(features, target, drawn, random);
    let plain = 0;
    for (const row of unseen) {
      const told = predictTree(grown, features, row);
      plain += (told - (target[row] ?? 0)) ** 2;
      sums[row] = (sums[row] ?? 0) + told;
      counts[row] = (counts[row] ?? 0) + 1;
    }
    features.forEach((_, feature) => {
      let shuffled = 0;
      for (let k = 0; k < SHUFFLES; k++) {
        const other = shuffledOrder(unseen, random);
        unseen.forEach((row, i) => {
          const swap = { feature, row: other[i] ?? row };
          shuffled += (predictTree(grown, features, row, swap) - (target[row] ?? 0)) ** 2;
        });
      }
      gains[feature] = (gains[feature] ?? 0) + (shuffled / SHUFFLES - plain) / unseen.length;
    });
  }
  return {
    gains: gains.map((gain) => Math.max(0, gain)),
    explained: explainedBy(sums, counts, target),
  };
}

/** Of runs that some tree has not seen. */
function explainedBy(sums: Float64Array, counts: Int32Array, target: readonly number[]): number {
  const mean = meanOf(target);
  let [left, whole] = [0, 0];
  target.forEach((value, row) => {
    const count = counts[row] ?? 0;
    if (count === 0) return;
    left += ((sums[row] ?? 0) / count - value) ** 2;
    whole += (mean - value) ** 2;
  });
  return whole > 0 ? Math.max(0, 1 - left / whole) : 0;
}

function shuffledOrder(rows: readonly number[], random: RandomStream): readonly number[] {
  const order = [...rows];
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  return order;
}

/** Numbers by size, what is missing below all of them; else each value is a word. */
function featureOf({ values }: SettingColumn): Feature {
  if (isNumeric(values)) {
    const numbers = values.map((value) => (typeof value === 'number' ? value : -Infinity));
    return { kind: 'number', values: numbers };
  }
  const words = new Map<string, number>();
  const codes = values.map((value) => {
    const word = JSON.stringify(value ?? null);
    const code = words.get(word) ?? words.size;
    words.set(word, code);
    return code;
  });
  return { kind: 'word', values: codes };
}

/** Whether all that have it have a number; null is what is off, and no word. */
export function isNumeric(values: readonly (JsonValue | undefined)[]): boolean {
  const told = values.filter((value) => value !== undefined && value !== null);
  return told.length > 0 && told.every((value) => typeof value === 'number');
}

/** Of those runs that have it; yes and no are numbers enough. */
function correlationOf(
  values: readonly (JsonValue | undefined)[],
  target: readonly number[],
): number | null {
  const pairs = values.flatMap((value, i): [number, number][] => {
    const number = typeof value === 'boolean' ? Number(value) : value;
    return typeof number === 'number' ? [[number, target[i] ?? NaN]] : [];
  });
  const told = values.filter((value) => value !== undefined && value !== null);
  if (pairs.length !== told.length) return null;
  return spearman(
    pairs.map(([x]) => x),
    pairs.map(([, y]) => y),
  );
}

/** Rank correlation, ties sharing their ranks; null where one of both does not vary, or of fewer than three. */
export function spearman(a: readonly number[], b: readonly number[]): number | null {
  if (a.length < 3) return null;
  const [x, y] = [ranks(a), ranks(b)];
  const [mx, my] = [meanOf(x), meanOf(y)];
  let [xy, xx, yy] = [0, 0, 0];
  x.forEach((rank, i) => {
    const [dx, dy] = [rank - mx, (y[i] ?? 0) - my];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  });
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : null;
}

function ranks(values: readonly number[]): readonly number[] {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const found = values.map(() => 0);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === values[order[start] ?? 0]) end += 1;
    for (let k = start; k < end; k++) found[order[k] ?? 0] = (start + end - 1) / 2;
    start = end;
  }
  return found;
}

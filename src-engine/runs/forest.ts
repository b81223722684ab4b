/**
 * A regression tree on few rows, of numbers and words: each split is the one that leaves the least variance,
 * among a third of the settings drawn for it (all of few). Words are put in the order of their means, where
 * the best split in two parts is a threshold. For importance.ts; not for predictions. Pure.
 */
import type { RandomStream } from '../ops/philox.ts';

export interface Feature {
  readonly kind: 'number' | 'word';
  /** Words as whole numbers from 0. */
  readonly values: readonly number[];
}

export type Tree =
  | { readonly leaf: number }
  | {
      readonly feature: number;
      /** Numbers up to it, or these words, go left. */
      readonly left: number | ReadonlySet<number>;
      readonly low: Tree;
      readonly high: Tree;
    };

const LEAST_IN_LEAF = 2;
const DEEPEST = 12;

export function growTree(
  features: readonly Feature[],
  target: readonly number[],
  rows: readonly number[],
  random: RandomStream,
  depth = 0,
): Tree {
  const mean = rows.reduce((sum, row) => sum + (target[row] ?? 0), 0) / rows.length;
  if (depth >= DEEPEST || rows.length < 2 * LEAST_IN_LEAF) return { leaf: mean };
  let best: Split | null = null;
  for (const feature of drawn(features.length, random)) {
    const split = bestSplit(features, feature, target, rows);
    if (split && (!best || split.gain > best.gain)) best = split;
  }
  if (!best) return { leaf: mean };
  const { feature, left } = best;
  const [low, high]: [number[], number[]] = [[], []];
  for (const row of rows)
    (goesLeft(left, features[feature]?.values[row] ?? 0) ? low : high).push(row);
  return {
    feature,
    left,
    low: growTree(features, target, low, random, depth + 1),
    high: growTree(features, target, high, random, depth + 1),
  };
}

/** `swap`: of this feature the value of another row. */
export function predictTree(
  tree: Tree,
  features: readonly Feature[],
  row: number,
  swap?: { readonly feature: number; readonly row: number },
): number {
  let at = tree;
  while (!('leaf' in at)) {
    const of = swap?.feature === at.feature ? swap.row : row;
    at = goesLeft(at.left, features[at.feature]?.values[of] ?? 0) ? at.low : at.high;
  }
  return at.leaf;
}

const goesLeft = (left: number | ReadonlySet<number>, value: number): boolean =>
  typeof left === 'number' ? value <= left : left.has(value);

function drawn(count: number, random: RandomStream): readonly number[] {
  const all = Array.from({ length: count }, (_, i) => i);
  const wanted = Math.max(Math.min(count, 2), Math.ceil(count / 3));
  for (let i = 0; i < wanted; i++) {
    const other = i + random.integer(count - i);
    [all[i], all[other]] = [all[other] ?? 0, all[i] ?? 0];
  }
  return all.slice(0, wanted);
}

interface Split {
  readonly feature: number;
  readonly left: number | ReadonlySet<number>;
  /** How much less the squares add up to. */
  readonly gain: number;
}

function bestSplit(
  features: readonly Feature[],
  feature: number,
  target: readonly number[],
  rows: readonly number[],
): Split | null {
  const { kind, values } = features[feature] ?? { kind: 'number', values: [] };
  const valueOf = (row: number): number => values[row] ?? 0;
  const places = kind === 'word' ? wordPlaces(rows, valueOf, target) : null;
  const placeOf = (row: number): number => places?.get(valueOf(row)) ?? valueOf(row);
  const order = [...rows].sort((a, b) =>
    placeOf(a) < placeOf(b) ? -1 : placeOf(a) > placeOf(b) ? 1 : 0,
  );
  const total = order.reduce((sum, row) => sum + (target[row] ?? 0), 0);
  const n = order.length;
  let [sum, gain, cut] = [0, 0, -1];
  for (let i = 0; i < n - 1; i++) {
    sum += target[order[i] ?? 0] ?? 0;
    const count = i + 1;
    if (count < LEAST_IN_LEAF || n - count < LEAST_IN_LEAF) continue;
    if (placeOf(order[i] ?? 0) === placeOf(order[i + 1] ?? 0)) continue;
    const now = sum ** 2 / count + (total - sum) ** 2 / (n - count) - total ** 2 / n;
    if (now > gain * (1 + 1e-12)) [gain, cut] = [now, i];
  }
  if (cut < 0) return null;
  if (places) return { feature, gain, left: new Set(order.slice(0, cut + 1).map(valueOf)) };
  const [below, above] = [valueOf(order[cut] ?? 0), valueOf(order[cut + 1] ?? 0)];
  return { feature, gain, left: Number.isFinite(below) ? (below + above) / 2 : below };
}

/** Each word's place by the mean of its rows. */
function wordPlaces(
  rows: readonly number[],
  valueOf: (row: number) => number,
  target: readonly number[],
): ReadonlyMap<number, number> {
  const sums = new Map<number, [sum: number, count: number]>();
  for (const row of rows) {
    const [sum, count] = sums.get(valueOf(row)) ?? [0, 0];
    sums.set(valueOf(row), [sum + (target[row] ?? 0), count + 1]);
  }
  const means = [...sums].map(([word, [sum, count]]): [number, number] => [word, sum / count]);
  // Two words of one mean keep places apart.
  const order = means.sort(([a, x], [b, y]) => x - y || a - b);
  return new Map(order.map(([word], place) => [word, place]));
}

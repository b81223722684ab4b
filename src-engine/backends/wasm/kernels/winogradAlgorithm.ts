/**
 * Winograd's minimal algorithms F(m, r): m outputs of a convolution with r taps from n = m + r - 1 products,
 * by evaluating polynomials at n - 1 points and infinity. Along each side of an image its own; a side on
 * which nothing is convolved has the trivial one.
 *
 *   y = At [(G w Gt) * (Bt d B)] A                dw = Gt [(A dy At) * (Bt d B)] G
 *
 * The matrices; which algorithm takes the least time says winogradChoice.ts, the code that multiplies by them
 * is winogradTransforms.ts. With the points 5/8 and 3/2 six products are two to three times as exact as with
 * 1 and 2: errors are within 4e-6 of the largest output for 256 channels.
 * Reference: Lavin, Gray, "Fast algorithms for convolutional neural networks", 2015,
 * https://arxiv.org/abs/1509.09308; on the points: Barabasz et al., "Error analysis and improving the
 * accuracy of Winograd convolution for deep neural networks", 2020, https://arxiv.org/abs/1803.10986
 */
import { at } from '#engine/backends/strides.ts';

export type Matrix = readonly (readonly number[])[];

/** An algorithm along one side. */
export interface Side {
  readonly points: number;
  readonly outputs: number;
  readonly taps: number;
  /** `Bt [points, points]`, `G [points, taps]`, `At [outputs, points]`. */
  readonly input: Matrix;
  readonly filter: Matrix;
  readonly output: Matrix;
}

export type Algorithm = readonly [down: Side, across: Side];

export const positionsOf = ([down, across]: Algorithm): number => down.points * across.points;

const multiplied = (a: readonly number[], b: readonly number[]): readonly number[] =>
  Array.from({ length: a.length + b.length - 1 }, (_, k) =>
    a.reduce((sum, value, i) => sum + value * (b[k - i] ?? 0), 0),
  );
/** Coefficients of the product of `x - root`, the constant first. */
const withRoots = (roots: readonly number[]): readonly number[] =>
  roots.reduce<readonly number[]>((product, root) => multiplied(product, [-root, 1]), [1]);

/** Toom and Cook's construction at these points and infinity. */
function side(finite: readonly number[], taps: number): Side {
  const points = finite.length + 1;
  const outputs = points - taps + 1;
  const powers = (of: number, count: number, scale: number) =>
    Array.from({ length: count }, (_, k) => of ** k / scale);
  const othersOf = (i: number) => finite.filter((_, j) => j !== i);
  const last = (count: number) =>
    Array.from({ length: count }, (_, k) => (k === count - 1 ? 1 : 0));
  const padded = (row: readonly number[]) => Array.from({ length: points }, (_, k) => row[k] ?? 0);
  const evaluation = [...finite.map((point) => powers(point, outputs, 1)), last(outputs)];
  return {
    ...{ points, outputs, taps },
    input: [...finite.map((_, i) => padded(withRoots(othersOf(i)))), withRoots(finite)],
    filter: [
      ...finite.map((point, i) =>
        powers(
          point,
          taps,
          othersOf(i).reduce((product, other) => product * (point - other), 1),
        ),
      ),
      last(taps),
    ],
    output: transposed(evaluation),
  };
}

export const transposed = (matrix: Matrix): Matrix =>
  at(matrix, 0).map((_, column) => matrix.map((row) => at(row, column)));

const FOUR = [0, 1, -1];
const FIVE = [1 / 2, -1 / 2, 5 / 4, -5 / 4];
const SIX = [0, 5 / 8, -5 / 8, 3 / 2, -3 / 2];
const TRIVIAL: Side = {
  points: 1,
  outputs: 1,
  taps: 1,
  input: [[1]],
  filter: [[1]],
  output: [[1]],
};

/** What there is for so many taps. More points lose too many digits. */
const SIDES: Readonly<Record<number, readonly Side[]>> = {
  1: [TRIVIAL],
  2: [side(FOUR, 2), side(FIVE, 2), side(SIX, 2)],
  3: [side(FOUR, 3), side(SIX, 3)],
  4: [side(SIX, 4)],
  5: [side(SIX, 5)],
};
export const sidesFor = (taps: number): readonly Side[] => SIDES[taps] ?? [];

/** Channels side by side: a pair of vectors. */
export const GROUP = 8;

/** Points of all there is, and of what leaves nothing where a sum is exactly zero. */
export const MOST_POINTS = SIX.length + 1;
export const SAFE_POINTS = FOUR.length + 1;

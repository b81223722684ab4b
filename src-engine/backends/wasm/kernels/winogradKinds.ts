/**
 * Convolutions whose windows are a stride apart, as sums of convolutions with stride 1: pixels that are a
 * stride apart are of one kind, and so are taps; a tap meets pixels of its own kind only.
 *
 *   y = sum over kinds of w_kind * x_kind,    x_kind [t] = x [stride t + kind],  w_kind [u] = w [stride u + kind]
 *
 * All kinds go by the algorithm of the one with most taps, so they share what comes after the products. A
 * kind with a tap less is nothing at the point at infinity, which stands for the last tap: products there are
 * left out. So 3×3 with stride 2 needs 81 products for 4×4 outputs, where plain sums need 144. A stride of 1
 * has one kind. The gradient of the input is the same turned around: there the outputs are of kinds,
 *
 *   dx_kind = w_kind, back to front, * dy
 *
 * The matrices are winogradAlgorithm.ts.
 */
import { at } from '#engine/backends/strides.ts';
import type { Algorithm, Side } from './winogradAlgorithm.ts';

type Pair = readonly [number, number];
/** From the first to before the second. */
export type Range = readonly [begin: number, end: number];

export interface Kind {
  /** The first pixel of this kind, which is the first tap of it, too. */
  readonly first: Pair;
  /** The algorithm without the points at which this kind is nothing. */
  readonly algorithm: Algorithm;
}

/** Positions of the products, by rows and columns of points, and the kinds that are something there. */
export interface PositionClass {
  readonly rows: Range;
  readonly columns: Range;
  readonly kinds: Range;
}

export interface Winograd {
  /** That of the kind with most taps. */
  readonly algorithm: Algorithm;
  readonly stride: Pair;
  /** Of the kernel. */
  readonly taps: Pair;
  /** In such an order that those of each class are neighbours. */
  readonly kinds: readonly Kind[];
  readonly classes: readonly PositionClass[];
}

/** Strides for which kinds of a class can be neighbours. */
export const MOST_STRIDE = 2;

/** Taps of the kind that has most. */
export const mostTaps = (taps: number, stride: number): number => Math.ceil(taps / stride);

/** A side without its last points and taps. */
function shortened(side: Side, missing: number): Side {
  if (missing === 0) return side;
  const [points, taps] = [side.points - missing, side.taps - missing];
  return {
    ...{ points, taps, outputs: side.outputs },
    input: side.input.slice(0, points),
    filter: side.filter.slice(0, points).map((row) => row.slice(0, taps)),
    output: side.output.map((row) => row.slice(0, points)),
  };
}

const kindsOf = (side: Side, taps: number, stride: number) =>
  Array.from({ length: Math.min(stride, taps) }, (_, first) => {
    const missing = side.taps - Math.ceil((taps - first) / stride);
    return { first, side: shortened(side, missing), missing };
  });

/** A convolution of such a kernel and stride, by an algorithm for the kind with most taps. */
export function winogradOf(algorithm: Algorithm, taps: Pair, stride: Pair): Winograd {
  const [downs, acrosses] = [0, 1].map((side) =>
    kindsOf(at(algorithm, side), at(taps, side), at(stride, side)),
  );
  if (!downs || !acrosses) throw new Error('an image has two sides');
  // Back and forth: the long kinds of either side are then next to each other.
  const pairs = downs.flatMap((down, i) => {
    const row = acrosses.map((across) => ({ down, across }));
    return i === 0 ? row.toReversed() : row;
  });
  const ranges = (kinds: typeof downs, { points }: Side): readonly Range[] => {
    const isShort = kinds.some(({ missing }) => missing > 0);
    return isShort
      ? [
          [0, points - 1],
          [points - 1, points],
        ]
      : [[0, points]];
  };
  const classes = ranges(downs, algorithm[0]).flatMap((rows) =>
    ranges(acrosses, algorithm[1]).map((columns): PositionClass => {
      const has = pairs.map(
        ({ down, across }) => down.side.points > rows[0] && across.side.points > columns[0],
      );
      const kinds = [has.indexOf(true), has.lastIndexOf(true) + 1] as const;
      if (!has.slice(...kinds).every(Boolean)) throw new Error('kinds of a class are neighbours');
      return { rows, columns, kinds };
    }),
  );
  return {
    ...{ algorithm, stride, taps, classes },
    kinds: pairs.map(({ down, across }) => ({
      first: [down.first, across.first],
      algorithm: [down.side, across.side],
    })),
  };
}

/** Which tap of the kernel is tap `[r, s]` of a kind. */
export const tapOf = ({ stride, taps }: Winograd, { first }: Kind, r: number, s: number): number =>
  (first[0] + stride[0] * r) * taps[1] + first[1] + stride[1] * s;

/** A part of the images on one side of the products: what transforms it, and its first pixel. */
export interface Part {
  readonly algorithm: Algorithm;
  readonly first: Pair;
}

/** Products at some positions: over how many parts of the input, and which parts and filters are the first. */
export interface PartProducts extends Pick<PositionClass, 'rows' | 'columns'> {
  readonly depth: number;
  readonly input: number;
  readonly filter: number;
  readonly output: number;
}

/** What kinds are to a forward pass, or to the gradient of the input. */
export interface Parts {
  readonly inputs: readonly Part[];
  readonly products: readonly PartProducts[];
  readonly outputs: readonly Part[];
  /** Pixels from one to the next of a part. */
  readonly inputStep: Pair;
  readonly outputStep: Pair;
}

const ONE: Pair = [1, 1];
const whole = (algorithm: Algorithm): readonly Part[] => [{ algorithm, first: [0, 0] }];

/** Kinds of the input, which are summed over. */
export const gathered = ({ algorithm, kinds, classes, stride }: Winograd): Parts => ({
  ...{ inputs: kinds, outputs: whole(algorithm), inputStep: stride, outputStep: ONE },
  products: classes.map(({ rows, columns, kinds: [begin, end] }) => ({
    ...{ rows, columns, depth: end - begin },
    ...{ input: begin, filter: begin, output: 0 },
  })),
});

/** Kinds of the output, each a convolution of its own. */
export const scattered = ({ algorithm, kinds, stride, taps }: Winograd): Parts => ({
  ...{ inputs: whole(algorithm), inputStep: ONE, outputStep: stride },
  products: kinds.map(({ algorithm: [down, across] }, index) => ({
    rows: [0, down.points],
    columns: [0, across.points],
    ...{ depth: 1, input: 0, filter: index, output: index },
  })),
  outputs: kinds.map(({ algorithm: own, first }) => {
    // The last taps of all kinds fall on neighbours.
    const place = (side: 0 | 1) =>
      stride[side] * (own[side].taps - 1) + first[side] - (taps[side] - stride[side]);
    return { algorithm: own, first: [place(0), place(1)] };
  }),
});

/**
 * Where tiles of the gradient of the input begin, along a side: `offset` pixels before the output's gradient,
 * and `crop` pixels before the gradient itself.
 */
export function gradientStart(
  taps: number,
  stride: number,
  padding: number,
): { readonly offset: number; readonly crop: number } {
  const beyond = taps - stride - padding;
  const offset = Math.ceil(beyond / stride);
  return { offset, crop: offset * stride - beyond };
}

/**
 * Layer norm in one pass over memory each way, where its calls follow one another (layerNormJoins.ts): a row goes
 * through all of them while it lies in the first cache. Sums over rows, for the gradients of scale and shift, are
 * made of fixed blocks of rows, so that they do not depend on the number of threads.
 * Not norms whose channels lie apart (normalise.ts).
 * Reference: Ba, Kiros, Hinton, "Layer normalization", https://arxiv.org/abs/1607.06450
 */
import { ceilDiv } from '#engine/backends/rounding.ts';
import { at } from '#engine/backends/strides.ts';
import type { FunctionBuilder, Local } from '#engine/assembler/assembler.ts';
import { type I32, type V128, f32, f32x4, i32, v128 } from '#engine/assembler/instructions.ts';
import {
  type KernelContext,
  LANES,
  type Phase,
  VECTOR_BYTES,
  forVectors,
  phase,
  share,
  storeLanes,
  storeVectors,
} from '../kernel.ts';
import { VectorMath } from '../math.ts';
import { SUM, masked, zeroSum } from './accumulate.ts';
import { type Elementwise, chainResult } from './elementwise.ts';

/** Vectors a round: as many sums hide what an addition takes. */
const ROUND = 4;
/** Of the parts of one sum. */
const SUM_BYTES = ROUND * VECTOR_BYTES;
/** Rows whose gradients of scale and shift are summed at once: with 128 numbers each 64 KiB of the second cache. */
const ROW_BLOCK = 64;
/** Columns summed side by side, two sums each. */
const SUMMED_VECTORS = 6;

/** Of an element-wise chain at a norm: where each of its inputs comes from. */
export type ChainInput =
  /** What the norm makes. */
  | 'own'
  /** A number of every column. */
  | 'column'
  /** A tensor of the norm's shape. */
  | 'same';

export interface RowChain {
  readonly chain: Elementwise;
  readonly inputs: readonly ChainInput[];
  /** Where its result goes. */
  readonly to: number;
}

export interface RowSizes {
  readonly rows: number;
  readonly columns: number;
}

export interface LayerNorm extends RowSizes {
  readonly eps: number;
  /** Makes what is normalised and leaves it at `x`. */
  readonly before?: RowChain;
  readonly x: number;
  readonly mean: number;
  readonly variance: number;
  /** Where the normalised numbers go; null where nobody asks for them. */
  readonly normal: number | null;
  /** What becomes of them. */
  readonly after?: RowChain;
}

export function layerNorm(spec: LayerNorm, context: KernelContext): Phase[] {
  const { rows, columns, before, x, after } = spec;
  const parts = context.scratchPerThread(SUM_BYTES);
  return [
    phase(
      rows * columns,
      (f, thread, threads) => {
        const math = new VectorMath(f, context.target.relaxed);
        const mine = share(f, thread, threads, rows);
        const partsAt = f.local('i32', parts.address(thread));
        const portion = f32x4.const(1 / columns);
        f.for(mine.begin, mine.end, 1, (row) => {
          const start = f.local('i32', i32.mul(row, columns * 4));
          const over = rowLoop(f, start, columns);
          const total = sumsOf(f, math, partsAt, 1, (add) =>
            over((place, vectors, lanes) => {
              const values = each(vectors, (v) =>
                math.keep(
                  before
                    ? chained(math, before, null, place, v, context)
                    : v128.load(place.position, x + v * VECTOR_BYTES),
                ),
              );
              if (before) storeVectors(f, place.position, values, lanes, x);
              values.forEach((value, v) => add(0, v, masked(value, lanes, SUM)));
            }),
          );
          const mean = math.keep(f32x4.mul(at(total, 0), portion));
          const centred = (position: I32, v: number): V128 =>
            f32x4.sub(v128.load(position, x + v * VECTOR_BYTES), mean);
          const squares = sumsOf(f, math, partsAt, 1, (add) =>
            over(({ position }, vectors, lanes) =>
              each(vectors, (v) => math.keep(centred(position, v))).forEach((value, v) =>
                add(0, v, masked(f32x4.mul(value, value), lanes, SUM)),
              ),
            ),
          );
          const variance = math.keep(f32x4.mul(at(squares, 0), portion));
          const place = i32.shl(row, 2);
          f.run(f32.store(place, f32x4.extract(mean, 0), spec.mean));
          f.run(f32.store(place, f32x4.extract(variance, 0), spec.variance));
          const inverse = math.keep(inverseDeviation(variance, spec.eps));
          over((inRow, vectors, lanes) => {
            const normal = each(vectors, (v) =>
              math.keep(f32x4.mul(centred(inRow.position, v), inverse)),
            );
            if (spec.normal !== null) storeVectors(f, inRow.position, normal, lanes, spec.normal);
            if (!after) return;
            const results = normal.map((own, v) =>
              math.keep(chained(math, after, own, inRow, v, context)),
            );
            storeVectors(f, inRow.position, results, lanes, after.to);
          });
        });
      },
      context,
    ),
  ];
}

export interface LayerNormGrad extends RowSizes {
  readonly eps: number;
  /** The gradient that comes in, what was normalised, its statistics by rows, the scale by columns. */
  readonly dy: number;
  readonly x: number;
  readonly mean: number;
  readonly variance: number;
  readonly scale: number;
  /** Gradients of scale and shift. */
  readonly dscale: number;
  readonly dshift: number;
  /** Where the gradient that goes out is left; null where only what is made of it is asked for. */
  readonly dx: number | null;
  readonly after?: RowChain;
}

export function layerNormGrad(spec: LayerNormGrad, context: KernelContext): Phase[] {
  const { rows, columns, dy, x, after } = spec;
  const blocks = ceilDiv(rows, ROW_BLOCK);
  const partialBytes = 2 * columns * 4;
  // Read in whole vectors.
  const partials = context.scratch(blocks * partialBytes + VECTOR_BYTES);
  const parts = context.scratchPerThread(2 * SUM_BYTES);
  const inverses = context.scratchPerThread(ROW_BLOCK * 4);
  const work = rows * columns;
  const ownRows = phase(
    work,
    (f, thread, threads) => {
      const math = new VectorMath(f, context.target.relaxed);
      const mine = share(f, thread, threads, blocks);
      const partsAt = f.local('i32', parts.address(thread));
      const portion = f32x4.const(1 / columns);
      f.for(mine.begin, mine.end, 1, (block) => {
        const first = f.local('i32', i32.mul(block, ROW_BLOCK));
        const end = f.local('i32', i32.minU(i32.add(first, ROW_BLOCK), i32.const(rows)));
        const inverseAt = f.local('i32', inverses.address(thread));
        const inversesOf = each(ROW_BLOCK / LANES, (v) => {
          const variance = v128.load(i32.shl(first, 2), spec.variance + v * VECTOR_BYTES);
          return math.keep(inverseDeviation(variance, spec.eps));
        });
        storeVectors(f, inverseAt, inversesOf, LANES);
        sumColumns(f, math, spec, {
          first,
          end,
          inverses: inverseAt,
          to: f.local('i32', i32.add(i32.mul(block, partialBytes), partials)),
        });
        f.for(first, end, 1, (row) => {
          const start = f.local('i32', i32.mul(row, columns * 4));
          const over = rowLoop(f, start, columns);
          const rowMean = math.keep(v128.load32Splat(i32.shl(row, 2), spec.mean));
          const inverse = math.keep(v128.load32Splat(inverseAt));
          f.increment(inverseAt, 4);
          const normal = ({ position }: InRow, v: number): V128 =>
            f32x4.mul(f32x4.sub(v128.load(position, x + v * VECTOR_BYTES), rowMean), inverse);
          const scaled = ({ position, column }: InRow, v: number): V128 =>
            f32x4.mul(
              v128.load(position, dy + v * VECTOR_BYTES),
              v128.load(column, spec.scale + v * VECTOR_BYTES),
            );
          const sums = sumsOf(f, math, partsAt, 2, (add) =>
            over((place, vectors, lanes) =>
              each(vectors, (v) => math.keep(scaled(place, v))).forEach((slope, v) => {
                add(0, v, masked(slope, lanes, SUM));
                add(1, v, masked(f32x4.mul(slope, normal(place, v)), lanes, SUM));
              }),
            ),
          );
          const mean = math.keep(f32x4.mul(at(sums, 0), portion));
          const along = math.keep(f32x4.mul(at(sums, 1), portion));
          over((place, vectors, lanes) => {
            const results = each(vectors, (v) => {
              const level = f32x4.sub(scaled(place, v), mean);
              const left = f32x4.sub(level, f32x4.mul(normal(place, v), along));
              return math.keep(f32x4.mul(left, inverse));
            });
            // Read before anything is written: one may lie in the place of another.
            const chains =
              after &&
              results.map((own, v) => math.keep(chained(math, after, own, place, v, context)));
            if (spec.dx !== null) storeVectors(f, place.position, results, lanes, spec.dx);
            if (chains) storeVectors(f, place.position, chains, lanes, after.to);
          });
        });
      });
    },
    context,
  );
  const combine = phase(
    blocks * 2 * columns,
    (f, thread, threads) => {
      for (const [to, offset] of [
        [spec.dshift, 0],
        [spec.dscale, columns * 4],
      ] as const) {
        const { begin, end } = share(f, thread, threads, columns, LANES);
        forVectors(f, begin, end, columns, (position, lanes) => {
          const total = f.local('v128', f32x4.const(0));
          const from = f.local('i32', i32.add(position, partials + offset));
          f.for(0, blocks, 1, () => {
            f.set(total, f32x4.add(total, v128.load(from)));
            f.increment(from, partialBytes);
          });
          storeLanes(f, position, total, lanes, to);
        });
      }
    },
    context,
  );
  return [ownRows, combine];
}

/** Sums of a block's rows, column by column: of the gradients, and of them times the normalised numbers. */
function sumColumns(
  f: FunctionBuilder,
  math: VectorMath,
  { columns, dy, x, mean }: LayerNormGrad,
  block: {
    readonly first: I32;
    readonly end: I32;
    /** Of the deviations of its rows. */
    readonly inverses: I32;
    readonly to: I32;
  },
): void {
  const some = (column: I32, vectors: number, lanes: number): void => {
    const isAlone = (v: number): boolean => vectors % 2 === 1 && v === vectors - 1;
    const sums = [0, 1].map(() => each(vectors, (v) => f.local('v128', zeroSum(isAlone(v)))));
    const position = f.local('i32', i32.add(i32.mul(block.first, columns * 4), column));
    const inverseAt = f.local('i32', block.inverses);
    f.for(block.first, block.end, 1, (row) => {
      const rowMean = math.keep(v128.load32Splat(i32.shl(row, 2), mean));
      const inverse = math.keep(v128.load32Splat(inverseAt));
      const slopes = each(vectors, (v) => math.keep(v128.load(position, dy + v * VECTOR_BYTES)));
      slopes.forEach((slope, v) => {
        const sum = at(at(sums, 0), v);
        f.set(sum, f32x4.add(sum, slope));
      });
      slopes.forEach((slope, v) => {
        const sum = at(at(sums, 1), v);
        const centred = f32x4.sub(v128.load(position, x + v * VECTOR_BYTES), rowMean);
        f.set(sum, math.madd(slope, f32x4.mul(centred, inverse), sum));
      });
      f.increment(inverseAt, 4);
      f.increment(position, columns * 4);
    });
    sums.forEach((values, which) =>
      storeVectors(f, i32.add(block.to, column), values, lanes, which * columns * 4),
    );
  };
  const width = SUMMED_VECTORS * LANES;
  const whole = Math.floor(columns / width) * width;
  if (whole > 0) {
    f.for(0, whole * 4, width * 4, (column) => some(column, SUMMED_VECTORS, LANES));
  }
  const rest = columns - whole;
  const vectors = ceilDiv(rest, LANES);
  if (rest > 0) some(i32.const(whole * 4), vectors, rest - (vectors - 1) * LANES);
}

const inverseDeviation = (variance: V128, eps: number): V128 =>
  f32x4.div(f32x4.const(1), f32x4.sqrt(f32x4.add(variance, f32x4.const(eps))));

const each = <T>(count: number, of: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => of(index));

/** Bytes from the tensor's beginning, and from the row's. */
interface InRow {
  readonly position: Local<'i32'>;
  readonly column: Local<'i32'>;
}

type RowLoop = (body: (place: InRow, vectors: number, lanes: number) => void) => void;

/** Over a row, some vectors at a time: how many follow, and how many lanes of the last count. */
function rowLoop(f: FunctionBuilder, start: I32, columns: number): RowLoop {
  const roundBytes = ROUND * VECTOR_BYTES;
  const rounds = Math.floor(columns / (ROUND * LANES));
  const rest = columns - rounds * ROUND * LANES;
  return (body) => {
    const at = (column: I32): InRow => ({
      position: f.local('i32', i32.add(start, column)),
      column: f.local('i32', column),
    });
    f.for(0, rounds * roundBytes, roundBytes, (column) => body(at(column), ROUND, LANES));
    if (rest === 0) return;
    const vectors = ceilDiv(rest, LANES);
    const last = rest - (vectors - 1) * LANES;
    const whole = last === LANES ? vectors : vectors - 1;
    const from = rounds * roundBytes;
    if (whole > 0) body(at(i32.const(from)), whole, LANES);
    if (last < LANES) body(at(i32.const(from + whole * VECTOR_BYTES)), 1, last);
  };
}

/**
 * Sums over a row, each in every lane. The parts go through memory, one beside the other: what is never stored side
 * by side V8 does not join into 256-bit operations.
 */
function sumsOf(
  f: FunctionBuilder,
  math: VectorMath,
  to: I32,
  count: number,
  over: (add: (index: number, vector: number, value: V128) => void) => void,
): readonly V128[] {
  // The rest of a row adds to some of them only: those are no pairs then.
  const parts = each(count, () => each(ROUND, (v) => f.local('v128', zeroSum(v >= 2))));
  over((index, vector, value) => {
    const part = at(at(parts, index), vector);
    f.set(part, f32x4.add(part, value));
  });
  parts.forEach((vectors, i) => storeVectors(f, to, vectors, LANES, i * SUM_BYTES));
  return parts.map((_, i) => {
    const stored = (v: number): V128 => v128.load(to, i * SUM_BYTES + v * VECTOR_BYTES);
    const whole = f32x4.add(f32x4.add(stored(0), stored(1)), f32x4.add(stored(2), stored(3)));
    return math.keep(f32x4.splat(math.sumLanes(whole)));
  });
}

/** What a chain makes of one vector. */
function chained(
  math: VectorMath,
  { chain, inputs }: RowChain,
  own: V128 | null,
  { position, column }: InRow,
  vector: number,
  context: KernelContext,
): V128 {
  const values = chain.inputs.map((ref, i) => {
    const from = at(inputs, i);
    if (from === 'own' && own) return own;
    const offset = context.address(ref) + vector * VECTOR_BYTES;
    return math.keep(v128.load(from === 'column' ? column : position, offset));
  });
  return chainResult(math, chain, values);
}

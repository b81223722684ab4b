/** Pairs of vectors: how near they are, and losses that learn it from which of them belong together. */
import { ShapeError } from '#engine/ir/problem.ts';
import { sameShape, type TensorType } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import { add, div, mul, reshape, scale, shift, sub } from '#engine/ops/nn.ts';
import type { Lowering } from '../define.ts';
import { formatSample, needNumbers, needVector, sampleSize } from './shapes.ts';

/** Vectors of one length, the first at the first port. */
export function needVectorsAlike(
  layer: string,
  types: readonly TensorType[],
  ports: readonly string[],
): void {
  types.forEach((type, k) => needVector(layer, type, ports[k]));
  needSizesAlike(layer, types, ports);
}

/** Numbers of one shape, whatever it is. */
export function needSizesAlike(
  layer: string,
  types: readonly TensorType[],
  ports: readonly string[],
): void {
  const [first] = types;
  types.forEach((type, k) => {
    needNumbers(layer, type, ports[k]);
    if (!first || sameShape(first.shape, type.shape)) return;
    const width = first.shape[1];
    throw new ShapeError(
      'shape.pair-mismatch',
      `${layer} compares equal shapes but gets ${formatSample(first.shape)} and ${formatSample(type.shape)}.`,
      {
        port: ports[k] ?? 'x',
        explanation:
          'Most often both come from one network, the second with the weights of the first.',
        fixes:
          first.shape.length === 2 && type.shape.length === 2 && typeof width === 'number'
            ? [{ kind: 'setWidth', port: ports[k] ?? 'x', width }]
            : [],
      },
    );
  });
}

/** Along one axis, which is kept with size 1 or left out. */
export const sumAlong = (g: Lowering, x: Value, axis: number, keepDims: boolean): Value =>
  g.emit('sum', [x], { axes: [axis], keepDims });

/** What a float32 still is as a square: lengths below its root, 3e-19, count as that. */
const SMALLEST = 1e-37;

interface LengthOptions {
  readonly p: '1' | '2';
  readonly axis: number;
  readonly keepDims: boolean;
  /** A shorter one counts as that long. */
  readonly least: number;
}

/**
 * The length along an axis: as it is, or by the sum of sizes. Of squares it is the square that is held up: the slope
 * of a root at 0 is none, and 0 times that would be no number where PyTorch has 0.
 */
export function lengthOf(
  g: Lowering,
  x: Value,
  { p, axis, keepDims, least }: LengthOptions,
): Value {
  if (p === '1') {
    const sizes = sumAlong(g, g.emit('abs', [x], {}), axis, keepDims);
    return least > 0 ? atLeast(g, sizes, least) : sizes;
  }
  const squares = sumAlong(g, g.emit('square', [x], {}), axis, keepDims);
  return g.emit('sqrt', [atLeast(g, squares, Math.max(least ** 2, SMALLEST))], {});
}

/** Of two vectors of each sample, `[N]`; `eps` is added to the difference, so that a gradient is left at zero. */
export const distance = (g: Lowering, a: Value, b: Value, p: '1' | '2', eps: number): Value =>
  lengthOf(g, shift(g, sub(g, a, b), eps), {
    ...{ p, axis: a.type.shape.length - 1, keepDims: false, least: 0 },
  });

/** At least so much; below it no gradient passes. */
export const atLeast = (g: Lowering, x: Value, least: number): Value =>
  g.emit('maximum', [x, g.emit('full', [], { shape: [], value: least })], {});

/** Of lengths that count as at least `eps`, along an axis. */
export function cosine(g: Lowering, a: Value, b: Value, axis: number, eps: number): Value {
  const along = sumAlong(g, mul(g, a, b), axis, false);
  const length = (x: Value): Value => lengthOf(g, x, { p: '2', axis, keepDims: false, least: eps });
  return div(g, along, mul(g, length(a), length(b)));
}

/** What says of each sample whether a pair belongs together: 1 or -1, or a label of two classes. */
export function needSigns(layer: string, samples: TensorType, target: TensorType): void {
  const isLabel = target.dtype === 'i32' && (target.classes ?? 2) <= 2;
  const isOne = sampleSize(target.shape) === sampleSize(samples.shape);
  if (target.shape.length > 0 && isOne && (target.dtype === 'f32' || isLabel)) return;
  throw new ShapeError(
    'loss.needs-signs',
    `${layer} is told 1 or -1 of each of its numbers, or a label of two classes.`,
    {
      port: 'target',
      explanation:
        'Of labels the second class counts as 1, the first as -1. Whether two samples are of one class is for the data to say.',
    },
  );
}

/** Of labels the first class is -1. */
export function signs(g: Lowering, target: Value, shape: readonly number[]): Value {
  const numbers =
    target.type.dtype === 'f32'
      ? target
      : g.emit('affine', [g.emit('toFloat', [target], {})], { scale: 2, shift: -1 });
  return reshape(g, numbers, shape);
}

/** Python of the same, with as many dimensions as what it is told of. */
export function pythonSigns(target: string, { dtype, shape }: TensorType, rank: number): string {
  const numbers = dtype === 'f32' ? target : `(2 * ${target} - 1)`;
  if (shape.length === rank) return numbers;
  return rank === 1 ? `${numbers}.flatten()` : `${numbers}[:, None]`;
}

/** One of two losses by the sign; where it is neither, nothing. */
export function bySign(g: Lowering, sign: Value, together: Value, apart: Value): Value {
  const is = (value: number): Value =>
    g.emit('equal', [sign, g.emit('full', [], { shape: [], value })], {});
  return add(g, mul(g, is(1), together), mul(g, is(-1), apart));
}

/** What is missing to a margin. */
export const missingTo = (g: Lowering, margin: number, x: Value): Value =>
  g.emit('relu', [shift(g, scale(g, x, -1), margin)], {});

/** The type of one number for each sample. */
export const oneEach = ({ shape }: TensorType): TensorType => ({
  dtype: 'f32',
  shape: shape.slice(0, 1),
});

export const normAttr = {
  kind: 'choice',
  default: '2',
  options: ['1', '2'],
  label: 'Norm',
  optionLabels: { '1': 'Sum of sizes', '2': 'Euclidean' },
  help: 'How a distance is measured: by the root of the sum of squares, or by the sum of sizes.',
} as const;

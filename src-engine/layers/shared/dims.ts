/** Dimensions as PyTorch counts them: 0 is the batch, 1 the first of a sample, -1 the last. */
import type { IntAttr } from '#engine/ir/attrs.ts';
import { ShapeError } from '#engine/ir/problem.ts';
import { formatShape, type Shape, type TensorType } from '#engine/ir/tensor.ts';

/** Larger than the rank of anything. */
const MOST_DIMS = 16;

export const dimAttr = (value: number, help: string, label = 'Dimension'): IntAttr => ({
  kind: 'int',
  default: value,
  min: -MOST_DIMS,
  max: MOST_DIMS,
  label,
  help,
});

/** The axis that `dim` names; null where the shape has none, or where it is the batch. */
export function axisOf(shape: Shape, dim: number): number | null {
  const axis = dim < 0 ? dim + shape.length : dim;
  return axis >= 1 && axis < shape.length ? axis : null;
}

/** The axis that `dim` names, of a sample; refused in words where there is none. */
export function needDim(
  layer: string,
  x: TensorType,
  dim: number,
  attr = 'dim',
  port = 'x',
): number {
  return needDims(layer, x, { [attr]: dim }, port)[0] ?? 1;
}

/** The axes that several attributes name. One fix mends all that name none. */
export function needDims(
  layer: string,
  { shape }: TensorType,
  dims: Readonly<Record<string, number>>,
  port = 'x',
): readonly number[] {
  const axes = Object.values(dims).map((dim) => axisOf(shape, dim));
  const wrong = Object.entries(dims).filter(([, dim]) => axisOf(shape, dim) === null);
  const [first] = wrong;
  if (!first) return axes.filter((axis) => axis !== null);
  const [, dim] = first;
  const isBatch = dim === 0 || dim === -shape.length;
  throw new ShapeError(
    'shape.dim',
    isBatch
      ? `${layer} works within a sample; dimension ${dim} of ${formatShape(shape)} counts the samples.`
      : `${layer} is told of dimension ${dim}, which ${formatShape(shape)} has not.`,
    {
      port,
      explanation: 'Dimension 1 is the first of a sample, -1 the last.',
      fixes:
        shape.length > 1
          ? [{ kind: 'setAttrs', attrs: Object.fromEntries(wrong.map(([attr]) => [attr, 1])) }]
          : [],
    },
  );
}

/** With another size along one axis. */
export function withDim({ dtype, shape }: TensorType, axis: number, size: number): TensorType {
  return { dtype, shape: shape.map((each, at) => (at === axis ? size : each)) };
}

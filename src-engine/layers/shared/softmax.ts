/** A softmax along any dimension: the op works along the last. */
import { ShapeError } from '#engine/ir/problem.ts';
import type { TensorType } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import type { Lowering } from '../define.ts';
import { needDim } from './dims.ts';
import { formatSample, needNumbers } from './shapes.ts';

/** Refuses what would be ones: an image of one channel along its channels. */
export function needSoftmaxDim(layer: string, x: TensorType, dim: number): number {
  needNumbers(layer, x);
  const axis = needDim(layer, x, dim);
  if (x.shape.length === 2 || x.shape[axis] !== 1) return axis;
  throw new ShapeError(
    'shape.softmax-of-one',
    `${layer} makes ones of ${formatSample(x.shape)}: there is one number along dimension ${dim}.`,
    {
      port: 'x',
      explanation: 'Its numbers sum to one along a dimension; flatten the sample for all of them.',
      fixes: [{ kind: 'insert', port: 'x', type: 'Flatten' }],
    },
  );
}

export function softmaxAlong(g: Lowering, x: Value, axis: number): Value {
  const last = x.type.shape.length - 1;
  if (axis === last) return g.emit('softmax', [x], {});
  const axes = x.type.shape.map((_size, at) => (at === axis ? last : at === last ? axis : at));
  const turned = g.emit('permute', [x], { axes });
  return g.emit('permute', [g.emit('softmax', [turned], {})], { axes });
}

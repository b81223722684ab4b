/**
 * What BatchNorm1d and BatchNorm2d share: attributes, tensors and lowering. Running statistics follow
 * PyTorch: `running = (1 - momentum) running + momentum batch`, the variance unbiased.
 * Reference: Ioffe and Szegedy, https://arxiv.org/abs/1502.03167
 */
import type { AttrValues } from '#engine/ir/attrs.ts';
import type { TensorType } from '#engine/ir/tensor.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { add, scale } from '#engine/ops/nn.ts';
import type { Value } from '#engine/ops/builder.ts';
import type { Lowering } from '../define.ts';
import { epsAttr, filled, scaleAndShiftParams } from './normalisation.ts';
import { dim, pythonCall, pythonKeyword } from './shapes.ts';

export const batchNormAttrs = {
  momentum: {
    kind: 'number',
    default: 0.1,
    min: 0,
    max: 1,
    help: 'Share of each batch in the running statistics that evaluation uses.',
  },
  eps: epsAttr,
  affine: {
    kind: 'bool',
    default: true,
    help: 'Trains a scale and a shift for every channel.',
  },
} as const;

export type BatchNormAttrs = AttrValues<typeof batchNormAttrs>;

export function batchNormParams(x: TensorType, { affine }: BatchNormAttrs) {
  return affine ? scaleAndShiftParams([dim(x.shape, 1)]) : {};
}

export function batchNormBuffers(x: TensorType) {
  const shape = [dim(x.shape, 1)];
  return { running_mean: filled(shape, 0), running_var: filled(shape, 1) };
}

export function batchNormSummary(
  { eps, momentum, affine }: BatchNormAttrs,
  x?: TensorType,
): string {
  const parts = [String(x?.shape[1] ?? '?'), `eps ${eps}`, `mom ${momentum}`];
  return [...parts, ...(affine ? [] : ['no scale'])].join(' ');
}

export function lowerBatchNorm(g: Lowering, x: Value, attrs: BatchNormAttrs): Value {
  const { eps, momentum, affine } = attrs;
  const channels = x.type.shape[1] ?? 1;
  const constant = (value: number) => g.emit('full', [], { shape: [channels], value });
  const weight = affine ? g.param('weight') : constant(1);
  const bias = affine ? g.param('bias') : constant(0);
  if (g.mode === 'eval') {
    const [mean, variance] = [g.buffer('running_mean'), g.buffer('running_var')];
    return g.emit('normalize', [x, mean, variance, weight, bias], { eps, training: false });
  }
  const mean = g.emit('groupMean', [x], {});
  const variance = g.emit('groupVariance', [x, mean], {});
  const count = elementCount(x.type.shape) / channels;
  const unbiased = count > 1 ? count / (count - 1) : 1;
  const follow = (key: string, value: Value, factor: number) =>
    g.assignBuffer(key, add(g, scale(g, g.buffer(key), 1 - momentum), scale(g, value, factor)));
  follow('running_mean', mean, momentum);
  follow('running_var', variance, momentum * unbiased);
  return g.emit('normalize', [x, mean, variance, weight, bias], { eps, training: true });
}

/** One value per channel has no variance: it would leave zeros, and a zero in the running statistics. */
export function batchNormLeastBatch(x: TensorType): number {
  const perSample = x.shape.slice(2).reduce<number>((n, size) => n * Number(size), 1);
  return perSample > 1 ? 1 : 2;
}

export const batchNormTorch = (
  name: string,
  x: TensorType,
  { eps, momentum, affine }: BatchNormAttrs,
): string =>
  pythonCall(
    name,
    dim(x.shape, 1),
    pythonKeyword('eps', eps, 1e-5),
    pythonKeyword('momentum', momentum, 0.1),
    affine ? undefined : 'affine=False',
  );

/** The norm of each window, of images as of sequences: what LPPool1d and LPPool2d have in common. */
import type { Interval } from '#engine/ir/attrs.ts';
import type { Value } from '#engine/ops/builder.ts';
import { scale } from '#engine/ops/nn.ts';
import type { PoolParams } from '#engine/ops/ops.ts';
import type { Lowering } from '../define.ts';
import { power } from './formulaOps.ts';
import type { KerasLayerStep, KerasStep } from './keras.ts';

export const normAttr = {
  kind: 'int',
  default: 2,
  min: 1,
  max: 16,
  label: 'Norm',
  help: 'The power p: each number to it, their sum, and its root.',
} as const;

/** Of a sum of odd powers that is negative there is no root. */
export const normRanges = ({
  normType,
}: {
  readonly normType: number;
}): { readonly x?: Interval } => (normType > 1 && normType % 2 === 1 ? { x: [0, Infinity] } : {});

/** Where a sum is nothing, so is its root, and no gradient passes; as in PyTorch. */
export function normsOf(g: Lowering, x: Value, normType: number, window: PoolParams): Value {
  const [high, wide] = window.kernel;
  const params = { ...window, countIncludePad: true };
  const means = g.emit('avgPool2d', [power(g, x, normType)], params);
  const sums = scale(g, means, high * wide);
  if (normType === 1) return sums;
  const full = (value: number): Value => g.emit('full', [], { shape: [], value });
  const isSome = g.emit('greaterThan', [sums], { threshold: 0 });
  const some = g.emit('select', [isSome, sums, full(1)], {});
  return g.emit('select', [isSome, power(g, some, 1 / normType), full(0)], {});
}

/** `count`: numbers in a window. */
export function kerasNorms(
  normType: number,
  count: number,
  mean: KerasLayerStep,
): readonly KerasStep[] {
  const root: KerasStep =
    normType === 1
      ? { line: (x) => `${count} * ${x}` }
      : { line: (x) => `ops.power(ops.relu(${count} * ${x}), 1 / ${normType})` };
  return [
    ...(normType === 1 ? [] : [{ line: (x: string) => `ops.power(${x}, ${normType})` }]),
    mean,
    root,
  ];
}

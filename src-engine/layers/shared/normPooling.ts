/** The norm of each window, of images as of sequences: what LPPool1d and LPPool2d have in common. */
import type { Interval } from '#engine/ir/attrs.ts';
import type { Value } from '#engine/ops/builder.ts';
import { scale } from '#engine/ops/nn.ts';
import type { PoolParams } from '#engine/ops/ops.ts';
import type { Lowering } from '../define.ts';
import { power } from './formulaOps.ts';
import type { KerasForm, KerasLayerStep, KerasStep } from './keras.ts';
import { windowMeans } from './pooling.ts';

export const normAttr = {
  kind: 'int',
  default: 2,
  min: 1,
  max: 16,
  label: 'Norm',
  help: 'The power p: each number to it, their sum, and its root.',
} as const;

const WITHOUT_PADDING = { padding: [0, 0], countIncludePad: true } as const;

/** Of a sum of odd powers that is negative there is no root. */
export const normRanges = ({
  normType,
}: {
  readonly normType: number;
}): { readonly x?: Interval } => (normType > 1 && normType % 2 === 1 ? { x: [0, Infinity] } : {});

/**
 * Where a sum is nothing, so is its root, and no gradient passes; as in PyTorch. Windows that reach beyond the end are
 * there the mean of what they have, times the size of a whole one.
 */
export function normsOf(g: Lowering, x: Value, normType: number, window: PoolParams): Value {
  const [high, wide] = window.kernel;
  const means = windowMeans(g, power(g, x, normType), window, WITHOUT_PADDING);
  const sums = scale(g, means, high * wide);
  if (normType === 1) return sums;
  const full = (value: number): Value => g.emit('full', [], { shape: [], value });
  const isSome = g.emit('greaterThan', [sums], { threshold: 0 });
  const some = g.emit('select', [isSome, sums, full(1)], {});
  return g.emit('select', [isSome, power(g, some, 1 / normType), full(0)], {});
}

/** `count`: numbers in a window; `end`: how far the last ones reach beyond the end. */
export function kerasNorms(
  normType: number,
  count: number,
  mean: KerasLayerStep,
  end: number,
): KerasForm {
  if (end > 0) return { none: 'its windows do not reach beyond the end' };
  const root: KerasStep =
    normType === 1
      ? { line: (x) => `${count} * ${x}` }
      : { line: (x) => `ops.power(ops.relu(${count} * ${x}), 1 / ${normType})` };
  return {
    steps: [
      ...(normType === 1 ? [] : [{ line: (x: string) => `ops.power(${x}, ${normType})` }]),
      mean,
      root,
    ],
  };
}

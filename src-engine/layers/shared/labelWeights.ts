/** Losses of yes or no: what each number of a sample, a label that it has or not, counts for. */
import type { NumbersAttr } from '#engine/ir/attrs.ts';
import { ShapeError } from '#engine/ir/problem.ts';
import type { TensorType } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import { mul } from '#engine/ops/nn.ts';
import type { Lowering } from '../define.ts';
import { torchNumbers } from './shapes.ts';

export const labelWeightAttr: NumbersAttr = {
  kind: 'numbers',
  default: [],
  min: 0,
  advanced: true,
  label: 'Label weights',
  help: 'What each number of the last dimension counts for, a label that a sample has or not. Empty: all alike. The loss is not divided by them, as in PyTorch.',
};

/** Refuses weights that are not one for each number of the last dimension; `what` they are of. */
export function needWeights(
  layer: string,
  { shape }: TensorType,
  { attr, weights, what }: { attr: string; weights: readonly number[]; what: string },
): void {
  const last = shape.length < 2 ? 1 : shape.at(-1);
  if (weights.length === 0 || weights.length === last) return;
  throw new ShapeError(
    'loss.weight-count',
    `${layer} has ${weights.length} weights of ${what} for ${last} numbers.`,
    {
      port: 'prediction',
      explanation: 'There is one for each number of the last dimension.',
      fixes: [{ kind: 'setAttrs', attrs: { [attr]: [] }, label: 'Remove the weights' }],
    },
  );
}

/** Each loss by what its label counts for. */
export const byLabel = (g: Lowering, losses: Value, weights: readonly number[]): Value =>
  weights.length === 0
    ? losses
    : mul(g, losses, g.emit('constant', [], { shape: [weights.length], values: weights }));

export const weightKeyword = (weight: readonly number[], beside?: string): string | undefined =>
  weight.length === 0 ? undefined : `weight=${torchNumbers(weight, beside)}`;

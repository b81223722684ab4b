/**
 * The update Adam and AdamW share; bias correction enters through the step size and the denominator, as
 * PyTorch has it. Reference: Kingma and Ba, https://arxiv.org/abs/1412.6980
 */
import type { Value } from '../ops/builder.ts';
import { div, mul, shift } from '../ops/nn.ts';
import type { StepPosition, UpdateContext } from './define.ts';
import { runningMean } from './shared.ts';

export interface AdamSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
}

export const ADAM_SLOTS = ['exp_avg', 'exp_avg_sq'] as const;

export const adamScalars = {
  stepSize: ({ step, learningRate }: StepPosition, { beta1 }: AdamSettings): number =>
    learningRate / biasCorrection(beta1, step),
  /** `1 / sqrt(1 - beta2^t)`. */
  inverseRoot: ({ step }: StepPosition, { beta2 }: AdamSettings): number =>
    1 / Math.sqrt(biasCorrection(beta2, step)),
};

/** `1 - beta^step`, to the last digits also where the power is close to 1. */
export function biasCorrection(beta: number, step: number): number {
  return -Math.expm1(step * Math.log(beta));
}

/** Stores both means; answers what is to be taken off the parameters. Gradients may carry weight decay. */
export function adamUpdate(
  context: UpdateContext<keyof typeof adamScalars, (typeof ADAM_SLOTS)[number]>,
  gradients: Value,
  { beta1, beta2, eps }: AdamSettings,
): Value {
  const { exp_avg: first, exp_avg_sq: second } = context.slots;
  if (!first || !second) throw new Error('Adam keeps two means');
  const { stepSize, inverseRoot } = context.scalars;
  const mean = runningMean(context, first, gradients, beta1);
  const square = context.emit('square', [gradients], {});
  const variance = runningMean(context, second, square, beta2);
  const deviation = mul(context, context.emit('sqrt', [variance], {}), inverseRoot);
  const denominator = shift(context, deviation, eps);
  context.assign(first, mean);
  context.assign(second, variance);
  return div(context, mul(context, mean, stepSize), denominator);
}

/**
 * The update Adam and AdamW share, in PyTorch's order of operations: bias correction enters through the
 * step size and the denominator. Reference: Kingma and Ba, https://arxiv.org/abs/1412.6980
 */
import type { Value } from '../ops/builder.ts';
import { add, div, mul, power, scale, shift, sub } from '../ops/nn.ts';
import type { UpdateContext } from './define.ts';

export interface AdamSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
}

/** `parameters` and `gradients` may already carry weight decay. */
export function adamUpdate(
  context: UpdateContext,
  parameters: Value,
  gradients: Value,
  { beta1, beta2, eps }: AdamSettings,
): void {
  const [first, second] = context.moments;
  if (!first || !second) throw new Error('Adam needs two moments');
  const mean = add(context, scale(context, first, beta1), scale(context, gradients, 1 - beta1));
  const square = context.emit('square', [gradients], {});
  const variance = add(context, scale(context, second, beta2), scale(context, square, 1 - beta2));
  const correction1 = oneMinus(context, power(context, beta1, context.step));
  const correction2 = oneMinus(context, power(context, beta2, context.step));
  // Scalars first: one number per step, not one operation per weight.
  const stepSize = div(context, context.learningRate, correction1);
  const inverseRoot = context.emit('rsqrt', [correction2], {});
  const deviation = mul(context, context.emit('sqrt', [variance], {}), inverseRoot);
  const denominator = shift(context, deviation, eps);
  context.assign(first, mean);
  context.assign(second, variance);
  context.assign(
    context.parameters,
    sub(context, parameters, div(context, mul(context, mean, stepSize), denominator)),
  );
}

/** 1 - x. beta^0 = 1 needs no care: steps count from 1. */
function oneMinus(context: UpdateContext, x: Value): Value {
  return shift(context, scale(context, x, -1), 1);
}

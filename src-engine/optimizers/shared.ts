/** Attributes and means that several optimisers share. */
import type { NumberAttr } from '../ir/attrs.ts';
import type { Value } from '../ops/builder.ts';
import { add, type Emitter, scale, sub } from '../ops/nn.ts';

export const learningRate = (value: number): NumberAttr => ({
  kind: 'number',
  label: 'Learning rate',
  default: value,
  min: 0,
  max: 100,
  logarithmic: true,
  help: 'How far one step moves the weights.',
});

export const weightDecay = (value: number, help: string): NumberAttr => ({
  kind: 'number',
  label: 'Weight decay',
  default: value,
  min: 0,
  max: 1,
  help,
});

export const beta = (label: string, value: number, help: string): NumberAttr => ({
  kind: 'number',
  label,
  default: value,
  min: 0,
  max: 0.999999,
  advanced: true,
  help,
});

export const epsilon: NumberAttr = {
  kind: 'number',
  label: 'Epsilon',
  default: 1e-8,
  min: 0,
  max: 1,
  logarithmic: true,
  advanced: true,
  help: 'Keeps the division away from zero.',
};

/** -1, 0 or 1. */
export function signOf(g: Emitter, x: Value): Value {
  const isAbove = (of: Value): Value => g.emit('greaterThan', [of], { threshold: 0 });
  return sub(g, isAbove(x), isAbove(scale(g, x, -1)));
}

/** What decay in the gradient is called. */
export const L2_HELP = 'Pulls the weights towards zero (L2, added to the gradient).';

/** The gradients with `decay` times the parameters: L2. */
export const decayed = (
  g: Emitter & { readonly gradients: Value; readonly parameters: Value },
  decay: number,
): Value => (decay === 0 ? g.gradients : add(g, g.gradients, scale(g, g.parameters, decay)));

/**
 * `beta mean + (1 - beta) x`, from the end that is nearer: in float32 a beta of 0.999999 is another number,
 * and a mean made with it ends 1.3 % off. A small difference times a small share has no such error.
 */
export function runningMean(g: Emitter, mean: Value, x: Value, beta: number): Value {
  return beta < 0.5
    ? sub(g, x, scale(g, sub(g, x, mean), beta))
    : add(g, mean, scale(g, sub(g, x, mean), 1 - beta));
}

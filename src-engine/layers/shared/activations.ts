/** What activations have in common: bounds, and the smooth fall below zero of ELU, SELU and CELU. */
import type { Value } from '#engine/ops/builder.ts';
import { add, scale } from '#engine/ops/nn.ts';
import type { Lowering } from '../define.ts';

/** `alpha (e^(x / width) - 1)` where x is negative, else zero. */
export function fallBelowZero(g: Lowering, x: Value, alpha: number, width: number): Value {
  // -relu(-x), not x - relu(x): that of an infinity is no number.
  const below = scale(g, g.emit('relu', [g.emit('neg', [x], {})], {}), -1 / width);
  return scale(g, g.emit('expm1', [below], {}), alpha);
}

/**
 * x, at least `low` and at most `high`. On a bound and beyond no gradient passes, as in PyTorch's hardtanh; a NaN
 * stays one.
 */
export function bounded(g: Lowering, x: Value, low: number, high: number): Value {
  const at = (value: number): Value => g.emit('full', [], { shape: [], value });
  const beyond = (from: Value, bound: number, value: Value): Value =>
    add(g, g.emit('greaterThan', [from], { threshold: bound }), g.emit('equal', [x, value], {}));
  const [least, most] = [at(low), at(high)];
  const fromBelow = beyond(g.emit('neg', [x], {}), -low, least);
  const under = g.emit('select', [beyond(x, high, most), most, x], {});
  return g.emit('select', [fromBelow, least, under], {});
}

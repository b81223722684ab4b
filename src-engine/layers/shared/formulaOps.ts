/** What a formula computes, as ops; their gradients are those of the ops. */
import type { Value } from '#engine/ops/builder.ts';
import { add, div, mul, scale, shift, sub } from '#engine/ops/nn.ts';
import type { ElementwiseOp } from '#engine/ops/ops.ts';
import type { Lowering } from '../define.ts';
import type { Formula, FormulaOperator } from './formula.ts';

type Operand = Value | number;
const isNumber = (operand: Operand): operand is number => typeof operand === 'number';

const full = (g: Lowering, value: number): Value => g.emit('full', [], { shape: [], value });
const valueOf = (g: Lowering, operand: Operand): Value =>
  isNumber(operand) ? full(g, operand) : operand;

const unary =
  (
    op: Extract<
      ElementwiseOp,
      | 'neg'
      | 'abs'
      | 'exp'
      | 'log'
      | 'sin'
      | 'cos'
      | 'sqrt'
      | 'sigmoid'
      | 'tanh'
      | 'relu'
      | 'softplus'
    >,
  ) =>
  (g: Lowering, a: Operand): Value =>
    g.emit(op, [valueOf(g, a)], {});

/** Up to this power by multiplications, which numbers below zero have as well. */
const MOST_MULTIPLIED = 64;

export function power(g: Lowering, x: Value, exponent: number): Value {
  if (exponent === 0.5) return g.emit('sqrt', [x], {});
  if (exponent === -0.5) return g.emit('rsqrt', [x], {});
  if (!Number.isInteger(exponent) || Math.abs(exponent) > MOST_MULTIPLIED) {
    return g.emit('exp', [scale(g, g.emit('log', [x], {}), exponent)], {});
  }
  if (exponent < 0) return div(g, full(g, 1), power(g, x, -exponent));
  // As many ones as x has numbers.
  if (exponent === 0) return g.emit('affine', [x], { scale: 0, shift: 1 });
  if (exponent === 1) return x;
  const half = power(g, x, Math.floor(exponent / 2));
  const even = g.emit('square', [half], {});
  return exponent % 2 === 0 ? even : mul(g, even, x);
}

function less(g: Lowering, a: Operand, b: Operand): Value {
  const above = (x: Value, threshold: number): Value => g.emit('greaterThan', [x], { threshold });
  if (isNumber(a)) return above(valueOf(g, b), a);
  if (isNumber(b)) return above(g.emit('neg', [a], {}), -b);
  return above(sub(g, b, a), 0);
}
const equal = (g: Lowering, a: Operand, b: Operand): Value =>
  g.emit('equal', [valueOf(g, a), valueOf(g, b)], {});

const RULES: {
  readonly [O in FormulaOperator]: (g: Lowering, a: Operand, b: Operand, c: Operand) => Value;
} = {
  add(g, a, b) {
    if (isNumber(a)) return shift(g, valueOf(g, b), a);
    return isNumber(b) ? shift(g, a, b) : add(g, a, b);
  },
  sub(g, a, b) {
    if (isNumber(a)) return g.emit('affine', [valueOf(g, b)], { scale: -1, shift: a });
    return isNumber(b) ? shift(g, a, -b) : sub(g, a, b);
  },
  mul(g, a, b) {
    if (isNumber(a)) return scale(g, valueOf(g, b), a);
    return isNumber(b) ? scale(g, a, b) : mul(g, a, b);
  },
  div: (g, a, b) =>
    isNumber(b) && !isNumber(a) ? scale(g, a, 1 / b) : div(g, valueOf(g, a), valueOf(g, b)),
  pow(g, a, b) {
    if (isNumber(b)) return power(g, valueOf(g, a), b);
    const log = isNumber(a) ? Math.log(a) : g.emit('log', [a], {});
    return g.emit('exp', [isNumber(log) ? scale(g, b, log) : mul(g, b, log)], {});
  },
  neg: unary('neg'),
  less,
  lessEqual: (g, a, b) => add(g, less(g, a, b), equal(g, a, b)),
  equal,
  where: (g, a, b, c) => g.emit('select', [valueOf(g, a), valueOf(g, b), valueOf(g, c)], {}),
  min: (g, a, b) => g.emit('minimum', [valueOf(g, a), valueOf(g, b)], {}),
  max: (g, a, b) => g.emit('maximum', [valueOf(g, a), valueOf(g, b)], {}),
  abs: unary('abs'),
  exp: unary('exp'),
  log: unary('log'),
  sin: unary('sin'),
  cos: unary('cos'),
  sqrt: unary('sqrt'),
  sigmoid: unary('sigmoid'),
  tanh: unary('tanh'),
  relu: unary('relu'),
  softplus: unary('softplus'),
  gelu: (g, a) => g.emit('gelu', [valueOf(g, a)], { approximate: 'none' }),
};

/** Of tensors that broadcast; `values`: every name of the formula. */
export function lowerFormula(
  g: Lowering,
  formula: Formula,
  values: ReadonlyMap<string, Value>,
): Value {
  const visit = (each: Formula): Operand => {
    switch (each[0]) {
      case 'number':
        return each[1];
      case 'name': {
        const value = values.get(each[1]);
        if (!value) throw new Error(`nothing is called ${each[1]}`);
        return value;
      }
      default: {
        const [operator, ...parts] = each;
        const [a = 0, b = 0, c = 0] = parts.map(visit);
        return RULES[operator](g, a, b, c);
      }
    }
  };
  return valueOf(g, visit(formula));
}

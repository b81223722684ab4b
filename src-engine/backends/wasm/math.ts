/**
 * Elementary functions on four floats at a time, as inline code: polynomials in f32 with relative errors
 * of a few 1e-7, correct for infinities and NaN. Each takes and gives a vector; arguments used more than
 * once are put into locals first.
 * Reference: Cephes (expf, logf, tanhf, sinf); Numerical Recipes, 2nd ed., 6.2 (erfcc).
 */
import {
  COS_POLYNOMIAL,
  ERFCX_POLYNOMIAL,
  EXP2_LESS_1_POLYNOMIAL,
  EXP2_POLYNOMIAL,
  EXP2_SHORT_POLYNOMIAL,
  EXP_CLAMP,
  EXP_POLYNOMIAL,
  GELU_TANH_CUBIC,
  GELU_TANH_SCALE,
  GELU_TANH_SLOPE,
  INV_SQRT_2_PI,
  LN2_HIGH,
  LN2_LOW,
  LOG_POLYNOMIAL,
  QUARTER_TURN,
  SIN_POLYNOMIAL,
  SQRT_HALF_BITS,
  TANH_LIMIT,
  TANH_POLYNOMIAL,
  TANH_POLYNOMIAL_LIMIT,
} from '../polynomials.ts';
import type { FunctionBuilder } from '#engine/assembler/assembler.ts';
import { type V128, f32x4, i32x4, v128 } from '#engine/assembler/instructions.ts';

const LOG2_E = Math.LOG2E;
/** Adding it rounds a small number to the nearest integer and leaves that in the low bits. */
const ROUND_MAGIC = 12582912;
const ROUND_MAGIC_BITS = 0x4b400000;
const MANTISSA_BITS = 23;
const MIN_NORMAL = 1.17549435e-38;
const SQRT_HALF = Math.SQRT1_2;
/** Of a power of 2 that half a step less leaves a normal number. */
const LEAST_EXPONENT = -125;
/** Of which e^x is a normal number, and 1 + e^-x is infinite or 1 to float32 all but. */
const SIGMOID_LIMIT = -LEAST_EXPONENT / LOG2_E;

/**
 * Gradients smaller than this count as zero (see ops.ts): a product with any weight worth the name is then
 * still a normal number. Denormal ones made a step thirty times as long.
 */
export const MIN_GRADIENT = 2 ** -100;

const c = f32x4.const;
const ONE = c(1);
const ZERO = c(0);
const ALL_BUT_SIGN = i32x4.const(0x7fffffff);

export class VectorMath {
  readonly #f: FunctionBuilder;
  readonly #relaxed: boolean;

  constructor(f: FunctionBuilder, relaxed: boolean) {
    this.#f = f;
    this.#relaxed = relaxed;
  }

  /** Zero in place of what is smaller than `least`. */
  flush(value: V128, least: number): V128 {
    const kept = this.keep(value);
    // A mask that is kept, where V8 makes that of f32x4.abs anew each time.
    return v128.andNot(kept, f32x4.lt(v128.and(kept, ALL_BUT_SIGN), c(least)));
  }

  /** Keeps a value, so that using it twice does not compute it twice. */
  keep(value: V128) {
    return this.#f.local('v128', value);
  }

  /** `a * b + c`. */
  madd(a: V128, b: V128, addend: V128): V128 {
    return this.#relaxed ? f32x4.relaxedMadd(a, b, addend) : f32x4.add(f32x4.mul(a, b), addend);
  }

  /** Horner's scheme, highest power first; `x` must be cheap to repeat. */
  polynomial(x: V128, coefficients: readonly number[]): V128 {
    const [highest = 0, ...rest] = coefficients;
    return rest.reduce<V128>((sum, next) => this.madd(sum, x, c(next)), c(highest));
  }

  exp(value: V128): V128 {
    // The constants come second, so that a NaN is kept.
    const x = this.keep(f32x4.pmax(f32x4.pmin(value, c(EXP_CLAMP)), c(-EXP_CLAMP)));
    const shifted = this.keep(f32x4.add(f32x4.mul(x, c(LOG2_E)), c(ROUND_MAGIC)));
    const n = this.keep(f32x4.sub(shifted, c(ROUND_MAGIC)));
    const high = this.keep(f32x4.sub(x, f32x4.mul(n, c(LN2_HIGH))));
    const r = this.keep(f32x4.sub(high, f32x4.mul(n, c(LN2_LOW))));
    const p = this.polynomial(r, EXP_POLYNOMIAL);
    const e = f32x4.add(this.madd(p, f32x4.mul(r, r), r), ONE);
    // 2^n in two factors: n may lie outside what one exponent can hold.
    const exponent = this.keep(i32x4.sub(shifted, i32x4.const(ROUND_MAGIC_BITS)));
    const half = this.keep(i32x4.shrS(exponent, 1));
    const power = (of: V128) => i32x4.shl(i32x4.add(of, i32x4.const(127)), MANTISSA_BITS);
    return f32x4.mul(f32x4.mul(e, power(half)), power(i32x4.sub(exponent, half)));
  }

  /**
   * `2^x` of numbers that are not above 0, with half the instructions of exp; nothing below `least`: -100
   * where a product of it with anything worth the name must be a normal number (MIN_GRADIENT).
   */
  exp2Falling(value: V128, least = -100): V128 {
    const given = this.keep(value);
    const result = this.#power(this.keep(f32x4.pmax(given, c(LEAST_EXPONENT))));
    return v128.andNot(result, f32x4.lt(given, c(least)));
  }

  /** `2^x` where that is a normal number; `x` must be cheap to repeat. */
  #power(x: V128): V128 {
    const shifted = this.keep(f32x4.add(x, c(ROUND_MAGIC)));
    const rest = this.keep(f32x4.sub(x, f32x4.sub(shifted, c(ROUND_MAGIC))));
    const near = this.polynomial(rest, EXP2_POLYNOMIAL);
    // The whole steps go into the exponent; what else the shift leaves of the magic number is nothing.
    return i32x4.add(near, i32x4.shl(shifted, MANTISSA_BITS));
  }

  log(value: V128): V128 {
    const given = this.keep(value);
    const tiny = this.keep(f32x4.lt(given, c(MIN_NORMAL)));
    const scaled = this.keep(v128.bitselect(f32x4.mul(given, c(2 ** MANTISSA_BITS)), given, tiny));
    const exponentBits = i32x4.shrS(i32x4.sub(scaled, i32x4.const(SQRT_HALF_BITS)), MANTISSA_BITS);
    const e = this.keep(exponentBits);
    const m = i32x4.sub(scaled, i32x4.shl(e, MANTISSA_BITS));
    const x = this.keep(f32x4.sub(m, ONE));
    const z = this.keep(f32x4.mul(x, x));
    const corrected = i32x4.sub(e, v128.and(tiny, i32x4.const(MANTISSA_BITS)));
    const n = this.keep(f32x4.convertI32x4S(corrected));
    const p = f32x4.mul(f32x4.mul(this.polynomial(x, LOG_POLYNOMIAL), x), z);
    const low = this.madd(n, c(LN2_LOW), p);
    const y = f32x4.sub(low, f32x4.mul(z, c(0.5)));
    const result = this.keep(f32x4.add(f32x4.add(x, y), f32x4.mul(n, c(LN2_HIGH))));
    const finite = v128.bitselect(result, given, f32x4.lt(given, c(Infinity)));
    const atZero = v128.bitselect(c(-Infinity), finite, f32x4.eq(given, ZERO));
    return v128.bitselect(c(NaN), atZero, f32x4.lt(given, ZERO));
  }

  /** `ln(1 + u)` for u in [0, 1], accurate for small u. */
  log1p(value: V128): V128 {
    const u = this.keep(value);
    const w = this.keep(f32x4.add(ONE, u));
    const rounded = this.keep(f32x4.sub(w, ONE));
    const scaled = f32x4.div(f32x4.mul(this.log(w), u), rounded);
    return v128.bitselect(u, scaled, f32x4.eq(rounded, ZERO));
  }

  /** `1 / (1 + e^-x)`; x held within what one exponent can hold, beyond which it is 0 or 1. */
  sigmoid(value: V128): V128 {
    const { rest, whole } = this.#halves(this.#within(value, SIGMOID_LIMIT), -LOG2_E);
    const power = i32x4.add(this.polynomial(rest, EXP2_SHORT_POLYNOMIAL), whole);
    return f32x4.div(ONE, f32x4.add(ONE, power));
  }

  /** `m / (m + 2)` by `m = e^2x - 1`, which near zero loses nothing. */
  tanh(value: V128): V128 {
    const { rest, whole } = this.#halves(this.#within(value, TANH_LIMIT), 2 * LOG2_E);
    const power = this.keep(i32x4.add(ONE, whole));
    const near = f32x4.mul(this.polynomial(rest, EXP2_LESS_1_POLYNOMIAL), rest);
    const m = this.keep(this.madd(near, power, f32x4.sub(power, ONE)));
    return f32x4.div(m, f32x4.add(m, c(2)));
  }

  /** Within so much of zero; the constants come second, so that a NaN is kept. */
  #within(value: V128, limit: number) {
    return this.keep(f32x4.pmax(f32x4.pmin(value, c(limit)), c(-limit)));
  }

  /** Of `x * scale` the whole steps, as they are added to an exponent, and the half step or less beside them. */
  #halves(x: V128, scale: number): { readonly rest: V128; readonly whole: V128 } {
    const shifted = this.keep(this.madd(x, c(scale), c(ROUND_MAGIC)));
    const rest = this.keep(this.madd(x, c(scale), f32x4.sub(c(ROUND_MAGIC), shifted)));
    // What else the shift leaves of the magic number is nothing.
    return { rest, whole: i32x4.shl(shifted, MANTISSA_BITS) };
  }

  /** Where |x| is below TANH_POLYNOMIAL_LIMIT; `x` must be cheap to repeat. */
  #tanhNear(x: V128): V128 {
    const z = this.keep(f32x4.mul(x, x));
    return this.madd(f32x4.mul(this.polynomial(z, TANH_POLYNOMIAL), z), x, x);
  }

  /** `e^x - 1`; near zero `tanh(x / 2) (e^x + 1)`, which loses nothing. */
  expm1(value: V128): V128 {
    const x = this.keep(value);
    const half = this.keep(f32x4.mul(x, c(0.5)));
    const e = this.keep(this.exp(x));
    const near = this.keep(f32x4.mul(this.#tanhNear(half), f32x4.add(e, ONE)));
    const isNear = f32x4.lt(f32x4.abs(half), c(TANH_POLYNOMIAL_LIMIT));
    return v128.bitselect(near, f32x4.sub(e, ONE), isNear);
  }

  /** `ln(1 + e^x)`. */
  softplus(value: V128): V128 {
    const x = this.keep(value);
    const tail = this.log1p(this.exp(f32x4.neg(f32x4.abs(x))));
    return f32x4.add(f32x4.pmax(x, ZERO), tail);
  }

  /**
   * The normal distribution function, from erfc, so that its tail keeps relative accuracy; and the
   * `e^(-x^2 / 2)` that it is made of.
   */
  #normal(x: V128) {
    const z = f32x4.mul(f32x4.abs(x), c(SQRT_HALF));
    const t = this.keep(f32x4.div(ONE, this.madd(z, c(0.5), ONE)));
    const bell = this.keep(
      this.exp2Falling(f32x4.mul(f32x4.mul(x, x), c(-LOG2_E / 2)), LEAST_EXPONENT),
    );
    const upper = this.keep(f32x4.mul(f32x4.mul(t, this.polynomial(t, ERFCX_POLYNOMIAL)), bell));
    const below = v128.bitselect(f32x4.sub(ONE, upper), upper, f32x4.gt(x, ZERO));
    return { below: this.keep(below), bell };
  }

  gelu(value: V128, approximate: 'none' | 'tanh'): V128 {
    const x = this.keep(value);
    if (approximate === 'none') return f32x4.mul(x, this.#normal(x).below);
    return f32x4.mul(f32x4.mul(x, c(0.5)), f32x4.add(ONE, this.tanh(this.#geluInner(x))));
  }

  geluDerivative(value: V128, approximate: 'none' | 'tanh'): V128 {
    const x = this.keep(value);
    if (approximate === 'none') {
      const { below, bell } = this.#normal(x);
      return this.madd(x, f32x4.mul(bell, c(INV_SQRT_2_PI)), below);
    }
    const t = this.keep(this.tanh(this.#geluInner(x)));
    const half = f32x4.mul(f32x4.add(ONE, t), c(0.5));
    const slope = this.madd(f32x4.mul(x, x), c(GELU_TANH_SLOPE), c(GELU_TANH_SCALE));
    const bend = f32x4.mul(f32x4.sub(ONE, f32x4.mul(t, t)), slope);
    return this.madd(f32x4.mul(x, c(0.5)), bend, half);
  }

  /** `sqrt(2/pi) (x + 0.044715 x^3)`. */
  #geluInner(x: V128): V128 {
    const cubic = this.madd(f32x4.mul(x, x), c(GELU_TANH_CUBIC), ONE);
    return f32x4.mul(f32x4.mul(x, cubic), c(GELU_TANH_SCALE));
  }

  /** Cosine and sine of `2 pi u` for u in [0, 1]. */
  circle(turns: V128): { readonly cos: V128; readonly sin: V128 } {
    const u = this.keep(turns);
    const shifted = this.keep(f32x4.add(f32x4.mul(u, c(4)), c(ROUND_MAGIC)));
    const quarter = f32x4.sub(shifted, c(ROUND_MAGIC));
    // Exact: both are multiples of 2^-24.
    const rest = f32x4.sub(u, f32x4.mul(quarter, c(0.25)));
    const near = this.#eighth(f32x4.mul(rest, c(2 * Math.PI)));
    return {
      cos: this.keep(this.#inQuadrant(near, i32x4.add(shifted, i32x4.const(1)))),
      sin: this.keep(this.#inQuadrant(near, shifted)),
    };
  }

  sin(x: V128): V128 {
    return this.#sinAhead(x, 0);
  }

  cos(x: V128): V128 {
    return this.#sinAhead(x, 1);
  }

  /** The sine of so many quarter turns more. */
  #sinAhead(value: V128, ahead: 0 | 1): V128 {
    const x = this.keep(value);
    const quarters = this.keep(f32x4.nearest(f32x4.mul(x, c(2 / Math.PI))));
    const rest = QUARTER_TURN.reduce<V128>(
      (so, part) => this.keep(f32x4.sub(so, f32x4.mul(quarters, c(part)))),
      x,
    );
    // What no float32 can tell lies on the circle nevertheless; the constants come second, so that a NaN is kept.
    const bounded = f32x4.pmax(f32x4.pmin(rest, c(1)), c(-1));
    const quadrant = i32x4.add(i32x4.truncSatF32x4S(quarters), i32x4.const(ahead));
    return this.#inQuadrant(this.#eighth(bounded), quadrant);
  }

  /** Of an eighth of a turn either way, and a little more. */
  #eighth(value: V128) {
    const x = this.keep(value);
    const z = this.keep(f32x4.mul(x, x));
    const sin = this.keep(this.madd(f32x4.mul(this.polynomial(z, SIN_POLYNOMIAL), z), x, x));
    const cosTail = f32x4.mul(f32x4.mul(this.polynomial(z, COS_POLYNOMIAL), z), z);
    const cos = this.keep(f32x4.add(f32x4.sub(cosTail, f32x4.mul(z, c(0.5))), ONE));
    return { sin, cos };
  }

  /** The sine after so many quarter turns, of which the lowest two bits count. */
  #inQuadrant({ sin, cos }: { readonly sin: V128; readonly cos: V128 }, quarters: V128): V128 {
    const quadrant = this.keep(quarters);
    const odd = i32x4.eq(v128.and(quadrant, i32x4.const(1)), i32x4.const(1));
    const sign = i32x4.shl(v128.and(quadrant, i32x4.const(2)), 30);
    return v128.xor(v128.bitselect(cos, sin, odd), sign);
  }

  /** Sum of the four lanes, in a fixed order. */
  sumLanes(value: V128) {
    const v = this.keep(value);
    const pairs = this.keep(f32x4.add(v, v128.shuffle32(v, v, [2, 3, 2, 3])));
    return f32x4.extract(f32x4.add(pairs, v128.shuffle32(pairs, pairs, [1, 1, 1, 1])), 0);
  }

  /** `max`: pmax, a sixth of the instructions, where a NaN need not be found. */
  maxLanes(value: V128, max: typeof f32x4.max = f32x4.max) {
    const v = this.keep(value);
    const pairs = this.keep(max(v, v128.shuffle32(v, v, [2, 3, 2, 3])));
    return f32x4.extract(max(pairs, v128.shuffle32(pairs, pairs, [1, 1, 1, 1])), 0);
  }

  minLanes(value: V128) {
    const v = this.keep(value);
    const pairs = this.keep(f32x4.min(v, v128.shuffle32(v, v, [2, 3, 2, 3])));
    return f32x4.extract(f32x4.min(pairs, v128.shuffle32(pairs, pairs, [1, 1, 1, 1])), 0);
  }
}

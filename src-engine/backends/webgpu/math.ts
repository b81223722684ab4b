/**
 * Elementary functions in WGSL with relative errors of a few 1e-7 where the built-in ones promise less or
 * overflow inside. The built-in exp and log promise 1e-6 at best, and their errors have a sign: Adam takes
 * differences of 1 and powers close to it. For f32 or vectors of it: `T` is replaced, and so
 * are `I` and `U`, as many integers.
 * Reference: Cephes (expf, logf, tanhf, sinf); Numerical Recipes, 2nd ed., 6.2 (erfcc).
 */
import {
  COS_POLYNOMIAL,
  ERFC_POLYNOMIAL,
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
  TANH_POLYNOMIAL,
  TANH_POLYNOMIAL_LIMIT,
} from '../polynomials.ts';
import { f32 } from './wgsl.ts';

export type FloatType = 'f32' | 'vec2<f32>' | 'vec4<f32>';

const INFINITY_BITS = 0x7f800000;
const MINUS_INFINITY_BITS = INFINITY_BITS | -(2 ** 31);
const MIN_NORMAL_BITS = 0x00800000;
const NAN_BITS = 0x7fc00000;
/** e^x within is neither: implementations may do anything with infinities. */
const EXP_LIMIT = 87;

function horner(x: string, coefficients: readonly number[]): string {
  const [highest = 0, ...rest] = coefficients;
  return rest.reduce((sum, next) => `fma(${sum}, ${x}, T(${f32(next)}))`, `T(${f32(highest)})`);
}

/**
 * Sine and cosine of an eighth of a turn at most either way; the built-in ones promise three digits.
 */
export const CIRCLE_FUNCTIONS = `
fn nl_sin_near(x: vec2<f32>) -> vec2<f32> {
  let z = x * x;
  return fma(${horner('z', SIN_POLYNOMIAL)} * z, x, x);
}
fn nl_cos_near(x: vec2<f32>) -> vec2<f32> {
  let z = x * x;
  return ${horner('z', COS_POLYNOMIAL)} * z * z - 0.5 * z + 1.0;
}
`.replaceAll(/\bT\b/g, 'vec2<f32>');

/** Whether code calls any of the functions here. */
export const callsMath = (code: string): boolean => /\bnl_/.test(code);

/** Declarations to put before `main`; unused ones cost nothing. */
export function mathFunctions(type: FloatType): string {
  const limit = f32(EXP_LIMIT);
  return `
fn nl_exp(x: T) -> T {
  let bounded = clamp(x, T(-${f32(EXP_CLAMP)}), T(${f32(EXP_CLAMP)}));
  let n = round(bounded * T(${f32(Math.LOG2E)}));
  let r = (bounded - n * T(${f32(LN2_HIGH)})) - n * T(${f32(LN2_LOW)});
  let e = fma(${horner('r', EXP_POLYNOMIAL)}, r * r, r) + T(1.0);
  // 2^n in two factors: n may lie outside what one exponent can hold.
  let half = I(n) >> U(1u);
  let rest = I(n) - half;
  let power = e * bitcast<T>((half + I(127)) << U(23u)) * bitcast<T>((rest + I(127)) << U(23u));
  // Clamping may lose a NaN.
  return select(power, x, (bitcast<I>(x) & I(0x7fffffff)) > I(${INFINITY_BITS}));
}
fn nl_sigmoid(x: T) -> T {
  return T(1.0) / (T(1.0) + nl_exp(clamp(-x, T(-${limit}), T(${limit}))));
}
fn nl_tanh_near(x: T) -> T {
  let z = x * x;
  return fma(${horner('z', TANH_POLYNOMIAL)} * z, x, x);
}
// Near zero tanh(x / 2) (e^x + 1), which loses nothing.
fn nl_expm1(x: T) -> T {
  let e = nl_exp(x);
  let near = nl_tanh_near(T(0.5) * x) * (e + T(1.0));
  return select(e - T(1.0), near, abs(x) < T(2.0 * ${TANH_POLYNOMIAL_LIMIT}));
}
fn nl_tanh(x: T) -> T {
  let size = abs(x);
  let near = nl_tanh_near(x);
  let e = nl_exp(min(size + size, T(${limit})));
  let far = sign(x) * (T(1.0) - T(2.0) / (e + T(1.0)));
  return select(far, near, size < T(${TANH_POLYNOMIAL_LIMIT}));
}
// ln(2^n (1 + u)) where 1 + u is between the roots of a half and of two.
fn nl_log_near(u: T, n: T) -> T {
  let z = u * u;
  let low = fma(n, T(${f32(LN2_LOW)}), ${horner('u', LOG_POLYNOMIAL)} * u * z) - T(0.5) * z;
  return (u + low) + n * T(${f32(LN2_HIGH)});
}
fn nl_log(x: T) -> T {
  let bits = bitcast<I>(x);
  let n = (bits - I(${SQRT_HALF_BITS})) >> U(23u);
  let near = nl_log_near(bitcast<T>(bits - (n << U(23u))) - T(1.0), T(n));
  // Not written out: a constant that is no finite number is refused.
  let zero = bits & I();
  let tiny = (bits & I(0x7fffffff)) < I(${MIN_NORMAL_BITS});
  let below = select(bitcast<T>(zero | I(${NAN_BITS})), bitcast<T>(zero | I(${MINUS_INFINITY_BITS})), tiny);
  let normal = (bits >= I(${MIN_NORMAL_BITS})) & (bits < I(${INFINITY_BITS}));
  return select(select(below, x, bits >= I(${INFINITY_BITS})), near, normal);
}
fn nl_log1p(u: T) -> T {
  return select(nl_log(T(1.0) + u), nl_log_near(u, T()), u < T(0.4));
}
fn nl_softplus(x: T) -> T {
  return max(x, T(0.0)) + nl_log1p(nl_exp(max(-abs(x), T(-${limit}))));
}
// The sine of so many quarter turns more. What no f32 can tell lies on the circle nevertheless.
fn nl_sin_ahead(x: T, ahead: i32) -> T {
  let quarters = round(x * T(${f32(2 / Math.PI)}));
  let r = clamp(${QUARTER_TURN.reduce((so, part) => `(${so} - quarters * T(${f32(part)}))`, 'x')}, T(-1.0), T(1.0));
  let z = r * r;
  let sine = fma(${horner('z', SIN_POLYNOMIAL)} * z, r, r);
  let cosine = ${horner('z', COS_POLYNOMIAL)} * z * z - T(0.5) * z + T(1.0);
  let quadrant = I(clamp(quarters, T(-2147483000.0), T(2147483000.0))) + I(ahead);
  let near = select(sine, cosine, (quadrant & I(1)) == I(1));
  let turned = select(near, -near, (quadrant & I(2)) == I(2));
  let finite = (bitcast<I>(x) & I(0x7fffffff)) < I(${INFINITY_BITS});
  return select(bitcast<T>((bitcast<I>(x) & I()) | I(${NAN_BITS})), turned, finite);
}
fn nl_sin(x: T) -> T { return nl_sin_ahead(x, 0); }
fn nl_cos(x: T) -> T { return nl_sin_ahead(x, 1); }
fn nl_cdf(x: T) -> T {
  let z = abs(x) * T(${f32(Math.SQRT1_2)});
  let t = T(1.0) / fma(z, T(0.5), T(1.0));
  let upper = T(0.5) * t * nl_exp(max(fma(-z, z, ${horner('t', ERFC_POLYNOMIAL)}), T(-${limit})));
  return select(upper, T(1.0) - upper, x > T(0.0));
}
fn nl_gelu_inner(x: T) -> T {
  return x * fma(x * x, T(${GELU_TANH_CUBIC}), T(1.0)) * T(${f32(GELU_TANH_SCALE)});
}
fn nl_gelu_none(x: T) -> T { return x * nl_cdf(x); }
fn nl_gelu_tanh(x: T) -> T { return T(0.5) * x * (T(1.0) + nl_tanh(nl_gelu_inner(x))); }
fn nl_gelu_slope_none(x: T) -> T {
  let density = nl_exp(max(T(-0.5) * x * x, T(-${limit}))) * T(${f32(INV_SQRT_2_PI)});
  return fma(x, density, nl_cdf(x));
}
fn nl_gelu_slope_tanh(x: T) -> T {
  let h = nl_tanh(nl_gelu_inner(x));
  let slope = fma(x * x, T(${f32(GELU_TANH_SLOPE)}), T(${f32(GELU_TANH_SCALE)}));
  return T(0.5) * (T(1.0) + h) + T(0.5) * x * (T(1.0) - h * h) * slope;
}
`
    .replaceAll(/\bT\b/g, type)
    .replaceAll(/\bI\b/g, type.replace('f32', 'i32'))
    .replaceAll(/\bU\b/g, type.replace('f32', 'u32'));
}

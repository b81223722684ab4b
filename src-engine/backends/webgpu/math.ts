/**
 * Elementary functions in WGSL with relative errors of a few 1e-7 where the built-in ones promise less or
 * overflow inside (tanh, softplus, the normal distribution). For f32 or vectors of it: `T` is replaced.
 * Reference: Cephes (tanhf, sinf); Numerical Recipes, 2nd ed., 6.2 (erfcc).
 */
import { f32 } from './wgsl.ts';

export type FloatType = 'f32' | 'vec2<f32>' | 'vec4<f32>';

const TANH = [
  -5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1,
];
const ERFC = [
  0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196,
  1.00002368, -1.26551223,
];
const LOG1P = [1 / 7, -1 / 6, 1 / 5, -1 / 4, 1 / 3, -1 / 2];
const SIN = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1];
const COS = [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2];
/** e^x of less is 0, of more infinite: implementations may do anything with infinities. */
const EXP_LIMIT = 87;

function horner(x: string, coefficients: readonly number[]): string {
  const [highest = 0, ...rest] = coefficients;
  return rest.reduce((sum, next) => `fma(${sum}, ${x}, T(${f32(next)}))`, `T(${f32(highest)})`);
}

/**
 * Sine and cosine of an eighth of a turn at most either way; the built-in ones promise three digits.
 */
export const CIRCLE_FUNCTIONS = `
fn nl_sin(x: vec2<f32>) -> vec2<f32> {
  let z = x * x;
  return fma(${horner('z', SIN)} * z, x, x);
}
fn nl_cos(x: vec2<f32>) -> vec2<f32> {
  let z = x * x;
  return ${horner('z', COS)} * z * z - 0.5 * z + 1.0;
}
`.replaceAll(/\bT\b/g, 'vec2<f32>');

/** Declarations to put before `main`; unused ones cost nothing. */
export function mathFunctions(type: FloatType): string {
  const limit = f32(EXP_LIMIT);
  return `
fn nl_sigmoid(x: T) -> T {
  return T(1.0) / (T(1.0) + exp(clamp(-x, T(-${limit}), T(${limit}))));
}
fn nl_tanh(x: T) -> T {
  let size = abs(x);
  let z = x * x;
  let near = fma(${horner('z', TANH)} * z, x, x);
  let e = exp(min(size + size, T(${limit})));
  let far = sign(x) * (T(1.0) - T(2.0) / (e + T(1.0)));
  return select(far, near, size < T(0.625));
}
fn nl_log1p(u: T) -> T {
  let near = u * fma(${horner('u', LOG1P)}, u, T(1.0));
  return select(log(T(1.0) + u), near, u < T(0.0625));
}
fn nl_log(x: T) -> T {
  let u = x - T(1.0);
  return select(log(x), u * fma(${horner('u', LOG1P)}, u, T(1.0)), abs(u) < T(0.0625));
}
fn nl_softplus(x: T) -> T {
  return max(x, T(0.0)) + nl_log1p(exp(max(-abs(x), T(-${limit}))));
}
fn nl_cdf(x: T) -> T {
  let z = abs(x) * T(${f32(Math.SQRT1_2)});
  let t = T(1.0) / fma(z, T(0.5), T(1.0));
  let upper = T(0.5) * t * exp(max(fma(-z, z, ${horner('t', ERFC)}), T(-${limit})));
  return select(upper, T(1.0) - upper, x > T(0.0));
}
fn nl_gelu_inner(x: T) -> T {
  return x * fma(x * x, T(0.044715), T(1.0)) * T(${f32(Math.sqrt(2 / Math.PI))});
}
fn nl_gelu_none(x: T) -> T { return x * nl_cdf(x); }
fn nl_gelu_tanh(x: T) -> T { return T(0.5) * x * (T(1.0) + nl_tanh(nl_gelu_inner(x))); }
fn nl_gelu_slope_none(x: T) -> T {
  let density = exp(max(T(-0.5) * x * x, T(-${limit}))) * T(${f32(1 / Math.sqrt(2 * Math.PI))});
  return fma(x, density, nl_cdf(x));
}
fn nl_gelu_slope_tanh(x: T) -> T {
  let h = nl_tanh(nl_gelu_inner(x));
  let slope = fma(x * x, T(${f32(3 * 0.044715 * Math.sqrt(2 / Math.PI))}), T(${f32(Math.sqrt(2 / Math.PI))}));
  return T(0.5) * (T(1.0) + h) + T(0.5) * x * (T(1.0) - h * h) * slope;
}
`.replaceAll(/\bT\b/g, type);
}

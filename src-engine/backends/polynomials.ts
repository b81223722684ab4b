/**
 * Numbers that elementary functions in f32 are made of, shared by the backends that write their own:
 * coefficients, highest power first, with relative errors of a few 1e-7, limits and scales. How they are
 * evaluated is each backend's own.
 * Reference: Cephes (expf, logf, tanhf, sinf); Numerical Recipes, 2nd ed., 6.2 (erfcc).
 */
export const EXP_POLYNOMIAL = [
  1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1,
  5.0000001201e-1,
] as const;
/** e^x beyond is 0 or infinite, whatever x. */
export const EXP_CLAMP = 104;
/** `e^(z^2) erfc(z) / 2t` by `t = 1 / (1 + z/2)`, z from 0: relative error 3e-7 in float32. */
// oxfmt-ignore
export const ERFCX_POLYNOMIAL = [
  -2.99691364e-2, 1.44317029e-1, -2.47595673e-1, 1.43346804e-1, -1.60913152e-2,
  1.02431408e-1, 1.21300347e-1, 1.41218892e-1, 1.41041619e-1,
] as const;
/** `2^x` for x within half a step, relative error 1e-7. */
// oxfmt-ignore
export const EXP2_POLYNOMIAL = [
  1.5337619e-4, 1.3399908e-3, 9.6185198e-3, 5.5503289e-2, 2.4022647e-1, 6.9314721e-1, 1,
] as const;
/** The same with a step less and an error of 9e-8, for what is added to 1. */
// oxfmt-ignore
export const EXP2_SHORT_POLYNOMIAL = [
  1.3264727e-3, 9.671513e-3, 5.5507337e-2, 2.4022242e-1, 6.9314698e-1, 1,
] as const;
/** `(2^x - 1) / x` there, relative error 1e-8. */
// oxfmt-ignore
export const EXP2_LESS_1_POLYNOMIAL = [
  1.54035129e-4, 1.33907358e-3, 9.61823749e-3, 5.55035743e-2, 2.40226498e-1, 6.93147188e-1,
] as const;
/** Beyond it tanh is 1 in float32. */
export const TANH_LIMIT = 9.02;
export const LOG_POLYNOMIAL = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1,
  -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
] as const;
/** ln 2 in two parts; the first has so few bits that whole multiples of it are exact. */
export const LN2_HIGH = 0.693359375;
export const LN2_LOW = -2.1219444e-4;
export const SQRT_HALF_BITS = 0x3f3504f3;
export const TANH_POLYNOMIAL = [
  -5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1,
] as const;
/** Smaller than this in size, tanh is its polynomial. */
export const TANH_POLYNOMIAL_LIMIT = 0.625;
export const ERFC_POLYNOMIAL = [
  0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196,
  1.00002368, -1.26551223,
] as const;
/** The height of the normal distribution. */
export const INV_SQRT_2_PI = 1 / Math.sqrt(2 * Math.PI);
/** The tanh form of GELU: `x / 2 (1 + tanh(scale (x + cubic x^3)))`. */
export const GELU_TANH_SCALE = Math.sqrt(2 / Math.PI);
export const GELU_TANH_CUBIC = 0.044715;
/** Of its derivative's inner part, what x^2 is multiplied by. */
export const GELU_TANH_SLOPE = 3 * GELU_TANH_CUBIC * GELU_TANH_SCALE;
/**
 * A quarter of a turn in four parts, of which the first three have so few bits that whole multiples of them are exact,
 * up to 2^16 quarters. Further out an angle is as exact as its float32 is.
 */
export const QUARTER_TURN = [
  1.5703125, 4.57763671875e-4, 2.598762512207e-5, 7.549789955e-8,
] as const;
/** Of an eighth of a turn either way. */
export const SIN_POLYNOMIAL = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1] as const;
export const COS_POLYNOMIAL = [
  2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2,
] as const;

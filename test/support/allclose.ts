/**
 * `expect(actual).toBeAllclose(expected)`: numbers equal within `atol + rtol |expected|`, element by
 * element; equal infinities and NaN with NaN pass. Says where the worst difference is.
 */
import { expect } from 'vitest';

export interface Tolerance {
  /** Relative to the expected value. */
  readonly rtol?: number;
  readonly atol?: number;
}

interface Difference {
  readonly index: number;
  readonly actual: number | undefined;
  readonly expected: number | undefined;
  /** In multiples of what is allowed; above 1 fails. */
  readonly excess: number;
}

/** The largest difference in multiples of the tolerance, or undefined when nothing was compared. */
export function worstDifference(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { rtol = 1e-5, atol = 1e-6 }: Tolerance = {},
): Difference | undefined {
  let worst: Difference | undefined;
  for (let index = 0; index < Math.max(actual.length, expected.length); index++) {
    const [a, e] = [actual[index], expected[index]];
    const excess =
      a === undefined || e === undefined
        ? Infinity
        : Object.is(a, e) || a === e
          ? 0
          : Math.abs(a - e) / (atol + rtol * Math.abs(e));
    // Not a number: a NaN or an infinity on one side only.
    const counted = Number.isNaN(excess) ? Infinity : excess;
    if (!worst || counted > worst.excess)
      worst = { index, actual: a, expected: e, excess: counted };
  }
  return worst;
}

expect.extend({
  toBeAllclose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: Tolerance = {}) {
    const worst = worstDifference(actual, expected, tolerance);
    return {
      pass: actual.length === expected.length && (worst?.excess ?? 0) <= 1,
      message: () =>
        actual.length === expected.length
          ? `worst of ${expected.length} at [${worst?.index}]: ${worst?.actual}, expected ${worst?.expected}, ` +
            `${worst?.excess.toPrecision(3)} times the tolerance (rtol ${tolerance.rtol ?? 1e-5}, atol ${tolerance.atol ?? 1e-6})`
          : `${actual.length} numbers, expected ${expected.length}`,
    };
  },
});

declare module 'vitest' {
  interface Matchers<T> {
    toBeAllclose(expected: ArrayLike<number>, tolerance?: Tolerance): T;
  }
}

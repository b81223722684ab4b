/** Numbers about numbers, of values without gaps. Quantiles as numpy's, interpolated between neighbours. Pure. */
import type { NumberFacts } from '#engine/protocol/index.ts';

export const present = (values: Float64Array): Float64Array =>
  values.filter((value) => !Number.isNaN(value));

/** `sorted`: ascending, not empty. */
export function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? NaN;
  const high = sorted[Math.ceil(at)] ?? NaN;
  return low + (high - low) * (at - Math.floor(at));
}

/** Of a column of numbers; `sorted`: ascending, not empty. */
export function numberFacts(sorted: Float64Array): NumberFacts {
  let sum = 0;
  let zeros = 0;
  for (const value of sorted) {
    sum += value;
    if (value === 0) zeros += 1;
  }
  const mean = sum / sorted.length;
  let [squares, cubes] = [0, 0];
  for (const value of sorted) {
    const difference = value - mean;
    squares += difference * difference;
    cubes += difference * difference * difference;
  }
  const standardDeviation = Math.sqrt(squares / sorted.length);
  const [q1, median, q3] = [0.25, 0.5, 0.75].map((share) => quantile(sorted, share));
  const quartiles = { q1: q1 ?? NaN, median: median ?? NaN, q3: q3 ?? NaN };
  return {
    ...{ mean, standardDeviation, zeros, ...quartiles },
    min: sorted[0] ?? NaN,
    max: sorted.at(-1) ?? NaN,
    skew: standardDeviation > 0 ? cubes / sorted.length / standardDeviation ** 3 : 0,
    outliers: outliersOf(sorted, quartiles),
  };
}

const FAR_OUT = 3;

/** Where half of all values are the same, no distance is far. */
function outliersOf(sorted: Float64Array, { q1, q3 }: { q1: number; q3: number }): number {
  const far = FAR_OUT * (q3 - q1);
  if (!(far > 0)) return 0;
  return sorted.reduce((count, value) => count + Number(value < q1 - far || value > q3 + far), 0);
}

/** The place of a value among bins of equal width; what lies beyond the ends is in the outer ones. */
export function binOf(value: number, low: number, high: number, bins: number): number {
  if (!(high > low)) return 0;
  return Math.min(bins - 1, Math.max(0, Math.floor(((value - low) / (high - low)) * bins)));
}

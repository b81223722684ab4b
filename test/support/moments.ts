/** Mean and biased variance of each channel, `[N, C, ...]`: the naive sums, to compare with. */
import type { ConcreteShape } from '#engine/ir/index.ts';

export function moments(
  values: readonly number[],
  [, channels = 1, ...rest]: ConcreteShape,
): readonly { readonly mean: number; readonly variance: number }[] {
  const inner = rest.reduce((product, size) => product * size, 1);
  return Array.from({ length: channels }, (_, channel) => {
    const own = values.filter((_value, i) => Math.floor(i / inner) % channels === channel);
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    const variance = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length;
    return { mean, variance };
  });
}

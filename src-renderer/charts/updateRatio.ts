/**
 * Update over weight: how far a step moves a weight, relative to its size. One number for every place that
 * shows it: that of the node's weight at the step on show (`LiveView.weightOf`). Never a mean over steps:
 * steps are watched at uneven distances, and the first of them, many times larger, would outweigh the rest.
 */
import { formatExponent } from '../ui/format.ts';

/** Outside 10^-3.5 to 10^-2.5 a weight hardly learns, or jumps. */
export const UPDATE_BAND = { low: 10 ** -3.5, middle: 1e-3, high: 10 ** -2.5 } as const;

/** False for NaN, which says that there is nothing to compare with: a bias that is still zero. */
export function isUpdateRatioOdd(ratio: number): boolean {
  return ratio < UPDATE_BAND.low || ratio > UPDATE_BAND.high;
}

export function formatUpdateRatio(ratio: number): string {
  return Number.isNaN(ratio) ? '–' : formatExponent(ratio, 2);
}

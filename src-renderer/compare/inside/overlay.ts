/** Two distributions over one range: shares of all values by bin, so that layers of any size compare. Pure. */
import type { Histogram } from '#engine/protocol/run.ts';
import { sharesBetween } from '#renderer/charts/histogramHistory.ts';

export interface Overlay {
  readonly min: number;
  readonly max: number;
  /** Of each histogram, in as many bins, lowest first; each adds up to 1. */
  readonly shares: readonly Float32Array[];
}

export function overlayOf(histograms: readonly Histogram[], bins: number): Overlay {
  const min = Math.min(...histograms.map((each) => each.min));
  const max = Math.max(...histograms.map((each) => each.max));
  return { min, max, shares: histograms.map((each) => sharesBetween(each, min, max, bins)) };
}

/** Runs by what they have of a metric, the best first; of what is neither better nor worse the largest. Pure. */
import { metricName } from '#engine/metrics/names.ts';
import type { MetricSplit } from '#engine/protocol/run.ts';
import type { OverlayValues } from './overlayModel.ts';

export interface RankedRun {
  readonly run: string;
  readonly value: number;
  readonly split: MetricSplit;
}

/** All by the same split, so that they compare: validation where any run has it, else training. */
export function ranked(values: readonly OverlayValues[], metric: string): readonly RankedRun[] {
  const split = (['validation', 'train', 'test'] as const).find((each) =>
    values.some((of) => Number.isFinite(of[each])),
  );
  if (!split) return [];
  const sign = metricName(metric).better === 'lower' ? 1 : -1;
  return values
    .flatMap((of) => (Number.isFinite(of[split]) ? [{ run: of.run, value: of[split], split }] : []))
    .toSorted((a, b) => sign * (a.value - b.value));
}

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

/** As many as stand in two lines of a legend. */
const MOST_LISTED = 9;

/** The first of them; what is pointed at is one of these. */
export function listedOf(
  all: readonly RankedRun[],
  highlighted: string | null,
): readonly RankedRun[] {
  // A line that says there is one more is as long as that one.
  if (all.length <= MOST_LISTED + 1) return all;
  const first = all.slice(0, MOST_LISTED);
  const pointed = all.slice(MOST_LISTED).find(({ run }) => run === highlighted);
  return pointed ? [...first.slice(0, -1), pointed] : first;
}

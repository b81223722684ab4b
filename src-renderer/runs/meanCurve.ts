/**
 * The mean of some small curves, for the line of a group: at each place of those that came that far, as the
 * curve of a group is in Compare. Pure.
 */
import type { MetricColumns, SmallCurve } from '#engine/protocol/index.ts';
import { groupCurve } from '#engine/runs/index.ts';

const METRIC = 'loss';
/** As many as a small curve has. */
const PLACES = 48;

export function meanCurve(id: string, curves: readonly SmallCurve[]): SmallCurve | null {
  const [first] = curves;
  if (!first || curves.length === 1) return first ?? null;
  const members = curves.map((curve) => ({ columns: columnsOf(curve), stepsPerEpoch: 1 }));
  const { x, mean } = groupCurve(members, METRIC, 'step', PLACES);
  return { runId: id, steps: x, values: mean };
}

function columnsOf({ steps, values }: SmallCurve): MetricColumns {
  return { step: steps, epoch: steps, timeMs: steps, values: { [METRIC]: { values } } };
}

/** So many of them, evenly over all: of a large group the curves of all would be asked for. */
export function evenly<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from(
    { length: most },
    (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))],
  ).filter((each) => each !== undefined);
}

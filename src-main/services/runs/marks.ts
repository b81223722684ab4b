/** What a run is known by: the last point of each split, the best by what it watches, and each metric's best. */
import { type Monitor, monitored } from '#engine/check/monitor.ts';
import type { MetricPoint, MetricSplit, RunSummary } from '#engine/protocol/index.ts';
import { withPoint } from '#engine/runs/index.ts';

export type Marks = Pick<RunSummary, 'last' | 'best' | 'bests'>;

/** With more points, in step order. */
export function marked(
  before: Marks,
  points: readonly MetricPoint[],
  monitor: Monitor | null,
): Marks {
  const last: Partial<Record<MetricSplit, MetricPoint>> = { ...before.last };
  let { best, bests } = before;
  for (const point of points) {
    last[point.split] = point;
    if (point.split !== 'train') bests = withPoint(bests, point);
    if (point.split === 'validation' && monitor && isBetter(monitor, point, best)) best = point;
  }
  return { last, ...(best && { best }), ...(bests && { bests }) };
}

function isBetter(
  monitor: Monitor,
  { values }: MetricPoint,
  best: MetricPoint | undefined,
): boolean {
  return monitored(monitor, values) > (best ? monitored(monitor, best.values) : -Infinity);
}

/** What a list shows of the curves of many runs: each in a few points, or its number at an epoch. */
import type { DatabaseSync } from 'node:sqlite';
import { own } from '#engine/ir/record.ts';
import {
  type EpochFigures,
  forEachValue,
  type MetricColumns,
  type SmallCurve,
} from '#engine/protocol/index.ts';
import { readCoarse, readUpToEpoch } from './metricChunks.ts';

/** Of training, which every run has; of what it was judged by, where training says nothing of it. */
const SPLITS = ['train', 'validation', 'test'] as const;

export function readSmallCurve(
  db: DatabaseSync,
  runId: string,
  metric: string,
  points: number,
): SmallCurve | null {
  for (const split of SPLITS) {
    const columns = readCoarse(db, runId, split, metric);
    if (columns.step.length > 0) return { runId, ...meansOf(columns, metric, points) };
  }
  return null;
}

/** The mean of each stretch of points, at its last step; NaN where one of them was no number. */
function meansOf(
  { step, values }: MetricColumns,
  metric: string,
  points: number,
): Pick<SmallCurve, 'steps' | 'values'> {
  const column = own(values, metric);
  const count = Math.min(points, step.length);
  const [sums, counts] = [new Float64Array(count), new Float64Array(count)];
  const steps = new Float64Array(count);
  const stretchOf = (row: number): number => Math.floor((row * count) / step.length);
  step.forEach((each, row) => {
    steps[stretchOf(row)] = each;
  });
  if (column) {
    forEachValue(column, (row, value, index) => {
      const stretch = stretchOf(row);
      // Of a stretch with NaN in it the mean is the mean of the others.
      sums[stretch] =
        (sums[stretch] ?? 0) + (Number.isFinite(value) ? (column.means?.[index] ?? value) : NaN);
      counts[stretch] = (counts[stretch] ?? 0) + 1;
    });
  }
  return { steps, values: sums.map((sum, i) => sum / (counts[i] ?? 0)) };
}

/** The last number up to an epoch, of a run that came so far; else NaN. */
export function readAtEpoch(db: DatabaseSync, runId: string, figures: EpochFigures): number {
  const { epoch, values } = readUpToEpoch(db, runId, figures);
  if (!((epoch.at(-1) ?? -1) >= figures.epoch)) return NaN;
  const row = epoch.findLastIndex((each) => each <= figures.epoch);
  return own(values, figures.metric)?.values[row] ?? NaN;
}

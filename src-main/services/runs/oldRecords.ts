/**
 * Metric points as the record holds them. The numbers of a point are named; rows of earlier versions have
 * them beside the step itself, and both are read. JSON has no NaN: it was written as null and is one again.
 */
import {
  METRIC_SPLITS,
  type MetricPoint,
  type MetricSplit,
  type MetricValues,
  type RunProgress,
  type RunSummary,
} from '#engine/protocol/index.ts';

type Stored = Readonly<Record<string, unknown>>;

/** Of a row or of a summary; what is written by this version passes through: a list has thousands. */
export function readPoint(stored: Stored): MetricPoint {
  const { values: given } = stored;
  // As this version writes them.
  if (isNumbers(given)) return stored as unknown as MetricPoint;
  const { split, step, epoch, timeMs, values, ...others } = stored;
  return {
    split: split as MetricSplit,
    step: Number(step),
    epoch: Number(epoch),
    timeMs: Number(timeMs),
    values: numbers((values ?? others) as Stored),
  };
}

export function readSummary(stored: Stored): RunSummary {
  const summary = stored as unknown as RunSummary;
  const { best, last, progress } = summary;
  const read = { ...summary, progress: readProgress(progress) };
  if (best) read.best = readPoint(best as unknown as Stored);
  if (last) read.last = readPoints(last);
  return read;
}

function readPoints(last: NonNullable<RunSummary['last']>): NonNullable<RunSummary['last']> {
  const read: Partial<Record<MetricSplit, MetricPoint>> = {};
  for (const split of METRIC_SPLITS) {
    const point = last[split];
    if (point) read[split] = readPoint(point as unknown as Stored);
  }
  return read;
}

function readProgress(progress: RunProgress): RunProgress {
  if (!progress.trained) return progress;
  const { samples, values, ...others } = progress.trained as unknown as Stored;
  return {
    ...progress,
    trained: { samples: Number(samples), values: numbers((values ?? others) as Stored) },
  };
}

function isNumbers(values: unknown): values is MetricValues {
  if (typeof values !== 'object' || values === null) return false;
  return Object.values(values).every((value) => typeof value === 'number');
}

function numbers(stored: Stored): MetricValues {
  return Object.fromEntries(
    Object.entries(stored).map(([key, value]) => [key, typeof value === 'number' ? value : NaN]),
  );
}

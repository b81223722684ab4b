/**
 * Metric points as the record holds them. The numbers of a point are named; rows of earlier versions have
 * them beside the step itself, and both are read. JSON has no NaN: it was written as null and is one again.
 */
import type {
  MetricPoint,
  MetricSplit,
  MetricValues,
  RunProgress,
  RunSummary,
} from '#engine/protocol/index.ts';

type Stored = Readonly<Record<string, unknown>>;

/** Of a row or of a summary; what is written by this version passes through. */
export function readPoint(stored: Stored): MetricPoint {
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
  return {
    ...summary,
    progress: readProgress(progress),
    ...(best && { best: readPoint(best as unknown as Stored) }),
    ...(last && {
      last: Object.fromEntries(
        Object.entries(last).map(([split, point]) => [
          split,
          readPoint(point as unknown as Stored),
        ]),
      ),
    }),
  };
}

function readProgress(progress: RunProgress): RunProgress {
  if (!progress.trained) return progress;
  const { samples, values, ...others } = progress.trained as unknown as Stored;
  return {
    ...progress,
    trained: { samples: Number(samples), values: numbers((values ?? others) as Stored) },
  };
}

function numbers(stored: Stored): MetricValues {
  return Object.fromEntries(
    Object.entries(stored).map(([key, value]) => [key, typeof value === 'number' ? value : NaN]),
  );
}

/** How two confusion matrices differ, signed: what the other run says more often than the baseline, cell by cell. Pure. */
import type { ConfusionCounts, ConfusionFrame } from '#engine/protocol/run.ts';
import { confusionStats } from '#renderer/charts/confusionStats.ts';

export interface ConfusionDifference {
  readonly classNames: readonly string[];
  /** Row-major, row = true class. Samples where both judged as many of each class, else shares of the class. */
  readonly cells: Float64Array;
  readonly unit: 'samples' | 'shares';
  /** Of each class; NaN where one run had no sample of it. */
  readonly recall: readonly number[];
  readonly accuracy: number;
}

/** Null where they tell other classes apart, or labels, of which a sample may have several. */
export function confusionDifference(
  base: ConfusionCounts,
  other: ConfusionCounts,
): ConfusionDifference | null {
  const { classNames } = base;
  if (base.kind === 'labels' || other.kind === 'labels') return null;
  if (classNames.join('\n') !== other.classNames.join('\n')) return null;
  const [was, is] = [confusionStats(base), confusionStats(other)];
  const sameTotals = was.rowTotals.every((total, i) => total === is.rowTotals[i]);
  const size = classNames.length;
  const cells = Float64Array.from(base.counts, (count, i) => {
    const row = Math.floor(i / size);
    const now = other.counts[i] ?? 0;
    if (sameTotals) return now - count;
    return now / Math.max(1, is.rowTotals[row] ?? 0) - count / Math.max(1, was.rowTotals[row] ?? 0);
  });
  return {
    classNames,
    cells,
    unit: sameTotals ? 'samples' : 'shares',
    recall: is.recall.map((recall, i) => recall - (was.recall[i] ?? Number.NaN)),
    accuracy: is.accuracy - was.accuracy,
  };
}

export const countsOf = (frame: ConfusionFrame): readonly ConfusionCounts[] => [
  frame,
  ...(frame.others ?? []),
];

/** The head of this name, else the only one there is. */
export function countsLike(frame: ConfusionFrame, head: ConfusionCounts): ConfusionCounts | null {
  const all = countsOf(frame);
  return all.find(({ loss }) => loss === head.loss) ?? (all.length === 1 ? (all[0] ?? null) : null);
}

/**
 * How many samples a run sees: what each split gets, and the batches that training makes of its own. Numbers
 * alone: which rows they are is decided in datasets/core/splits.ts and training/batches.ts.
 */
import type { TrainingSettings } from './document.ts';

/** Samples of a source; `test` is its own test split, null where it has none. */
export interface SampleCounts {
  readonly total: number;
  readonly test: number | null;
}

export interface SplitCounts {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/**
 * `test` is a share of all samples, unless the source has a test split of its own; `validation` is a share
 * of the rest. A positive share gets at least one sample, but training always keeps one.
 */
export function splitCounts(
  { total, test: own }: SampleCounts,
  shares: TrainingSettings['split'],
): SplitCounts {
  const pool = total - (own ?? 0);
  const test = own === null ? shareOf(pool, shares.test) : 0;
  const validation = shareOf(pool - test, shares.validation);
  return { train: pool - test - validation, validation, test: own ?? test };
}

function shareOf(count: number, share: number): number {
  if (!(share > 0)) return 0;
  return Math.max(0, Math.min(count - 1, Math.max(1, Math.round(count * share))));
}

export interface TrainingBatches {
  readonly perEpoch: number;
  /** The sizes that occur, that of full batches first. */
  readonly sizes: readonly number[];
}

/** The only batch of an epoch is never dropped: there would be nothing to train on. */
export function trainingBatches(
  samples: number,
  { batchSize, dropLast }: Pick<TrainingSettings, 'batchSize' | 'dropLast'>,
): TrainingBatches {
  const full = Math.min(samples, batchSize);
  if (full < 1) return { perEpoch: 0, sizes: [] };
  const whole = Math.floor(samples / full);
  const rest = samples % full;
  return rest === 0 || dropLast
    ? { perEpoch: whole, sizes: [full] }
    : { perEpoch: whole + 1, sizes: [full, rest] };
}

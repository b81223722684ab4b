/**
 * How many samples a run sees: what each split gets, and the batches that training makes of its own. Numbers
 * alone: which rows they are is decided in datasets/core/splits and training/batches.ts.
 */
import type { TrainingSettings } from './document.ts';

export type SplitSettings = Pick<TrainingSettings['split'], 'validation' | 'test'> &
  Partial<TrainingSettings['split']>;

/** Samples of a source; `test` is its own test split, null where it has none. */
export interface SampleCounts {
  readonly total: number;
  readonly test: number | null;
  /** Of a source that says the part of each sample. */
  readonly parts?: SplitCounts;
  /** What samples tell reaches over several rows, so that a split in time leaves some out. */
  readonly overlap?: boolean;
}

export interface SplitCounts {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/**
 * `test` is a share of all samples, unless the source has a test split of its own; `validation` is a share
 * of the rest, or one of several folds of it. A positive share gets at least one sample, but training always
 * keeps one. Null where it takes the samples themselves to say: groups are not of one size, forecasts overlap.
 */
export function splitCounts(
  { total, test: own, parts, overlap }: SampleCounts,
  settings: SplitSettings,
): SplitCounts | null {
  const { kind = 'random', folds = 0, fold = 1, maxRows = 0 } = settings;
  const isLimited = maxRows > 0 && maxRows < total - (own ?? 0);
  if (kind === 'byColumn') return isLimited ? null : (parts ?? null);
  if (kind === 'byGroup' || (kind === 'byTime' && overlap)) return null;
  const pool = isLimited ? maxRows : total - (own ?? 0);
  const test = own === null ? shareOf(pool, settings.test) : 0;
  const rest = pool - test;
  if (folds > 1) {
    const isByTime = kind === 'byTime';
    const { start, end } = (isByTime ? timeFold : foldBounds)(rest, fold - 1, folds);
    const validation = end - start;
    return { train: isByTime ? start : rest - validation, validation, test: own ?? test };
  }
  const validation = shareOf(rest, settings.validation);
  return { train: rest - validation, validation, test: own ?? test };
}

/** The places of one of `count` parts of nearly the same size; `index` counts from 0. */
export const foldBounds = (samples: number, index: number, count: number) => ({
  start: Math.floor((samples * index) / count),
  end: Math.floor((samples * (index + 1)) / count),
});

/**
 * The places that a fold in time validates on: what is before them trains, what is after them is not there yet.
 * Windows of the same size at the end, so that the first fold has as much to train on as to validate.
 * Reference: scikit-learn's TimeSeriesSplit.
 */
export function timeFold(samples: number, index: number, count: number) {
  const size = Math.floor(samples / (count + 1));
  const start = samples - (count - index) * size;
  return { start, end: start + size };
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

/** How many samples each split gets, as the training loop divides them. */
import type { TrainingSettings } from '#engine/ir/document.ts';
import type { DataDescription } from '#engine/protocol/engineContract.ts';

export interface SplitCounts {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

export function splitCounts(
  { total, test: own }: DataDescription['counts'],
  split: TrainingSettings['split'],
): SplitCounts {
  const test = own ?? Math.round(total * split.test);
  const rest = total - test;
  const validation = Math.round(rest * split.validation);
  return { train: rest - validation, validation, test };
}

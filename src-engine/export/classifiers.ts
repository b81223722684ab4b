/** Which outputs tell classes apart, and where one score turns from the first class to the second. */
import type { Analysis } from '../check/analysis.ts';
import type { Head } from '../check/heads.ts';
import type { ForwardOutput } from '../compile/forward.ts';

export interface Classifier {
  readonly head: Head;
  /** A probability of one half is a raw score of zero. */
  readonly threshold: number;
}

export function classifierOf(
  { heads }: Pick<Analysis, 'heads'>,
  { from, activatedBy }: ForwardOutput,
): Classifier | null {
  const head = heads.find(
    ({ classifies, targetField, prediction }) =>
      classifies &&
      // A class for each place of a sample is told by its numbers.
      (targetField === null || targetField.field.shape.length === 0) &&
      prediction?.node === from.node &&
      prediction.port === from.port,
  );
  return head ? { head, threshold: activatedBy ? 0.5 : 0 } : null;
}

/** The parts of a split, in their order, with their words. */
import type { PartName } from '#engine/protocol/profileContract.ts';

export const PARTS = ['train', 'validation', 'test'] as const satisfies readonly PartName[];

export const PART_LABELS: Readonly<Record<PartName, string>> = {
  train: 'Train',
  validation: 'Validation',
  test: 'Test',
};

/** `train`, or what is in no part. */
export const partText = (part: PartName | null): string => part ?? 'in no part';

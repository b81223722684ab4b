/** Wrong labels on purpose: what a network does with them, and what holds against them, is worth seeing. */
import type { DataTable } from '#engine/datasets/define.ts';
import { dataRandom, shuffled } from '#engine/datasets/shared/random.ts';
import { inputError } from '#engine/ir/problem.ts';
import { labelColumn } from './labels.ts';

export interface NoisyLabels {
  readonly table: DataTable;
  /** Training rows whose label is another now. */
  readonly changed: number;
}

/**
 * A share of the training rows has one of the other classes instead, each as likely; validation and test keep
 * theirs. The table that was given stays as it is. Throws InputError where samples have no class.
 */
export function withLabelNoise(
  table: DataTable,
  train: Int32Array,
  share: number,
  seed: number,
): NoisyLabels {
  if (share <= 0) return { table, changed: 0 };
  const column = labelColumn(table.columns);
  const classes = column?.field.classes ?? 0;
  if (!column || classes < 2) {
    throw inputError('data.noise-without-classes', 'This data has no labels to replace.', {
      path: 'training.labelNoise',
      explanation: 'Label noise needs one class for each sample, and two classes at least.',
    });
  }
  const stored = Int32Array.from(column.stored);
  const random = dataRandom(seed, 'labelNoise');
  const changed = Math.round(train.length * share);
  for (const place of shuffled(train.length, random).subarray(0, changed)) {
    const row = train[place] ?? 0;
    const other = 1 + random.integer(classes - 1);
    stored[row] = ((stored[row] ?? 0) + other) % classes;
  }
  const columns = table.columns.map((each) => (each === column ? { ...each, stored } : each));
  return { table: { ...table, columns }, changed };
}

/**
 * What training samples count for: drawn more often, or weighed in the loss. Of a class by how rare it is
 * (https://scikit-learn.org/stable/modules/generated/sklearn.utils.class_weight.compute_class_weight.html), of a
 * sample by what the data says of its row.
 */
import type { DataTable } from '#engine/datasets/define.ts';
import type { TrainingSettings } from '#engine/ir/trainingSettings.ts';
import { inputError } from '#engine/ir/problem.ts';
import { labelsOf } from './labels.ts';

type WeightSettings = Pick<TrainingSettings, 'sampling' | 'classWeights'>;
type WeighedTable = Pick<DataTable, 'columns' | 'count' | 'rowFacts'>;

export interface SampleWeights {
  /** How often each training row is drawn, compared with the others, in their order; null: each once. */
  readonly drawing: Float64Array | null;
  /** What each row of the table counts for in the loss, 1 on average over training; null: all alike. */
  readonly loss: Float32Array | null;
}

/** Throws InputError where the data does not say what is asked for. */
export function sampleWeights(
  table: WeighedTable,
  train: Int32Array,
  { sampling, classWeights }: WeightSettings,
): SampleWeights {
  const drawing =
    sampling === 'balanced'
      ? ofClasses(table, train, 'training.sampling')
      : sampling === 'weighted'
        ? ofRows(table, train, 'training.sampling')
        : null;
  // What decides how often a sample comes does not count once more when it is there.
  const row = table.rowFacts?.weight && sampling !== 'weighted' ? ofRows(table, train, '') : null;
  const byClass =
    classWeights === 'balanced' ? ofClasses(table, train, 'training.classWeights') : null;
  if (!row && !byClass) return { drawing, loss: null };
  const product = Float64Array.from(train, (_, i) => (row?.[i] ?? 1) * (byClass?.[i] ?? 1));
  const mean = product.reduce((sum, weight) => sum + weight, 0) / train.length;
  const loss = new Float32Array(table.count).fill(1);
  for (const [i, at] of train.entries()) loss[at] = (product[i] ?? 0) / mean;
  return { drawing, loss };
}

/** The rarer the class, the more: all classes together count alike. */
function ofClasses(table: WeighedTable, train: Int32Array, path: string): Float64Array {
  const labels = labelsOf(table);
  if (!labels) {
    throw inputError('data.weights-without-classes', 'This data has no classes to balance.', {
      path,
      explanation: 'It takes one class for each sample.',
    });
  }
  const counts = new Map<number, number>();
  for (const row of train) counts.set(labels[row] ?? 0, (counts.get(labels[row] ?? 0) ?? 0) + 1);
  return Float64Array.from(
    train,
    (row) => train.length / (counts.size * (counts.get(labels[row] ?? 0) ?? 1)),
  );
}

function ofRows({ rowFacts }: WeighedTable, train: Int32Array, path: string): Float64Array {
  const weight = rowFacts?.weight;
  if (!weight) {
    throw inputError('data.no-weights', 'This data does not say what a sample counts for.', {
      path,
      explanation: 'Name the column that does so in the option "weight" of a table.',
    });
  }
  const weights = Float64Array.from(train, (row) => weight[row] ?? 0);
  if (weights.some((each) => each > 0)) return weights;
  throw inputError('data.no-weights', 'Every training sample has a weight of zero.', {
    explanation: 'Nothing would be learned. Look at the column that the option "weight" names.',
  });
}

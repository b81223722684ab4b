/**
 * What the compiler knows of the data: how each field of each Data node is stored and normalised.
 * Not the data itself.
 */
import type { DataField } from '../ir/attrs.ts';
import type { DType } from '../ir/tensor.ts';

/** `x -> (x - shift) * scale`, per feature, per channel, or one number for all. */
export interface Normalisation {
  readonly shift: readonly number[];
  readonly scale: readonly number[];
}

export interface BoundField {
  readonly field: DataField;
  readonly storedDtype: DType;
  readonly rows: number;
  /** Training is handed its batches, since no two epochs have the same. */
  readonly augmented?: true;
  /** So many classes, of which training is handed shares in place of a label. */
  readonly mixed?: number;
  readonly normalisation: Normalisation | null;
  /** What the source had divided the data's own numbers by before; absent: nothing. */
  readonly dividedBy?: number;
}

/** What samples count for, among the fields: no source can have a field of this name. */
export const SAMPLE_WEIGHTS = '$weight';

/** By field name. Every Data node of a document reads the same table, so one map serves all. */
export type DataBinding = ReadonlyMap<string, BoundField>;

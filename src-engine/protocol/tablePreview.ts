/**
 * What becomes of a table's rows on their way to a network, to be looked at: cells as they stand in the file, the steps
 * of its recipe with what they were fitted to, and the numbers that come out. Plain data; made where tables are read.
 */
import type { SplitSettings } from '../ir/batches.ts';
import type { Normalisation, NormaliseMode } from '../datasets/core/normalise.ts';
import type { DataAccess } from '../datasets/define.ts';
import type { JsonValue } from '../ir/attrs.ts';

export type { NormaliseMode };

export interface PreviewTableRequest {
  readonly source: string;
  readonly options: Readonly<Record<string, JsonValue>>;
  /** Absent: generated data only. */
  readonly access?: DataAccess;
  /** Of the document: steps are fitted on its training rows. */
  readonly split: SplitSettings;
  readonly seed: number;
  /** How many, spread over the whole file. At most 200. */
  readonly rows: number;
  /** How the Data node scales what it gets; absent: not asked for. */
  readonly normalise?: NormaliseMode;
}

export interface TablePreview {
  /** All of the file, in its order. */
  readonly columns: readonly PreviewColumn[];
  /** What a network takes for each row: numbers in the order of the field `features`. */
  readonly slots: readonly PreviewSlot[];
  /** Of every step of the recipe, in its order; of one that is off or found no column without facts. */
  readonly steps: readonly PreviewStep[];
  readonly rows: readonly PreviewRow[];
  readonly counts: PreviewCounts;
  /** What the Data node does to each slot, `(x - shift) * scale`; null: nothing. Absent where it was not asked for. */
  readonly normalisation?: Normalisation | null;
}

/** What a column is for. `leftOut`: nobody said so, it cannot serve. */
export type ColumnRole =
  | 'feature'
  | 'target'
  | 'ignored'
  | 'group'
  | 'time'
  | 'part'
  | 'weight'
  | 'leftOut';

export interface PreviewColumn {
  readonly name: string;
  readonly role: ColumnRole;
  /** Why it is left out. */
  readonly reason?: string;
  readonly kind: 'number' | 'words' | 'date' | 'empty';
  /** Empty cells, of all rows. */
  readonly missing: number;
  /** Places in the recipe of the steps that touch it, or what was made of it. */
  readonly steps: readonly number[];
  /** `gaps take the median, then standardised`; `one 0/1 for each of 3 words`. */
  readonly encoding: string;
  /** Places among the slots that are made of it. */
  readonly slots: readonly number[];
}

export interface PreviewSlot {
  /** `Age`, `Sex=male`, `Age_missing`. */
  readonly name: string;
  /** Columns of the file that it is made of. */
  readonly columns: readonly string[];
}

export interface PreviewStep {
  /** Its name in the registry of steps, and as people call it. */
  readonly step: string;
  readonly label: string;
  /** What it was applied to and what it made, by name. */
  readonly takes: readonly string[];
  readonly gives: readonly string[];
  /** What was fitted, a sentence for each column: `Age: gaps take the median, 28`. */
  readonly facts: readonly string[];
}

export interface PreviewRow {
  /** In the file, from 0. */
  readonly row: number;
  /** Null: in none, see `leftOut`. */
  readonly part: 'train' | 'validation' | 'test' | null;
  /** Why the row is in no part: `its target is empty`. */
  readonly leftOut?: string;
  /** As they stand in the file, one for each column. */
  readonly cells: readonly string[];
  /** Places of columns whose cell is empty and was filled. */
  readonly filled: readonly number[];
  /** One for each slot, as the Data node gets them (before it scales); null for a row that is left out. */
  readonly values: readonly number[] | null;
}

export interface PreviewCounts {
  /** Of the file. */
  readonly total: number;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  /** Left out by filters of the recipe; for a target that is empty; for other cells that are. */
  readonly filtered: number;
  readonly withoutTarget: number;
  readonly withGaps: number;
}

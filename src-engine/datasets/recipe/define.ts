/**
 * What a step of a recipe states: one file each in steps/, found by registry.ts; validation, forms, the command line,
 * `predict`, exports and the page of a model follow from it.
 *
 * A step has three forms that must agree (a test runs them side by side): TypeScript over columns, which prepares data
 * and answers rows here; operators of ONNX as far as these reach; and Python for the project that is exported. Columns
 * come in chunks, so that none of it asks for a table that fits the memory.
 */
import type { AttrSchema, AttrValues, JsonValue } from '#engine/ir/attrs.ts';

export type ColumnKind = 'number' | 'words' | 'date';

/** Some rows of a column. Gaps are NaN in `values`, whatever it holds. */
export type StepColumn =
  | { readonly kind: 'number'; readonly values: Float64Array }
  | {
      readonly kind: 'words';
      /** Places in `words`, of which not all need occur. */
      readonly values: Float64Array;
      readonly words: readonly string[];
    }
  | {
      readonly kind: 'date';
      /** Years with decimals, which is what a network gets without a step. */
      readonly values: Float64Array;
      /** Since 1970 as the date is written, without a zone. */
      readonly seconds: Float64Array;
    };
export type ColumnOf<K extends ColumnKind> = Extract<StepColumn, { readonly kind: K }>;

export interface NamedColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  /** A step made it of 0 and 1: steps that name no columns leave it as it is. */
  readonly isFlag?: true;
}

/** What a step is fitted on. Each call is a pass over the rows, chunk by chunk, in their order. */
export interface ColumnPasses {
  readonly kind: ColumnKind;
  /** How many rows train. */
  readonly rows: number;
  /** The rows that train. */
  train(visit: (chunk: StepColumn) => void): Promise<void>;
  /**
   * Which words there are in all rows, with how often; of numbers, these as text. Whether a word exists may decide
   * which inputs a network has, and that must not depend on a seed; nothing else is told of rows that do not train.
   */
  words(): Promise<ReadonlyMap<string, number>>;
}

/** What was fitted: plain JSON. */
export type Fitted = Readonly<Record<string, JsonValue>>;

/** Operators as an exporter writes them: names of values in, the name of the result out. */
export interface Operators {
  op(
    type: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, number | { readonly float: number }>>,
  ): string;
  floats(values: readonly number[], dims?: readonly number[]): string;
}
/** From `[N, 1]` of float32, NaN where empty, to as many such as the step gives columns. */
export type NumberRule<A, F> = (
  operators: Operators,
  value: string,
  attrs: A,
  fitted: F,
) => readonly string[] | NoOperators;
export interface NoOperators {
  readonly reason: string;
}

interface StepBase<S extends AttrSchema> {
  readonly id: string;
  readonly label: string;
  /** One sentence. */
  readonly doc: string;
  /** Smaller comes first in lists. */
  readonly order: number;
  readonly attrs: S;
}

export interface ColumnStepSpec<S extends AttrSchema, F> extends StepBase<S> {
  readonly of: 'column';
  /** Kinds it can be applied to, where a column is named. */
  takes(attrs: AttrValues<S>): readonly ColumnKind[];
  /** Of which kinds it takes every column where none is named; absent: the same ones. */
  takesUnnamed?(attrs: AttrValues<S>): readonly ColumnKind[];
  /** Whether what it fits depends on which rows train. */
  isFitted(attrs: AttrValues<S>): boolean;
  fit(column: ColumnPasses, attrs: AttrValues<S>, name: string): Promise<F>;
  gives(column: NamedColumn, attrs: AttrValues<S>, fitted: F): readonly NamedColumn[];
  /** Row by row: no row depends on another one. One column for each that it gives. */
  apply(column: StepColumn, attrs: AttrValues<S>, fitted: F): readonly StepColumn[];
  /** `gaps take the median, 28`. */
  describe(column: NamedColumn, attrs: AttrValues<S>, fitted: F): string;
  /**
   * `lookUp`: what becomes of a column of words follows from each word alone, also of one that was never seen, and is
   * found by `apply`.
   */
  readonly onnx: {
    readonly number: NumberRule<AttrValues<S>, F> | NoOperators;
    readonly words: 'lookUp' | NoOperators;
  };
  /**
   * `def NAME(column, attrs, fitted)`, its name as Python writes it, which answers a list of columns: numbers as float64
   * with NaN, words as objects with None, dates as `Dates`; what else it may use is in export/pytorch/files/table.py.
   */
  readonly python: string;
}

/** Rows that training and evaluation leave out; a row that is predicted is never left out. */
export interface RowStepSpec<S extends AttrSchema> extends StepBase<S> {
  readonly of: 'rows';
  expression(attrs: AttrValues<S>): string;
}

/** A column made of others. */
export interface DeriveStepSpec<S extends AttrSchema> extends StepBase<S> {
  readonly of: 'table';
  readonly name: (attrs: AttrValues<S>) => string;
  expression(attrs: AttrValues<S>): string;
}

// Attributes and what is fitted are a step's own: checked against its schema, and made by its `fit`.
export type ColumnStep = ColumnStepSpec<AttrSchema, Fitted>;
export type RowStep = RowStepSpec<AttrSchema>;
export type DeriveStep = DeriveStepSpec<AttrSchema>;
export type StepDefinition = ColumnStep | RowStep | DeriveStep;

export function defineColumnStep<const S extends AttrSchema, F extends Fitted>(
  spec: Omit<ColumnStepSpec<S, F>, 'of'>,
): ColumnStep {
  return { ...spec, of: 'column' } as unknown as ColumnStep;
}
export function defineRowStep<const S extends AttrSchema>(
  spec: Omit<RowStepSpec<S>, 'of'>,
): RowStep {
  return { ...spec, of: 'rows' } as unknown as RowStep;
}
export function defineDeriveStep<const S extends AttrSchema>(
  spec: Omit<DeriveStepSpec<S>, 'of'>,
): DeriveStep {
  return { ...spec, of: 'table' } as unknown as DeriveStep;
}

/** Which columns a step is for. */
export const COLUMNS = {
  kind: 'names',
  default: [],
  label: 'Columns',
  help: 'Names of columns, or of what an earlier step made. None: every feature that the step can take.',
} as const;

/**
 * A table as it was read, before anything is decided of it: columns of numbers or words, and where each cell stands.
 * Reading is done by whoever hosts the sources (see dataProcess/tables); nothing here knows how.
 */
import type { RowOptions } from '../csv/dialect.ts';

/** How a file becomes rows and columns. */
export type TableFormat =
  | { readonly kind: 'csv'; readonly options: RowOptions }
  /** An object in each line. */
  | { readonly kind: 'jsonLines' }
  | { readonly kind: 'parquet' }
  | { readonly kind: 'excel'; readonly options: SheetOptions };

/** Which part of a workbook is the table. */
export interface SheetOptions extends Pick<RowOptions, 'header' | 'skipRows'> {
  /** Its name, or its place from 1; empty: the first that holds anything. */
  readonly sheet: string;
}

export interface TableReader {
  /** `path` as the source names it. Throws InputError with the place of what is wrong. */
  open(path: string, format: TableFormat): Promise<RawTable>;
}

/** A number for each row. */
export interface RowNumbers {
  /** All of them. Of a large table they are read each time they are asked for, and nobody may keep them. */
  readonly values: Float64Array;
  /** So many from a row on; of a large table only these are read. */
  readonly part: (first: number, count: number) => Float64Array;
}

/** To be closed by whoever opened it. */
export interface RawTable {
  /** As errors name it. */
  readonly path: string;
  readonly names: readonly string[];
  readonly rowCount: number;
  /** Its columns are more than is to be held at once. */
  readonly isLarge: boolean;
  /** A sentence each: what was decided to read it. */
  readonly notes: readonly string[];
  /**
   * What the column holds. Words are told apart up to so many; of more only how many there are is said. Throws
   * InputError for what is no number in a column of numbers.
   */
  column(index: number, maxCategories: number): Promise<TableColumn>;
  /** `FILE, line 12, column 3 (age)`, for a row and a column counted from 0. */
  place(row: number, column?: number): Promise<string>;
  /** Of a column of dates: seconds since 1970, as they are written; NaN where empty. */
  moments(index: number): Promise<RowNumbers>;
  /** Some rows as they stand in the file, in the order of the file; empty cells are empty. */
  cells(rows: readonly number[]): Promise<readonly (readonly string[])[]>;
  /** As it stands in the file. */
  cell(row: number, column: number): Promise<string>;
  close(): Promise<void>;
}

/** One column: a number per row, an index into `categories` per row, or nothing usable. Missing is NaN. */
export type TableColumn = {
  readonly index: number;
  readonly name: string;
  /** How many cells are empty. */
  readonly missing: number;
} & (
  | ({ readonly kind: 'number'; readonly isDate: boolean } & RowNumbers)
  | ({
      readonly kind: 'text';
      /** How many different words there are. */
      readonly distinct: number;
      /** In order, words as they sort, numbers by size; none where there are more than was asked for. */
      readonly categories: readonly string[];
    } & RowNumbers)
  | { readonly kind: 'empty' }
);

export const numbersOf = (values: Float64Array): RowNumbers => ({
  values,
  part: (first, count) => values.subarray(first, first + count),
});
export type FilledColumn = Exclude<TableColumn, { readonly kind: 'empty' }>;

/** A column with more numbers than this share, but not only numbers, has a mistake in it. */
export const MOSTLY_NUMBERS = 0.9;

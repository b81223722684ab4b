/** Columns into one vector of features per row: numbers as they are, words as categories. */
import { inputError } from '#engine/ir/problem.ts';
import type { FeatureEncoding } from '../define.ts';
import type { FilledColumn, TableColumn } from './rawTable.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

export interface Features {
  readonly width: number;
  /** Row-major, NaN where missing. */
  readonly values: Float32Array;
  readonly encodings: readonly FeatureEncoding[];
  readonly leftOut: readonly LeftOut[];
}
export interface LeftOut {
  readonly name: string;
  readonly reason: string;
  readonly isText: boolean;
}

/** Columns emptier than this say more about the gaps than about the data. */
const MAX_MISSING = 0.5;
/** Rows times features: one GiB. */
const MAX_VALUES = 2 ** 28;

/** Without the numbers. `used`: the columns that they are, in their order. */
export function featuresOf(
  columns: readonly TableColumn[],
  rowCount: number,
  maxCategories: number,
): Omit<Features, 'values'> & { readonly used: readonly FilledColumn[] } {
  const leftOut: LeftOut[] = [];
  const encodings: FeatureEncoding[] = [];
  const used: FilledColumn[] = [];
  for (const column of columns) {
    const why = whyIgnored(column, rowCount, maxCategories);
    if (why !== null || column.kind === 'empty') {
      leftOut.push({ name: column.name, reason: 'it is empty', isText: false, ...why });
      continue;
    }
    used.push(column);
    const { name, index, missing } = column;
    encodings.push({
      ...{ name, index, missing },
      ...(column.kind === 'text'
        ? { kind: 'categories', categories: column.categories }
        : { kind: column.isDate ? 'date' : 'number' }),
    });
  }
  const width = encodings.reduce((sum, encoding) => sum + encodedWidth(encoding), 0);
  return { width, encodings, leftOut, used };
}

export function encodeFeatures(
  columns: readonly TableColumn[],
  rowCount: number,
  maxCategories: number,
  path: string,
): Features {
  const { width, encodings, leftOut, used } = featuresOf(columns, rowCount, maxCategories);
  if (rowCount * width > MAX_VALUES) {
    throw inputError(
      'csv.too-large',
      `${formatInteger(rowCount)} rows of ${formatInteger(width)} features are too many.`,
      {
        path,
        explanation: `At most ${formatInteger(MAX_VALUES)} numbers are kept. Ignore columns, or allow fewer categories.`,
      },
    );
  }
  const values = new Float32Array(rowCount * width);
  let slot = 0;
  for (const [i, encoding] of encodings.entries()) {
    const cells = used[i]?.values ?? new Float64Array();
    for (let row = 0; row < rowCount; row++) {
      writeFeature(encoding, cells[row] ?? NaN, values, row * width + slot);
    }
    slot += encodedWidth(encoding);
  }
  return { width, values, encodings, leftOut };
}

/** Two categories are one feature, 0 or 1. */
export function encodedWidth({ categories }: FeatureEncoding): number {
  return categories === undefined || categories.length === 2 ? 1 : categories.length;
}

/** What each number of it is called: `Age`, `Sex=male`. */
export const slotNames = ({ name, categories }: FeatureEncoding): readonly string[] =>
  categories === undefined
    ? [name]
    : (categories.length === 2 ? categories.slice(1) : categories).map((word) => `${name}=${word}`);

/** `value`: a number, or the position of a category; NaN where missing. */
export function writeFeature(
  encoding: FeatureEncoding,
  value: number,
  into: Float32Array,
  at: number,
): void {
  const width = encodedWidth(encoding);
  if (width === 1 || Number.isNaN(value)) into.fill(value, at, at + width);
  else into[at + value] = 1;
}

/** What a column becomes, in words. */
export function encodingText({ name, kind, categories }: FeatureEncoding): string {
  if (kind === 'date') return `${name} (as a year with decimals)`;
  if (categories === undefined) return name;
  return categories.length === 2
    ? `${name} (${categories.join(' 0, ')} 1)`
    : `${name} (${formatInteger(categories.length)} categories)`;
}

export function whyIgnored(
  column: {
    readonly kind: 'number' | 'text' | 'empty';
    readonly missing: number;
    /** Of text. */
    readonly distinct?: number;
  },
  rowCount: number,
  maxCategories: number,
): Omit<LeftOut, 'name'> | null {
  if (column.kind === 'empty') return { reason: 'it is empty', isText: false };
  if (column.missing > MAX_MISSING * rowCount) {
    return {
      reason: `${formatInteger(column.missing)} of ${formatInteger(rowCount)} cells are empty`,
      isText: false,
    };
  }
  if (column.kind === 'number') return null;
  const { distinct = 0 } = column;
  if (distinct === 1) return { reason: 'it says the same in every row', isText: false };
  return distinct > maxCategories
    ? { reason: `it holds text, ${distinct} different values`, isText: true }
    : null;
}

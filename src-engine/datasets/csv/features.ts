/** Columns into one vector of features per row: numbers as they are, words as categories. */
import type { CsvColumn } from './columns.ts';

export interface Features {
  readonly width: number;
  /** Row-major, NaN where missing. */
  readonly values: Float32Array;
  readonly notes: readonly string[];
}

/** Columns emptier than this say more about the gaps than about the data. */
const MAX_MISSING = 0.5;

export function encodeFeatures(
  columns: readonly CsvColumn[],
  rowCount: number,
  maxCategories: number,
): Features {
  const notes: string[] = [];
  const used: string[] = [];
  const slots: ((row: number) => number)[] = [];
  for (const column of columns) {
    const reason = whyIgnored(column, rowCount, maxCategories);
    if (reason !== null || column.kind === 'empty') {
      notes.push(`Column ${column.name} is left out: ${reason ?? 'it is empty'}.`);
      continue;
    }
    const { values } = column;
    const value = (row: number) => values[row] ?? NaN;
    if (column.kind === 'number') {
      slots.push(value);
      used.push(column.isDate ? `${column.name} (as a year with decimals)` : column.name);
    } else if (column.categories.length === 2) {
      slots.push(value);
      used.push(`${column.name} (${column.categories.join(' 0, ')} 1)`);
    } else {
      for (const category of column.categories.keys()) {
        slots.push((row) => (Number.isNaN(value(row)) ? NaN : value(row) === category ? 1 : 0));
      }
      used.push(`${column.name} (${column.categories.length} categories)`);
    }
  }
  const width = slots.length;
  const encoded = new Float32Array(rowCount * width);
  for (const [slot, valueAt] of slots.entries()) {
    for (let row = 0; row < rowCount; row++) encoded[row * width + slot] = valueAt(row);
  }
  if (used.length > 0) notes.unshift(`Features: ${used.join(', ')}.`);
  return { width, values: encoded, notes };
}

function whyIgnored(column: CsvColumn, rowCount: number, maxCategories: number): string | null {
  if (column.kind === 'empty') return 'it is empty';
  if (column.missing > MAX_MISSING * rowCount) {
    return `${column.missing} of ${rowCount} cells are empty`;
  }
  if (column.kind === 'number') return null;
  const { length } = column.categories;
  if (length === 1) return 'it says the same in every row';
  return length > maxCategories ? `it has ${length} different words` : null;
}

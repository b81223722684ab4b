/** What the columns of a table hold, and which of them can be used. */
import { inputError } from '#engine/ir/problem.ts';
import { nearest } from '#engine/ir/readAttrs.ts';
import type { CsvRows } from './rows.ts';
import { isMissing, parseDate, parseNumber } from './values.ts';

/** One column: a number per row, an index into `categories` per row, or nothing usable. Missing is NaN. */
export type CsvColumn = {
  readonly index: number;
  readonly name: string;
  readonly missing: number;
} & (
  | { readonly kind: 'number'; readonly isDate: boolean; readonly values: Float64Array }
  | { readonly kind: 'text'; readonly categories: readonly string[]; readonly values: Float64Array }
  | { readonly kind: 'empty' }
);

/** A column with more numbers than this share, but not only numbers, has a mistake in it. */
const MOSTLY = 0.9;

export function readColumn(csv: CsvRows, index: number): CsvColumn {
  const { rows, decimalComma } = csv;
  const name = csv.names[index] ?? '';
  const cells = rows.map((row) => row[index] ?? '');
  const present = cells.filter((cell) => !isMissing(cell)).length;
  const base = { index, name, missing: rows.length - present };
  if (present === 0) return { ...base, kind: 'empty' };
  const read = (parse: (cell: string) => number | null) => {
    const values = Float64Array.from(cells, (cell) =>
      isMissing(cell) ? NaN : (parse(cell) ?? NaN),
    );
    return {
      values,
      understood: values.reduce((sum, value) => sum + (value === value ? 1 : 0), 0),
    };
  };
  const numbers = read((cell) => parseNumber(cell, decimalComma));
  if (numbers.understood === present) {
    return { ...base, kind: 'number', isDate: false, values: numbers.values };
  }
  if (numbers.understood > MOSTLY * present) {
    const row = cells.findIndex((cell, i) => !isMissing(cell) && Number.isNaN(numbers.values[i]));
    throw inputError(
      'csv.not-a-number',
      `"${cells[row]}" is not a number, as the rest of its column is.`,
      {
        path: csv.place(row, index),
        explanation: `Correct it, leave the cell empty, or name the column in the option "ignore".`,
      },
    );
  }
  const dates = read(parseDate);
  if (dates.understood === present) {
    return { ...base, kind: 'number', isDate: true, values: dates.values };
  }
  return { ...base, kind: 'text', ...categorise(cells) };
}

/** Categories in order: words as they sort, numbers by size. */
function categorise(cells: readonly string[]) {
  const words = cells.map((cell) => (isMissing(cell) ? null : cell.trim()));
  const categories = [...new Set(words.filter((word) => word !== null))].sort(byNumberOrWord);
  const indexOf = new Map(categories.map((category, i) => [category, i]));
  const values = Float64Array.from(words, (word) =>
    word === null ? NaN : (indexOf.get(word) ?? NaN),
  );
  return { categories, values };
}

export function byNumberOrWord(a: string, b: string): number {
  const difference = Number(a) - Number(b);
  if (!Number.isNaN(difference)) return difference;
  return a < b ? -1 : a > b ? 1 : 0;
}

const MOST_LISTED = 40;
/** Not all of thousands. */
export function listed(names: readonly string[]): string {
  const more = names.length - MOST_LISTED;
  return `${names.slice(0, MOST_LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** A column by its name, or by its number counted from 1. Null where the text is empty. */
export function findColumn(csv: CsvRows, text: string, option: string): number | null {
  const wanted = text.trim();
  if (wanted === '') return null;
  const lower = csv.names.map((name) => name.toLowerCase());
  const named = [csv.names.indexOf(wanted), lower.indexOf(wanted.toLowerCase())];
  const found = named.find((index) => index >= 0);
  if (found !== undefined) return found;
  const number = /^\d+$/.test(wanted) ? Number(wanted) : 0;
  if (number >= 1 && number <= csv.names.length) return number - 1;
  const near = nearest(wanted, csv.names);
  throw inputError(
    'csv.unknown-column',
    `There is no column "${wanted}"${near === undefined ? '.' : `; did you mean "${near}"?`}`,
    { path: `${csv.path}, option ${option}`, explanation: `Columns: ${listed(csv.names)}.` },
  );
}

/** Columns of a table by what people call them. */
import { inputError } from '#engine/ir/problem.ts';
import { nearest } from '#engine/ir/readAttrs.ts';
import type { RawTable } from './rawTable.ts';

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
export function findColumn(
  { names, path }: Pick<RawTable, 'names' | 'path'>,
  text: string,
  option: string,
): number | null {
  const wanted = text.trim();
  if (wanted === '') return null;
  const lower = names.map((name) => name.toLowerCase());
  const named = [names.indexOf(wanted), lower.indexOf(wanted.toLowerCase())];
  const found = named.find((index) => index >= 0);
  if (found !== undefined) return found;
  const number = /^\d+$/.test(wanted) ? Number(wanted) : 0;
  if (number >= 1 && number <= names.length) return number - 1;
  const near = nearest(wanted, names);
  throw inputError(
    'csv.unknown-column',
    `There is no column "${wanted}"${near === undefined ? '.' : `; did you mean "${near}"?`}`,
    { path: `${path}, option ${option}`, explanation: `Columns: ${listed(names)}.` },
  );
}

/** Several columns, separated by commas; a name that has commas itself is one. */
export function findColumns(
  raw: Pick<RawTable, 'names' | 'path'>,
  text: string,
  option: string,
): readonly number[] {
  const whole = raw.names.indexOf(text.trim());
  if (whole >= 0) return [whole];
  const found = text.split(',').map((name) => findColumn(raw, name, option));
  return [...new Set(found.filter((index) => index !== null))];
}

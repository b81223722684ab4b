/** A table as text (RFC 4180). Reading one is datasets/csv's. */

type Rows = readonly (readonly string[])[];
type Newline = '\n' | '\r\n';

/** Quoted where a reader would take a cell for something else, or strip it. */
const quotedCell = (cell: string): string =>
  /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

const isNumber = (cell: string): boolean => cell.trim() !== '' && !Number.isNaN(Number(cell));

/**
 * A cell of a file that leaves: text that a spreadsheet would compute gets an apostrophe in front, numbers stay.
 * Reference: https://owasp.org/www-community/attacks/CSV_Injection
 */
export const csvCell = (cell: string): string =>
  quotedCell(/^[=+\-@\t\r]/.test(cell) && !isNumber(cell) ? `'${cell}` : cell);

const lines = (rows: Rows, newline: Newline, written: (cell: string) => string): string =>
  rows.map((cells) => cells.map(written).join(',') + newline).join('');

/** For people and their spreadsheets. */
export const csvText = (rows: Rows, newline: Newline): string => lines(rows, newline, csvCell);

/** For our own reader: every cell as it is. */
export const plainCsvText = (rows: Rows, newline: Newline): string =>
  lines(rows, newline, quotedCell);

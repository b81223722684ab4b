/** Text into rows of cells, with a header where there is one: of a table that is answered row by row. */
import Papa from 'papaparse';
import { inputError } from '#engine/ir/problem.ts';
import {
  columnNames,
  isBlank,
  looksLikeHeader,
  parseConfig,
  refuseWide,
  type RowOptions,
  withoutLines,
} from './dialect.ts';
import { noRowsError, quotesError, rowLengthError } from './problems.ts';

export interface CsvRows {
  readonly path: string;
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** `FILE, line 12, column 3 (age)`, for a row and a column counted from 0. */
  place(row: number, column?: number): string;
  /** Numbers may be written `1,5`. */
  readonly decimalComma: boolean;
  /** Whether the names come from the file. */
  readonly hasHeader: boolean;
}

export function readRows(whole: string, path: string, options: RowOptions): CsvRows {
  const text = withoutLines(whole, options.skipRows);
  const config = parseConfig(text, options);
  refuseWide(text, path, config);
  const parsed = Papa.parse<string[]>(text, config);
  const lines = parsed.data;
  const line = (index: number): string =>
    `${path}, line ${options.skipRows + lineNumber(lines, index)}`;
  const quotes = parsed.errors.find(({ type }) => type === 'Quotes');
  if (quotes) throw quotesError(quotes.code === 'MissingQuotes', line(quotes.row ?? 0));
  // Blank lines are not rows; every other line keeps its number.
  const filled = [...lines.keys()].filter((index) => !isBlank(lines[index]));
  const rows = filled.map((index) => lines[index] ?? []);
  const [first] = rows;
  if (!first) throw inputError('csv.empty', 'The file has no rows.', { path });
  const width = first.length;
  const ragged = rows.findIndex((row) => row.length !== width);
  if (ragged >= 0) {
    const { length } = rows[ragged] ?? [];
    throw rowLengthError(length ?? 0, width, parsed.meta.delimiter, line(filled[ragged] ?? 0));
  }
  const decimalComma = parsed.meta.delimiter !== ',';
  const hasHeader =
    options.header === 'auto' ? looksLikeHeader(rows, decimalComma) : options.header === 'yes';
  const names = columnNames(hasHeader ? first : first.map(() => ''));
  const skip = hasHeader ? 1 : 0;
  if (rows.length <= skip) throw noRowsError(path);
  return {
    path,
    names,
    rows: rows.slice(skip),
    place: (row, column) =>
      `${line(filled[row + skip] ?? 0)}${column === undefined ? '' : `, column ${column + 1} (${names[column]})`}`,
    decimalComma,
    hasHeader,
  };
}

/** Quoted cells may contain line breaks, so a row may take several lines. */
function lineNumber(rows: readonly (readonly string[])[], index: number): number {
  let line = 1;
  for (const row of rows.slice(0, index)) {
    line += 1;
    for (const cell of row) line += cell.match(/\r\n|\r|\n/g)?.length ?? 0;
  }
  return line;
}

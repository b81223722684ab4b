/** Text into rows of cells, with a header where there is one. The one file that knows papaparse. */
import Papa from 'papaparse';
import { inputError } from '#engine/ir/problem.ts';
import { isMissing, parseNumber } from './values.ts';

export const DELIMITERS = {
  auto: '',
  comma: ',',
  semicolon: ';',
  tab: '\t',
  pipe: '|',
  space: ' ',
} as const;
export type Delimiter = keyof typeof DELIMITERS;

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

/** How the text is cut into rows. */
export interface RowOptions {
  readonly delimiter: Delimiter;
  readonly header: 'auto' | 'yes' | 'no';
  /** Lines before the table. */
  readonly skipRows: number;
  /** `none`: quotes are letters like any other. */
  readonly quotes: 'standard' | 'none';
}

/** A table with more is something else, such as a matrix of pixels or a file of one line. */
const MAX_COLUMNS = 10_000;
/** Characters looked at to tell what separates cells. */
const DELIMITER_SAMPLE = 2 ** 16;
/** Occurs in no text (zero bytes are refused), so nothing is quoted. */
const NO_QUOTE = '\u0000';

export function readRows(whole: string, path: string, options: RowOptions): CsvRows {
  const text = withoutLines(whole, options.skipRows);
  const config = {
    delimiter: DELIMITERS[options.delimiter] || guessDelimiter(text),
    ...(options.quotes === 'none' && { quoteChar: NO_QUOTE }),
  };
  refuseWide(text, path, config);
  const parsed = Papa.parse<string[]>(text, config);
  const lines = parsed.data;
  const line = (index: number): string =>
    `${path}, line ${options.skipRows + lineNumber(lines, index)}`;
  const quotes = parsed.errors.find(({ type }) => type === 'Quotes');
  if (quotes) {
    const message =
      quotes.code === 'MissingQuotes'
        ? 'A quoted cell is not closed.'
        : 'Text follows the closing quote of a cell.';
    throw inputError('csv.quotes', message, {
      path: line(quotes.row ?? 0),
      explanation:
        'Within a quoted cell a quote is written twice. Where quotes are part of the text, set the option "quotes" to none (--data-option quotes=none).',
    });
  }
  // Blank lines are not rows; every other line keeps its number.
  const filled = [...lines.keys()].filter((index) => !isBlank(lines[index]));
  const rows = filled.map((index) => lines[index] ?? []);
  const [first] = rows;
  if (!first) throw inputError('csv.empty', 'The file has no rows.', { path });
  const width = first.length;
  const ragged = rows.findIndex((row) => row.length !== width);
  if (ragged >= 0) {
    throw inputError(
      'csv.row-length',
      `This row has ${cells(rows[ragged]?.length ?? 0)}, the first row ${cells(width)}.`,
      {
        path: line(filled[ragged] ?? 0),
        explanation: `Cells are separated by ${nameOf(parsed.meta.delimiter)}; cells that contain it must be quoted.`,
      },
    );
  }
  const decimalComma = parsed.meta.delimiter !== ',';
  const hasHeader =
    options.header === 'auto' ? looksLikeHeader(rows, decimalComma) : options.header === 'yes';
  const names = columnNames(hasHeader ? first : first.map(() => ''));
  const skip = hasHeader ? 1 : 0;
  if (rows.length <= skip) {
    throw inputError('csv.empty', 'The file has a header, but no rows below it.', { path });
  }
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

/** From the beginning: each candidate is tried, and the first rows may be the whole file. */
function guessDelimiter(text: string): string {
  return Papa.parse(text.slice(0, DELIMITER_SAMPLE), { preview: 10 }).meta.delimiter;
}

function withoutLines(text: string, count: number): string {
  let from = 0;
  for (let line = 0; line < count; line++) {
    const end = text.indexOf('\n', from);
    if (end < 0) return '';
    from = end + 1;
  }
  return from === 0 ? text : text.slice(from);
}

/** Before a cell of the rest is cut: what is no table must not cost the memory of one. */
function refuseWide(
  text: string,
  path: string,
  config: Papa.ParseConfig & { readonly delimiter: string },
): void {
  const first = Papa.parse<string[]>(text, { ...config, preview: 1 }).data[0];
  const width = first?.length ?? 0;
  if (width <= MAX_COLUMNS) return;
  throw inputError(
    'csv.too-many-columns',
    `The table has ${width} columns; at most ${MAX_COLUMNS} are read.`,
    {
      path,
      explanation:
        'Each row is one sample, each column one feature: is the table lying on its side?',
    },
  );
}

const isBlank = (row: readonly string[] | undefined): boolean =>
  row === undefined || (row.length === 1 && row[0]?.trim() === '');
const cells = (count: number): string => `${count} cell${count === 1 ? '' : 's'}`;

/** Quoted cells may contain line breaks, so a row may take several lines. */
function lineNumber(rows: readonly (readonly string[])[], index: number): number {
  let line = 1;
  for (const row of rows.slice(0, index)) {
    line += 1;
    for (const cell of row) line += cell.match(/\r\n|\r|\n/g)?.length ?? 0;
  }
  return line;
}

function nameOf(delimiter: string): string {
  return delimiter === '\t' ? 'tabs' : delimiter === ' ' ? 'spaces' : `"${delimiter}"`;
}

/** Rows looked at to tell a header from data. */
const HEADER_SAMPLE = 100;

/**
 * A header is a first row with words above numbers. Where every column holds words, it is one if none of
 * its cells comes again in its column.
 */
function looksLikeHeader(rows: readonly (readonly string[])[], decimalComma: boolean): boolean {
  const [first = [], ...rest] = rows.slice(0, HEADER_SAMPLE);
  const isNumber = (cell: string) => parseNumber(cell, decimalComma) !== null;
  const columns = first.map((head, i) => {
    const below = rest.map((row) => row[i] ?? '').filter((cell) => !isMissing(cell));
    return { head, below, numeric: below.length > 0 && below.every(isNumber) };
  });
  if (columns.some(({ numeric }) => numeric)) {
    return columns.some(({ head, numeric }) => numeric && !isMissing(head) && !isNumber(head));
  }
  return (
    rest.length > 0 &&
    columns.every(({ head, below }) => !isMissing(head) && !isNumber(head) && !below.includes(head))
  );
}

function columnNames(header: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  /** The number that the next column of a name takes: counting anew for each would be quadratic. */
  const next = new Map<string, number>();
  return header.map((cell, index) => {
    const name = cell.trim() === '' ? `column ${index + 1}` : cell.trim();
    let number = next.get(name) ?? 1;
    let unique = number === 1 ? name : `${name} (${number})`;
    while (taken.has(unique)) unique = `${name} (${++number})`;
    next.set(name, number + 1);
    taken.add(unique);
    return unique;
  });
}

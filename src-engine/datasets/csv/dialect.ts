/**
 * How a text file is cut into rows and cells: told by its first lines and by what was asked for. The one file, with
 * rows.ts, that knows papaparse.
 */
import Papa from 'papaparse';
import { inputError } from '#engine/ir/problem.ts';
import { isMissing, parseNumber } from '../table/values.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

export const DELIMITERS = {
  auto: '',
  comma: ',',
  semicolon: ';',
  tab: '\t',
  pipe: '|',
  space: ' ',
} as const;
export type Delimiter = keyof typeof DELIMITERS;

/** How the text is cut into rows. */
export interface RowOptions {
  readonly delimiter: Delimiter;
  readonly header: 'auto' | 'yes' | 'no';
  /** Lines before the table. */
  readonly skipRows: number;
  /** `none`: quotes are letters like any other. `auto`: where lines between tabs make a table only so. */
  readonly quotes: 'auto' | 'standard' | 'none';
}

/** A table with more is something else, such as a matrix of pixels or a file of one line. */
const MAX_COLUMNS = 10_000;
/** Characters looked at to tell what separates cells. */
const DELIMITER_SAMPLE = 2 ** 16;
/** Occurs in no text (zero bytes are refused), so nothing is quoted. */
const NO_QUOTE = '\u0000';

export interface Dialect {
  /** One character. */
  readonly delimiter: string;
  readonly hasQuotes: boolean;
  readonly hasHeader: boolean;
  /** Lines before the header, or before the first row where there is none. */
  readonly skipLines: number;
  readonly lineEnd: '\n' | '\r\n' | '\r';
  /** Numbers may be written `1,5`. */
  readonly decimalComma: boolean;
  /** Each once; where the file names none, by their numbers. */
  readonly names: readonly string[];
}

/** `beginning`: of the file, as much as tells; whether it is all of it. */
export function readDialect(
  beginning: string,
  isWhole: boolean,
  path: string,
  options: RowOptions,
): Dialect {
  const text = withoutLines(beginning, options.skipRows);
  const config = parseConfig(text, options, isWhole);
  refuseWide(text, path, config);
  const { data, meta } = Papa.parse<string[]>(text, { ...config, preview: SAMPLE_ROWS });
  const lead = data.findIndex((row) => !isBlank(row));
  // The last row may have been cut.
  const sample = isWhole || data.length === SAMPLE_ROWS ? data : data.slice(0, -1);
  const rows = sample.filter((row) => !isBlank(row));
  const first = rows[0] ?? data[lead];
  if (!first) throw inputError('csv.empty', 'The file has no rows.', { path });
  const decimalComma = config.delimiter !== ',';
  const hasHeader =
    options.header === 'auto' ? looksLikeHeader(rows, decimalComma) : options.header === 'yes';
  return {
    ...{
      delimiter: config.delimiter,
      hasQuotes: config.quoteChar !== NO_QUOTE,
      hasHeader,
      decimalComma,
    },
    skipLines: options.skipRows + Math.max(0, lead),
    lineEnd: meta.linebreak === '\r' ? '\r' : meta.linebreak === '\r\n' ? '\r\n' : '\n',
    names: columnNames(hasHeader ? first : first.map(() => '')),
  };
}

/** More tell no more of a header, or of what separates cells. */
const SAMPLE_ROWS = 200;

interface ParseConfig extends Papa.ParseConfig {
  readonly delimiter: string;
}

/** `isWhole`: else the last line may have been cut. */
export function parseConfig(text: string, options: RowOptions, isWhole = true): ParseConfig {
  const delimiter = DELIMITERS[options.delimiter] || guessDelimiter(text);
  if (options.quotes === 'none') return { delimiter, quoteChar: NO_QUOTE };
  const mayBeTabs = options.delimiter === 'auto' || delimiter === TAB;
  const isAsked = options.quotes === 'auto' && mayBeTabs && text.includes('"');
  return isAsked && quotesAreLetters(text, isWhole, delimiter)
    ? { delimiter: TAB, quoteChar: NO_QUOTE }
    : { delimiter };
}

const TAB = DELIMITERS.tab;
/** Fewer lines may be alike by chance; so many characters are enough to tell. */
const FEWEST_LINES = 3;
const QUOTES_SAMPLE = 2 ** 20;

/**
 * Tables between tabs are often written without quoting, sentences with their labels above all: then every line by
 * itself has the same cells, and quotes that are taken to hold cells together are wrong somewhere, or swallow lines.
 * Between commas the same is a mistake as a rule.
 */
function quotesAreLetters(text: string, isWhole: boolean, delimiter: string): boolean {
  const beginning = text.slice(0, QUOTES_SAMPLE);
  const isCut = !isWhole || beginning.length < text.length;
  const sample = isCut ? beginning.slice(0, beginning.lastIndexOf('\n') + 1) : beginning;
  const letters = { delimiter: TAB, quoteChar: NO_QUOTE };
  // Before a cell of the rest is cut.
  const width = Papa.parse<string[]>(sample, { ...letters, preview: 1 }).data[0]?.length ?? 0;
  if (width < 2 || width > MAX_COLUMNS) return false;
  const lines = Papa.parse<string[]>(sample, letters).data.filter((row) => !isBlank(row));
  if (lines.length < FEWEST_LINES || lines.some((row) => row.length !== width)) return false;
  const { data, errors } = Papa.parse<string[]>(sample, { delimiter });
  const isWrong = errors.some(({ type }) => type === 'Quotes');
  return (
    isWrong || (delimiter === TAB && data.filter((row) => !isBlank(row)).length !== lines.length)
  );
}

/** From the beginning: each candidate is tried, and the first rows may be the whole file. */
function guessDelimiter(text: string): string {
  return Papa.parse(text.slice(0, DELIMITER_SAMPLE), { preview: 10 }).meta.delimiter;
}

export function withoutLines(text: string, count: number): string {
  let from = 0;
  for (let line = 0; line < count; line++) {
    const end = text.indexOf('\n', from);
    if (end < 0) return '';
    from = end + 1;
  }
  return from === 0 ? text : text.slice(from);
}

/** Before a cell of the rest is cut: what is no table must not cost the memory of one. */
export function refuseWide(
  text: string,
  path: string,
  config: Papa.ParseConfig & { readonly delimiter: string },
): void {
  const first = Papa.parse<string[]>(text, { ...config, preview: 1 }).data[0];
  const width = first?.length ?? 0;
  if (width <= MAX_COLUMNS) return;
  throw inputError(
    'csv.too-many-columns',
    `The table has ${formatInteger(width)} columns; at most ${formatInteger(MAX_COLUMNS)} are read.`,
    {
      path,
      explanation:
        'Each row is one sample, each column one feature: is the table lying on its side?',
    },
  );
}

export const isBlank = (row: readonly string[] | undefined): boolean =>
  row === undefined || (row.length === 1 && row[0]?.trim() === '');

export const separatorName = (delimiter: string): string =>
  delimiter === '\t' ? 'tabs' : delimiter === ' ' ? 'spaces' : `"${delimiter}"`;

/** Rows looked at to tell a header from data. */
const HEADER_SAMPLE = 100;

/**
 * A header is a first row with words above numbers. Where every column holds words, it is one if none of
 * its cells comes again in its column.
 */
export function looksLikeHeader(
  rows: readonly (readonly string[])[],
  decimalComma: boolean,
): boolean {
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

export function columnNames(header: readonly string[]): readonly string[] {
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

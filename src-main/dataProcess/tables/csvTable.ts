/** Tables of text, read by DuckDB as our own look at their beginning says; with the line of what is wrong. */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import {
  type Dialect,
  type Encoding,
  noRowsError,
  quotesError,
  readDialect,
  rowLengthError,
  type RowOptions,
} from '#engine/datasets/index.ts';
import { errorMessage } from '#engine/ir/errors.ts';
import { InputError, inputError } from '#engine/ir/index.ts';
import type { FileFact } from '#engine/protocol/index.ts';
import { type Database, fileArguments, openDatabase, quoted } from './duckdb.ts';
import { askedBytes } from '../spill/resident.ts';
import { type OpenTable, column, columnName, countRows, rawTable, TABLE } from './textColumns.ts';
import { type PlainFile, readBeginning, writePlain } from './textFile.ts';

interface LoadedText {
  readonly database: Database;
  readonly dialect: Dialect;
  readonly encoding: Encoding;
  readonly remove: () => Promise<void>;
}

const MAX_LINE_BYTES = 32 * 2 ** 20;

/** `shown`: as errors name it. `placeOf`: where a row stands in what the text was made from. */
export async function openCsv(
  path: string,
  shown: string,
  options: RowOptions,
  placeOf?: (row: number, hasHeader: boolean) => string,
): Promise<OpenTable> {
  const loaded = await loadText(path, shown, options);
  const { database, dialect, encoding } = loaded;
  const close = async (): Promise<void> => {
    await database.close();
    await loaded.remove();
  };
  const rowCount = await countRows(database);
  if (rowCount === 0) {
    await close();
    throw noRowsError(shown);
  }
  const { names, decimalComma } = dialect;
  return rawTable({
    ...{ database, path: shown, names, rowCount, decimalComma, close },
    facts: factsOf(loaded),
    notes: encoding === 'utf-8' ? [] : [`The file is read as ${encoding}.`],
    placeOf: async (row) =>
      placeOf?.(row, dialect.hasHeader) ?? `line ${await lineOfRow(loaded, row)}`,
  });
}

const SEPARATORS = new Map([
  [',', 'comma'],
  [';', 'semicolon'],
  ['\t', 'tab'],
  ['|', 'vertical bar'],
  [' ', 'space'],
]);

function factsOf({ dialect, encoding }: LoadedText): readonly FileFact[] {
  const { delimiter, hasQuotes, hasHeader, skipLines, decimalComma } = dialect;
  return [
    { label: 'Separator', text: SEPARATORS.get(delimiter) ?? delimiter },
    { label: 'Quotes', text: hasQuotes ? 'hold cells together' : 'are letters' },
    { label: 'Encoding', text: encoding.toUpperCase() },
    { label: 'First row', text: hasHeader ? 'names of columns' : 'data' },
    ...(skipLines > 0 ? [{ label: 'Lines before it', text: String(skipLines) }] : []),
    ...(decimalComma ? [{ label: 'Numbers', text: '1.5 or 1,5' }] : []),
  ];
}

async function loadText(path: string, shown: string, options: RowOptions): Promise<LoadedText> {
  const beginning = await readBeginning(path, shown);
  const dialect = readDialect(beginning.text, beginning.isWhole, shown, options);
  const isPlain = beginning.encoding === 'utf-8' && !beginning.isMixed;
  const read = async (encoding: Encoding): Promise<LoadedText> => {
    const plain: PlainFile =
      isPlain && encoding === 'utf-8'
        ? { path, remove: () => Promise.resolve() }
        : await writePlain(path, beginning, encoding, shown);
    const lineEnd = plain.path === path ? dialect.lineEnd : '\n';
    const database = await openDatabase([plain.path]);
    const { remove } = plain;
    try {
      const isGzip = beginning.isGzip && plain.path === path;
      const text = { ...dialect, ...{ lineEnd, isGzip, path: plain.path } };
      await fill(database, text, shown);
      return { database, dialect, encoding, remove };
    } catch (error) {
      await database.close();
      await remove();
      throw error;
    }
  };
  try {
    return await read(beginning.encoding);
  } catch (error) {
    // Letters of a code page further down than the beginning.
    if (error instanceof InputError && error.problems[0]?.code === 'csv.encoding') {
      return read('windows-1252');
    }
    throw error;
  }
}

/** What is read: the file itself, or what was written anew. */
interface TextFile extends Dialect {
  readonly path: string;
  readonly isGzip: boolean;
}

async function fill(database: Database, file: TextFile, shown: string): Promise<void> {
  const columns = file.names.map((_, i) => `${quoted(columnName(i))}: 'VARCHAR'`);
  const settings = [
    'auto_detect = false',
    `delim = ${quoted(file.delimiter)}`,
    `quote = ${quoted(file.hasQuotes ? '"' : '')}`,
    `escape = ${quoted(file.hasQuotes ? '"' : '')}`,
    `header = ${file.hasHeader}`,
    `skip = ${file.skipLines}`,
    `new_line = ${quoted(file.lineEnd.replace('\r', '\\r').replace('\n', '\\n'))}`,
    `columns = {${columns.join(', ')}}`,
    `max_line_size = ${MAX_LINE_BYTES}`,
    // By default sixteen lines of this length, for every thread.
    ...(askedBytes() === null ? [] : [`buffer_size = ${2 * MAX_LINE_BYTES}`]),
    `compression = ${quoted(file.isGzip ? 'gzip' : 'none')}`,
    'store_rejects = true',
    'rejects_limit = 100',
  ];
  const from = `read_csv(${fileArguments(file.path)}, ${settings.join(', ')})`;
  try {
    await database.run(`CREATE TABLE ${TABLE} AS SELECT * FROM ${from}`);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw inputError('csv.unreadable', 'The file cannot be cut into rows and cells.', {
      path: shown,
      explanation: errorMessage(error).split('\n')[0] ?? '',
    });
  }
  await refuseRejects(database, file, shown);
}

async function refuseRejects(database: Database, file: TextFile, shown: string): Promise<void> {
  const found = await database.rows(
    `SELECT line_byte_position AS at, error_type, csv_line, column_idx FROM reject_errors
     WHERE trim(csv_line) <> '' ORDER BY line_byte_position, column_idx LIMIT 1`,
  );
  const [first] = found;
  if (!first) return;
  const place = `${shown}, line ${await lineAt(file, Number(first['at']) - 1)}`;
  const width = file.names.length;
  switch (first['error_type']) {
    case 'INVALID ENCODING':
      throw inputError('csv.encoding', 'This is no UTF-8.', { path: place });
    case 'MISSING COLUMNS':
      throw rowLengthError(Number(first['column_idx']), width, file.delimiter, place);
    case 'TOO MANY COLUMNS':
      throw rowLengthError(null, width, file.delimiter, place);
    case 'UNQUOTED VALUE':
      throw quotesError(String(first['csv_line']).includes('\n'), place);
    default:
      throw inputError('csv.unreadable', 'This line cannot be cut into cells.', {
        path: place,
        explanation: String(first['error_type']).toLowerCase(),
      });
  }
}

/** The number of the line that begins at a byte, from 1. */
async function lineAt({ path, isGzip }: TextFile, byte: number): Promise<number> {
  let line = 1;
  if (byte <= 0) return line;
  let last = 0;
  let at = 0;
  const file = createReadStream(path);
  const bytes = isGzip ? file.pipe(createGunzip()) : file;
  for await (const part of bytes as AsyncIterable<Uint8Array>) {
    for (const each of part.subarray(0, byte - at)) {
      // A return with its new line is one end.
      if (each === 10 && last !== 13) line += 1;
      else if (each === 13) line += 1;
      last = each;
    }
    at += part.length;
    if (at >= byte) break;
  }
  file.destroy();
  return line;
}

/**
 * Where a row begins in the file: lines above it, those within quoted cells too. Blank ones are not counted, as they
 * are no rows; where there are any, the number is too small by these.
 */
async function lineOfRow({ database, dialect }: LoadedText, row: number): Promise<number> {
  const all = dialect.names.map((_, i) => `coalesce(${column(i)}, '')`).join(' || ');
  const [found] = await database.rows(
    `SELECT coalesce(sum(len(x) - len(replace(x, chr(10), ''))), 0) AS breaks
     FROM (SELECT ${all} AS x FROM ${TABLE} LIMIT ${row})`,
  );
  const above = dialect.skipLines + Number(dialect.hasHeader) + Number(found?.['breaks'] ?? 0);
  return above + row + 1;
}

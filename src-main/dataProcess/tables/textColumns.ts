/** Columns that were read as text: which are numbers, dates or words, told from every cell. */
import {
  byNumberOrWord,
  MOSTLY_NUMBERS,
  numbersOf,
  parseDate,
  parseMoment,
  type RawTable,
  type TableColumn,
} from '#engine/datasets/index.ts';
import { inputError } from '#engine/ir/index.ts';
import type { FileFact } from '#engine/protocol/index.ts';
import { own } from '#engine/ir/record.ts';
import { type Database, named, quoted } from './duckdb.ts';

/** What the rows are in, and a column of it. */
export const TABLE = 't';
export const columnName = (index: number): string => `c${index}`;
export const column = (index: number): string => named(columnName(index));

/** Values of values.ts as SQL has them; a test holds the two together. */
const MISSING = ['', 'na', 'n/a', 'nan', 'null', '?'];
const NUMBER = '[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?';
const COMMA_NUMBER = '[+-]?\\d+,\\d+([eE][+-]?\\d+)?';
const MAX_FLOAT = 3.4028235677973366e38;
const BLANKS = quoted(' \t\n\r\v\f\u00a0');

/** Null where the cell is empty. */
export const filled = (cell: string): string => {
  const text = `trim(${cell}, ${BLANKS})`;
  // Not `IN`: of more than a few words that becomes a join for every column.
  const none = MISSING.map(quoted).join(', ');
  return `CASE WHEN list_contains([${none}], lower(${text})) THEN NULL ELSE ${text} END`;
};
/** A number, or null; one that a 32-bit float holds once `bounded`. */
const number = (text: string, decimalComma: boolean): string => {
  const plain = `CASE WHEN regexp_full_match(${text}, ${quoted(NUMBER)}) THEN TRY_CAST(${text} AS DOUBLE)`;
  return decimalComma
    ? `${plain} WHEN regexp_full_match(${text}, ${quoted(COMMA_NUMBER)}) THEN TRY_CAST(replace(${text}, ',', '.') AS DOUBLE) END`
    : `${plain} END`;
};
const bounded = (value: string): string =>
  `CASE WHEN abs(${value}) < ${MAX_FLOAT} THEN ${value} END`;

/** A query of columns `v0` (text, null where empty) and `n0` (numbers), and so on. */
export function cellsOf(
  columns: readonly number[],
  decimalComma: boolean,
  table: string = TABLE,
): string {
  const list = (of: (each: number) => string): string => columns.map(of).join(', ');
  const texts = `SELECT ${list((each) => `${filled(column(each))} AS v${each}`)} FROM ${table}`;
  const values = list((each) => `v${each}, ${number(`v${each}`, decimalComma)} AS n${each}`);
  const within = list((each) => `v${each}, ${bounded(`n${each}`)} AS n${each}`);
  return `SELECT ${within} FROM (SELECT ${values} FROM (${texts}))`;
}

/** A table of the database that is read: columns `c0`, `c1` of text, in the order of the file. */
export interface TextTable {
  readonly database: Database;
  /** As errors name the file. */
  readonly path: string;
  readonly names: readonly string[];
  readonly rowCount: number;
  /** Numbers may be written `1,5`. */
  readonly decimalComma: boolean;
  readonly notes: readonly string[];
  /** How the file was cut. */
  readonly facts: readonly FileFact[];
  /** `line 12`, of a row counted from 0. */
  readonly placeOf: (row: number) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** What its source reads, and what it is read from. */
export interface OpenTable extends RawTable {
  readonly text: TextTable;
}

export function rawTable(table: TextTable): OpenTable {
  const { database, path, names, rowCount, notes } = table;
  const place = async (row: number, at?: number): Promise<string> => {
    const where = `${path}, ${await table.placeOf(row)}`;
    return at === undefined ? where : `${where}, column ${at + 1} (${names[at]})`;
  };
  const cell = async (row: number, at: number): Promise<string> => {
    const [found] = await database.rows(
      `SELECT ${column(at)} AS cell FROM ${TABLE} LIMIT 1 OFFSET ${row}`,
    );
    return String(found?.['cell'] ?? '');
  };
  const source: Source = { ...table, place, cell, blocks: new Map() };
  return {
    ...{ path, names, rowCount, notes, place, cell, text: table, isLarge: false },
    close: () => table.close(),
    column: (index, maxCategories) => readColumn(source, index, maxCategories),
    async moments(index) {
      const words = await database.words(
        `SELECT ${filled(column(index))} AS v FROM ${TABLE}`,
        rowCount,
      );
      return numbersOf(
        Float64Array.from(words, (word) => (word === null ? NaN : (parseMoment(word) ?? NaN))),
      );
    },
    async cells(rows) {
      if (rows.length === 0) return [];
      const found = await database.rows(
        `SELECT * FROM ${TABLE} WHERE list_contains([${rows.join(', ')}], rowid) ORDER BY rowid`,
      );
      return found.map((row) => names.map((_, i) => String(own(row, columnName(i)) ?? '')));
    },
  };
}

export async function countRows(database: Database): Promise<number> {
  const [count] = await database.rows(`SELECT count(*) AS n FROM ${TABLE}`);
  return Number(count?.['n'] ?? 0);
}

/** Columns side by side that are counted and read by one query: one for each would take minutes for thousands. */
interface Block {
  readonly counts: ReadonlyMap<number, Counts>;
  /** Of the columns of numbers only. */
  readonly numbers: ReadonlyMap<number, Float64Array>;
}
interface Counts {
  readonly filled: number;
  readonly numbers: number;
}

interface Source extends TextTable, Pick<RawTable, 'place' | 'cell'> {
  /** By the first column of each; only the last one is kept. */
  readonly blocks: Map<number, Block>;
}

const MOST_IN_BLOCK = 32;
/** 128 MiB of numbers. */
const BLOCK_CELLS = 2 ** 24;

async function blockOf(source: Source, index: number): Promise<Block> {
  const { database, names, decimalComma, rowCount, blocks } = source;
  const size = Math.max(1, Math.min(MOST_IN_BLOCK, Math.floor(BLOCK_CELLS / rowCount)));
  const first = index - (index % size);
  const kept = blocks.get(first);
  if (kept) return kept;
  const columns = names.slice(first, first + size).map((_, i) => first + i);
  const counts = new Map<number, Counts>();
  const numbers = new Map<number, Float64Array>();
  const read = async (found: readonly number[], from: string): Promise<void> => {
    if (found.length === 0) return;
    const list = found.map((each) => `n${each}`).join(', ');
    const sizes = { columns: found.length, rows: rowCount };
    const values = await database.numbers(`SELECT ${list} FROM (${from})`, sizes);
    found.forEach((each, i) => numbers.set(each, values[i] ?? new Float64Array(0)));
  };
  const plain = await plainNumbers(database, columns);
  for (const [each, filledCells] of plain) {
    counts.set(each, { filled: filledCells, numbers: filledCells });
  }
  await read([...plain.keys()], castsOf([...plain.keys()]));
  const others = columns.filter((each) => !plain.has(each));
  if (others.length > 0) {
    const cells = cellsOf(others, decimalComma);
    const asked = others.map((each) => `count(v${each}) AS f${each}, count(n${each}) AS n${each}`);
    const [found] = await database.rows(`SELECT ${asked.join(', ')} FROM (${cells})`);
    const isNumber = (each: number): boolean => {
      const filledCells = Number(found?.[`f${each}`] ?? 0);
      const count = { filled: filledCells, numbers: Number(found?.[`n${each}`] ?? 0) };
      counts.set(each, count);
      return filledCells > 0 && count.numbers === filledCells;
    };
    const numeric = others.filter(isNumber);
    await read(numeric, cellsOf(numeric, decimalComma));
  }
  const block = { counts, numbers };
  blocks.clear();
  // One column is for whoever asked: of a table of many rows it would only be in the way.
  if (size > 1) blocks.set(first, block);
  return block;
}

const castsOf = (columns: readonly number[]): string =>
  `SELECT ${columns.map((each) => `TRY_CAST(${column(each)} AS DOUBLE) AS n${each}`).join(', ')} FROM ${TABLE}`;

/** Columns that hold nothing but plain numbers and gaps, with how many cells are filled: the most, and soon told. */
async function plainNumbers(
  database: Database,
  columns: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const asked = columns.map(
    (each) =>
      `count(${columnName(each)}) AS f${each}, count(n${each}) AS n${each}, max(abs(n${each})) AS m${each},
       count(*) FILTER (isnan(n${each}) OR contains(${columnName(each)}, '_')) AS o${each}`,
  );
  const both = columns.map(
    (each) => `${column(each)}, TRY_CAST(${column(each)} AS DOUBLE) AS n${each}`,
  );
  const from = `SELECT ${both.join(', ')} FROM ${TABLE}`;
  const [found] = await database.rows(`SELECT ${asked.join(', ')} FROM (${from})`);
  return new Map(
    columns.flatMap((each): [number, number][] => {
      const [filledCells, parsed, most, odd] = ['f', 'n', 'm', 'o'].map((key) =>
        Number(found?.[`${key}${each}`] ?? NaN),
      );
      const isPlain = filledCells === parsed && odd === 0 && (most ?? NaN) < MAX_FLOAT;
      return isPlain && filledCells ? [[each, filledCells]] : [];
    }),
  );
}

async function readColumn(
  source: Source,
  index: number,
  maxCategories: number,
): Promise<TableColumn> {
  const { names, rowCount } = source;
  const name = names[index] ?? '';
  const block = await blockOf(source, index);
  const { filled: present, numbers } = block.counts.get(index) ?? { filled: 0, numbers: 0 };
  const base = { index, name, missing: rowCount - present };
  if (present === 0) return { ...base, kind: 'empty' };
  const read = block.numbers.get(index);
  if (read) return { ...base, kind: 'number', isDate: false, ...numbersOf(read) };
  if (numbers > MOSTLY_NUMBERS * present) throw await notANumber(source, index);
  // Cleaned once: it is asked several things.
  await source.database.run(
    `CREATE OR REPLACE TEMP TABLE ${WORDS} AS SELECT ${filled(column(index))} AS v FROM ${TABLE}`,
  );
  const dates = await readDates(source, present);
  if (dates) return { ...base, kind: 'number', isDate: true, ...numbersOf(dates) };
  return { ...base, ...(await readWords(source, maxCategories)) };
}

/** One column of text, `v`, null where a cell is empty. */
const WORDS = 'w';

async function notANumber(
  { database, place, cell, names, decimalComma }: Source,
  index: number,
): Promise<Error> {
  const cells = `SELECT *, row_number() OVER () - 1 AS row FROM (${cellsOf([index], decimalComma)})`;
  const [found] = await database.rows(
    `SELECT row FROM (${cells}) WHERE v${index} IS NOT NULL AND n${index} IS NULL ORDER BY row LIMIT 1`,
  );
  const row = Number(found?.['row'] ?? 0);
  return inputError(
    'csv.not-a-number',
    `"${await cell(row, index)}" is not a number, as the rest of its column is.`,
    {
      path: await place(row, index),
      explanation: `Correct it, leave the cell empty, or name the column ${names[index]} in the option "ignore".`,
    },
  );
}

/** Null where not all of them are dates. */
async function readDates(
  { database, rowCount }: Source,
  present: number,
): Promise<Float64Array | null> {
  const first = await database.rows(`SELECT v FROM ${WORDS} WHERE v IS NOT NULL LIMIT 1`);
  if (parseDate(String(first[0]?.['v'] ?? '')) === null) return null;
  const whole = String.raw`regexp_full_match(v, '\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?')`;
  const [counts] = await database.rows(
    `SELECT count(*) FILTER (${String.raw`regexp_matches(v, '^\d{4}-\d{2}')`}) AS dates,
            count(CASE WHEN ${whole} THEN TRY_CAST(v AS TIMESTAMP) END) AS moments
     FROM ${WORDS}`,
  );
  if (Number(counts?.['dates'] ?? 0) !== present) return null;
  if (Number(counts?.['moments'] ?? 0) === present) {
    const moments = `SELECT CAST(v AS TIMESTAMP) AS t FROM ${WORDS}`;
    const [years] = await database.numbers(`SELECT ${YEARS} FROM (${moments})`, {
      columns: 1,
      rows: rowCount,
    });
    return years ?? null;
  }
  const words = await database.words(`SELECT v FROM ${WORDS}`, rowCount);
  const years = Float64Array.from(words, (word) =>
    word === null ? NaN : (parseDate(word) ?? NaN),
  );
  const understood = years.reduce((sum, year) => sum + (year === year ? 1 : 0), 0);
  return understood === present ? years : null;
}

/** `parseDate` of values.ts, as the database computes it. */
const YEARS = `year(t) + ([0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][month(t)] + day(t) - 1
  + (hour(t) + minute(t) / 60 + second(t) / 3600) / 24) / CAST(365.25 AS DOUBLE)`;

/** Ends a query in the middle of a word. */
const NO_SQL = '\0';

async function readWords({ database, rowCount }: Source, maxCategories: number) {
  const found = await database.rows(
    `SELECT DISTINCT v FROM ${WORDS} WHERE v IS NOT NULL LIMIT ${maxCategories + 1}`,
  );
  if (found.length > maxCategories) {
    const [counts] = await database.rows(`SELECT count(DISTINCT v) AS n FROM ${WORDS}`);
    const none = new Float64Array(rowCount).fill(NaN);
    const distinct = Number(counts?.['n'] ?? 0);
    return { kind: 'text', distinct, categories: [], ...numbersOf(none) } as const;
  }
  const categories = found.map(({ v }) => String(v)).sort(byNumberOrWord);
  const distinct = categories.length;
  const told = async (): Promise<Float64Array> => {
    const positions = new Map(categories.map((word, i) => [word, i]));
    const words = await database.words(`SELECT v FROM ${WORDS}`, rowCount);
    return Float64Array.from(words, (word) => (word === null ? NaN : (positions.get(word) ?? NaN)));
  };
  const isSaid = categories.every((word) => !word.includes(NO_SQL));
  if (!isSaid)
    return { kind: 'text', ...{ distinct, categories }, ...numbersOf(await told()) } as const;
  // Told apart by the database: no word comes here but once.
  const list = categories.map(quoted).join(', ');
  const [positions] = await database.numbers(
    `SELECT CAST(enum_code(CAST(v AS ENUM (${list}))) AS DOUBLE) FROM ${WORDS}`,
    { columns: 1, rows: rowCount },
  );
  const none = new Float64Array(0);
  return { kind: 'text', ...{ distinct, categories }, ...numbersOf(positions ?? none) } as const;
}

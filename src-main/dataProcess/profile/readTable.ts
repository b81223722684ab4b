/**
 * A table as its profile looks at it: what each column holds, told as training tells it, from all rows or, of large
 * tables, from rows drawn at random; counts, ends and means are of all rows, computed where the text lies.
 */
import { MOSTLY_NUMBERS, parseDate } from '#engine/datasets/index.ts';
import { own } from '#engine/ir/record.ts';
import type { NumberFacts } from '#engine/protocol/index.ts';
import type { Row } from '../tables/duckdb.ts';
import {
  cellsOf,
  column as cell,
  columnName,
  filled,
  type OpenTable,
  TABLE,
} from '../tables/textColumns.ts';
import { numberFacts, present } from './statistics.ts';

/** More rows are looked at by so many of them. */
export const MOST_LOOKED_AT = 50_000;
const DRAWN = 'drawn';
const MOST_IN_QUERY = 32;
/** Rows that say the same are told by a hash of all columns: of wider tables that query is not asked. */
const MOST_HASHED = 1000;
const MOST_STRANGERS = 3;

export interface ReadColumn {
  readonly index: number;
  readonly name: string;
  /** `mixed`: numbers, and cells that are none; a reader refuses it. */
  readonly kind: 'numbers' | 'dates' | 'words' | 'mixed' | 'empty';
  /** Of the rows looked at: numbers, years with decimals, or places in `words`; NaN is a gap. */
  readonly values: Float64Array;
  readonly words: readonly string[];
  readonly isWhole: boolean;
  /** Of all rows. */
  readonly missing: number;
  readonly distinct: number;
  readonly distinctIsApproximate: boolean;
  readonly numbers: NumberFacts | null;
  /** Cells of a mixed column that are no numbers. */
  readonly strangers: { readonly count: number; readonly examples: readonly string[] } | null;
}

export interface ReadTable {
  readonly rowCount: number;
  /** Rows looked at, in the order of the file. */
  readonly looked: number;
  readonly columns: readonly ReadColumn[];
}

export async function readTable(
  { text }: OpenTable,
  onProgress: () => Promise<void>,
): Promise<ReadTable> {
  const { rowCount, names, database } = text;
  const isAll = rowCount <= MOST_LOOKED_AT;
  if (!isAll) {
    // A hash of the place: no period of the file can meet it, and the same file gives the same rows.
    const share = Math.round((MOST_LOOKED_AT / rowCount) * 1e9);
    await database.run(
      `CREATE OR REPLACE TEMP TABLE ${DRAWN} AS SELECT * FROM ${TABLE} WHERE hash(rowid) % 1000000000 < ${share}`,
    );
  }
  const table = isAll ? TABLE : DRAWN;
  const [counted] = await database.rows(`SELECT count(*) AS n FROM ${table}`);
  const looked = Number(counted?.['n'] ?? 0);
  const columns: ReadColumn[] = [];
  for (let first = 0; first < names.length; first += MOST_IN_QUERY) {
    const places = names.slice(first, first + MOST_IN_QUERY).map((_, i) => first + i);
    const seen = await readColumns(text, places, table, looked);
    columns.push(...(isAll ? seen : await overAll(text, seen)));
    await onProgress();
  }
  return { rowCount, looked, columns };
}

type Text = OpenTable['text'];

async function readColumns(
  { database, names, decimalComma }: Text,
  places: readonly number[],
  table: string,
  rows: number,
): Promise<readonly ReadColumn[]> {
  const cells = cellsOf(places, decimalComma, table);
  const counts = places.map((each) => `count(v${each}) AS f${each}, count(n${each}) AS n${each}`);
  const [found] = await database.rows(`SELECT ${counts.join(', ')} FROM (${cells})`);
  const count = (key: string): number => Number(own(found ?? {}, key) ?? 0);
  const isNumeric = (each: number): boolean =>
    count(`n${each}`) > 0 && count(`n${each}`) > MOSTLY_NUMBERS * count(`f${each}`);
  const numeric = places.filter(isNumeric);
  const lists = numeric.map((each) => `n${each}`).join(', ');
  const read =
    numeric.length === 0
      ? []
      : await database.numbers(`SELECT ${lists} FROM (${cells})`, {
          ...{ columns: numeric.length, rows },
        });
  const all: ReadColumn[] = [];
  for (const index of places) {
    const base = { index, name: names[index] ?? '', missing: rows - count(`f${index}`) };
    const values = read[numeric.indexOf(index)];
    if (count(`f${index}`) === 0) all.push({ ...base, ...EMPTY, values: noValues(rows) });
    else if (values) {
      const strangers = count(`f${index}`) - count(`n${index}`);
      const examples = strangers > 0 ? await strangersOf(database, cells, index) : [];
      all.push({ ...base, ...ofNumbers(values, 'numbers'), ...strange(strangers, examples) });
    } else {
      const words = await database.words(`SELECT ${filled(cell(index))} FROM ${table}`, rows);
      all.push({ ...base, ...ofWords(words) });
    }
  }
  return all;
}

const noValues = (rows: number): Float64Array => new Float64Array(rows).fill(NaN);

const EMPTY: Omit<Contents, 'values'> = {
  ...{ kind: 'empty', words: [], isWhole: false, distinct: 0 },
  ...{ distinctIsApproximate: false, numbers: null, strangers: null },
};

const strange = (
  count: number,
  examples: readonly string[],
): Partial<Pick<ReadColumn, 'kind' | 'strangers'>> =>
  count === 0 ? {} : { kind: 'mixed', strangers: { count, examples } };

async function strangersOf(
  database: Text['database'],
  cells: string,
  index: number,
): Promise<readonly string[]> {
  const found = await database.rows(
    `SELECT DISTINCT v${index} AS v FROM (${cells}) WHERE v${index} IS NOT NULL AND n${index} IS NULL LIMIT ${MOST_STRANGERS}`,
  );
  return found.map(({ v }) => String(v));
}

type Contents = Omit<ReadColumn, 'index' | 'name' | 'missing'>;

function ofNumbers(values: Float64Array, kind: 'numbers' | 'dates'): Contents {
  const sorted = present(values).sort();
  let distinct = 0;
  for (const [place, value] of sorted.entries()) {
    if (place === 0 || value !== sorted[place - 1]) distinct += 1;
  }
  return {
    ...{ kind, values, distinct, words: [], distinctIsApproximate: false, strangers: null },
    isWhole: sorted.every(Number.isInteger),
    numbers: sorted.length > 0 ? numberFacts(sorted) : null,
  };
}

function ofWords(cells: readonly (string | null)[]): Contents {
  const first = cells.find((text) => text !== null);
  if (first != null && parseDate(first) !== null) {
    const years = cells.map((text) => (text === null ? NaN : parseDate(text)));
    if (!years.includes(null)) {
      return ofNumbers(
        Float64Array.from(years, (year) => year ?? NaN),
        'dates',
      );
    }
  }
  const places = new Map<string, number>();
  const values = Float64Array.from(cells, (text) => {
    if (text === null) return NaN;
    const known = places.get(text) ?? places.size;
    places.set(text, known);
    return known;
  });
  return {
    ...{ kind: 'words', values, words: [...places.keys()], distinct: places.size },
    ...{ isWhole: false, distinctIsApproximate: false, numbers: null, strangers: null },
  };
}

/** What was told of some rows, with counts, ends and means of all. */
async function overAll(
  { database, rowCount, decimalComma }: Text,
  seen: readonly ReadColumn[],
): Promise<readonly ReadColumn[]> {
  const asked = seen.map(({ index, kind }) => {
    const text = cell(index);
    if (kind !== 'numbers') {
      const v = soonFilled(text);
      const ends = kind === 'dates' ? `, min(${v}) AS a${index}, max(${v}) AS z${index}` : '';
      return `count(${v}) AS f${index}, approx_count_distinct(${text}) AS d${index}${ends}`;
    }
    return `count(${text}) AS f${index}, count(n${index}) AS n${index}, ${momentsOf(index)}`;
  });
  const numeric = seen.filter(({ kind }) => kind === 'numbers');
  const casts = numeric.map(({ index }) => `TRY_CAST(${cell(index)} AS DOUBLE) AS n${index}`);
  const from = `SELECT ${['*', ...casts].join(', ')} FROM ${TABLE}`;
  const [found] = await database.rows(`SELECT ${asked.join(', ')} FROM (${from})`);
  const unsure = numeric.filter(({ index }) => found?.[`f${index}`] !== found?.[`n${index}`]);
  // Words for what is missing, decimal commas, or cells that are no numbers: asked again, as a reader reads them.
  const again = new Map<number, Row>();
  for (const { index } of unsure) {
    const cells = cellsOf([index], decimalComma);
    const [row] = await database.rows(
      `SELECT count(v${index}) AS f${index}, count(n${index}) AS n${index}, ${momentsOf(index)} FROM (${cells})`,
    );
    if (row) again.set(index, row);
  }
  return Promise.all(
    seen.map(async (column) => {
      const { index } = column;
      const row = again.get(index) ?? found ?? {};
      const whole = withAll(column, row, rowCount);
      const strangers = Number(row[`f${index}`] ?? 0) - Number(row[`n${index}`] ?? 0);
      if (column.kind !== 'numbers' || strangers === 0) return whole;
      const cells = cellsOf([index], decimalComma);
      return { ...whole, ...strange(strangers, await strangersOf(database, cells, index)) };
    }),
  );
}

/** As `filled`, for counting and for ends: only what begins as a gap may is looked at closely. */
const soonFilled = (text: string): string => {
  const first = `unicode(${text})`;
  const mayBeGap = `${first} <= 32 OR ${['?', 'N', 'n', '\u00a0'].map((c) => `${first} = ${c.codePointAt(0) ?? 0}`).join(' OR ')}`;
  return `CASE WHEN ${mayBeGap} THEN ${filled(text)} ELSE ${text} END`;
};

const momentsOf = (index: number): string => {
  const n = `n${index}`;
  return `min(${n}) AS a${index}, max(${n}) AS z${index}, avg(${n}) AS m${index},
    count(*) FILTER (${n} = 0) AS o${index}, approx_count_distinct(${n}) AS d${index}`;
};

function withAll(column: ReadColumn, row: Row, rowCount: number): ReadColumn {
  const { index, numbers, kind } = column;
  const value = (key: string): number => Number(row[`${key}${index}`] ?? NaN);
  const missing = rowCount - value('f');
  const distinct = Math.min(rowCount - missing, Math.max(column.distinct, value('d')));
  const counted = {
    ...{ missing, distinct },
    // What is not new in all the other rows was there already.
    distinctIsApproximate: value('d') > column.distinct * 0.5 && column.distinct > 50,
  };
  if (!numbers) return { ...column, ...counted };
  const year = (key: string): number => parseDate(String(row[`${key}${index}`])) ?? NaN;
  const ends =
    kind === 'dates'
      ? { min: year('a'), max: year('z') }
      : { min: value('a'), max: value('z'), mean: value('m'), zeros: value('o') };
  return { ...column, ...counted, numbers: { ...numbers, ...ends } };
}

/** Rows that say what an earlier one does, but for columns left out; null where that is not asked. */
export async function countDuplicates(
  { text: { database, names, rowCount } }: OpenTable,
  leftOut: ReadonlySet<number>,
): Promise<number | null> {
  const used = [...names.keys()].filter((index) => !leftOut.has(index));
  if (used.length === 0 || used.length > MOST_HASHED) return null;
  const all = used.map((index) => columnName(index)).join(', ');
  const [found] = await database.rows(
    `SELECT count(*) AS n FROM (SELECT DISTINCT hash(${all}) FROM ${TABLE})`,
  );
  return rowCount - Number(found?.['n'] ?? rowCount);
}

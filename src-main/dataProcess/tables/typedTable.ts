/** Parquet and JSON lines, whose cells have types: each is taken as the text that a table of text would hold. */
import { errorMessage } from '#engine/ir/errors.ts';
import { inputError } from '#engine/ir/index.ts';
import { type Database, fileArguments, openDatabase, quoted, type Row } from './duckdb.ts';
import { beginsAsGzip } from './textFile.ts';
import { type OpenTable, columnName, countRows, rawTable, TABLE } from './textColumns.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

const KINDS = {
  parquet: {
    name: 'Parquet',
    from: (path: string, _isGzip: boolean) => `read_parquet(${fileArguments(path)})`,
  },
  jsonLines: {
    name: 'JSON lines',
    from: (path: string, isGzip: boolean) =>
      `read_json(${fileArguments(path)}, compression = ${quoted(isGzip ? 'gzip' : 'uncompressed')}, format = 'newline_delimited', maximum_depth = 2, maximum_object_size = 16777216)`,
  },
} as const;
export type TypedKind = keyof typeof KINDS;

/** As of a table of text. */
const MAX_COLUMNS = 10_000;
/** Times as `2000-07-02 08:30:00`, whatever zone the machine is in. */
const MOMENT = /^(DATE|TIMESTAMP)/;
/** Lists, objects and bytes are no cells. */
const NO_CELL = /\[|^(STRUCT|MAP|UNION|BLOB|JSON|BIT|GEOMETRY|VARIANT)/;

export async function openTyped(path: string, shown: string, kind: TypedKind): Promise<OpenTable> {
  const database = await openDatabase([path]);
  try {
    const { names, left } = await fill(database, path, shown, kind);
    const rowCount = await countRows(database);
    if (rowCount === 0) throw inputError('table.empty', 'The table has no rows.', { path: shown });
    return rawTable({
      ...{ database, path: shown, names, rowCount, decimalComma: false },
      facts: [{ label: 'Format', text: KINDS[kind].name }],
      notes: left.map(
        ({ column_name: name, column_type: type }) =>
          `Column ${name} is left out: it holds ${String(type).toLowerCase().slice(0, 60)}.`,
      ),
      placeOf: (row) => Promise.resolve(`row ${row + 1}`),
      close: () => database.close(),
    });
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function fill(
  database: Database,
  path: string,
  shown: string,
  kind: TypedKind,
): Promise<{ readonly names: readonly string[]; readonly left: readonly Row[] }> {
  const { name: format, from } = KINDS[kind];
  const all = from(path, await beginsAsGzip(path));
  try {
    const found = await database.rows(`DESCRIBE SELECT * FROM ${all}`);
    if (found.length > MAX_COLUMNS) {
      throw inputError(
        'csv.too-many-columns',
        `The table has ${formatInteger(found.length)} columns; at most ${formatInteger(MAX_COLUMNS)} are read.`,
        { path: shown },
      );
    }
    const isCell = ({ column_type: type }: Row): boolean => !NO_CELL.test(String(type));
    const used = found.filter(isCell);
    if (used.length === 0) {
      throw inputError('table.no-columns', 'The table has no column of numbers or words.', {
        path: shown,
      });
    }
    // By their places: names may hold what no SQL can say.
    const places = found.map((_, i) => `f${i}`).join(', ');
    const cells = found.flatMap((each, i) => {
      if (!isCell(each)) return [];
      const text = MOMENT.test(String(each['column_type']))
        ? `strftime(CAST(f${i} AS TIMESTAMP), '%Y-%m-%d %H:%M:%S')`
        : `CAST(f${i} AS VARCHAR)`;
      return [text];
    });
    const columns = cells.map((cell, i) => `${cell} AS ${columnName(i)}`).join(', ');
    await database.run(`CREATE TABLE ${TABLE} AS SELECT ${columns} FROM ${all} AS f(${places})`);
    return {
      names: used.map(({ column_name: name }) => String(name)),
      left: found.filter((each) => !isCell(each)),
    };
  } catch (error) {
    if (error instanceof Error && error.name === 'InputError') throw error;
    throw inputError('table.unreadable', `This is no ${format} that can be read.`, {
      path: shown,
      explanation: told(error, path, shown),
    });
  }
}

/** The first words of what the database says, which names the line where there is one. */
function told(error: unknown, path: string, shown: string): string {
  const [first = ''] = errorMessage(error).split('\n');
  return first.replaceAll(path, shown);
}

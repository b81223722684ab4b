/**
 * DuckDB as files from anywhere may meet it: little memory, spilling to the disk beyond, no network, no extensions,
 * no files but those that it is opened for, and no way to ask for more. The one file that knows its package.
 * Reference: https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { worked } from '../work.ts';
import { errorMessage } from '#engine/ir/errors.ts';
import { inputError } from '#engine/ir/index.ts';
import { askedBytes, RESIDENT_MB } from '../spill/resident.ts';
import { type DuckDBConnection, type DuckDBDataChunk, DuckDBInstance } from '@duckdb/node-api';

/** Of the memory that is free, but a table of ten thousand columns needs 2 GiB. */
const MEMORY_SHARE = 0.5;
const MEMORY_GIB = { least: 1, most: 4 } as const;
/** With half of it some files of gigabytes cannot be read. */
const LEAST_MIB = 512;
/** Of what may be held; the rest is for what is read from it. */
const ASKED_SHARE = 0.5;
const WATCH_MS = 1000;
const SPILL_LIMIT = '50GB';

export type Cell = string | number | bigint | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

export interface Database {
  run(sql: string): Promise<void>;
  /** All rows, numbers as JavaScript has them, what it has not as text. */
  rows(sql: string): Promise<readonly Row[]>;
  /** Of a query of so many columns of DOUBLE and so many rows; null is NaN. */
  numbers(
    sql: string,
    size: { readonly columns: number; readonly rows: number },
  ): Promise<readonly Float64Array[]>;
  /** Of a query of one column of VARCHAR. */
  words(sql: string, count: number): Promise<readonly (string | null)[]>;
  close(): Promise<void>;
}

/** `paths`: the files that may be read. */
export async function openDatabase(paths: readonly string[]): Promise<Database> {
  const spill = await mkdtemp(join(tmpdir(), 'netloom-data-'));
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(Math.max(1, availableParallelism())),
    memory_limit: memoryLimit(),
    temp_directory: spill,
    max_temp_directory_size: SPILL_LIMIT,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  });
  const connection = await instance.connect();
  // Paths in this order: access can only be narrowed, and after the lock nothing can be asked for.
  const allowed = [...paths, ...paths.map(asPattern)].map(quoted).join(', ');
  await connection.run('SET enable_progress_bar = true');
  await connection.run('SET enable_progress_bar_print = false');
  await connection.run(`SET allowed_paths = [${allowed}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
  return {
    run: async (sql) => void (await watched(connection, connection.run(sql))),
    rows: async (sql) => {
      const found = await watched(connection, connection.runAndReadAll(sql));
      return found.getRowObjectsJson() as unknown as readonly Row[];
    },
    numbers: (sql, size) => readNumbers(connection, sql, size),
    words: (sql, count) => readWords(connection, sql, count),
    async close() {
      connection.closeSync();
      instance.closeSync();
      await rm(spill, { recursive: true, force: true });
    },
  };
}

/** A query of minutes goes on as long as the database says that it is further. */
async function watched<T>(connection: DuckDBConnection, query: Promise<T>): Promise<T> {
  let last = -1;
  const watch = setInterval(() => {
    const { percentage } = connection.progress;
    if (percentage !== last) worked();
    last = percentage;
  }, WATCH_MS);
  try {
    return await query;
  } catch (error) {
    throw asOutOfMemory(error);
  } finally {
    clearInterval(watch);
    worked();
  }
}

function asOutOfMemory(error: unknown): unknown {
  const text = errorMessage(error);
  if (!text.startsWith('Out of Memory')) return error;
  return inputError('data.database-memory', 'The memory for reading tables is too small.', {
    explanation: `${text.split('\n')[0]}. Free some memory, allow more (${RESIDENT_MB}, in megabytes), or leave columns out.`,
  });
}

function memoryLimit(): string {
  const asked = askedBytes();
  const free = (process.availableMemory() / 2 ** 30) * MEMORY_SHARE;
  const gib = Math.min(MEMORY_GIB.most, Math.max(MEMORY_GIB.least, free));
  const mebibytes =
    asked === null ? gib * 1024 : Math.max(LEAST_MIB, (asked * ASKED_SHARE) / 2 ** 20);
  return `${Math.floor(mebibytes)}MiB`;
}

async function readNumbers(
  connection: DuckDBConnection,
  sql: string,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): Promise<readonly Float64Array[]> {
  const all = Array.from({ length: columns }, () => new Float64Array(rows).fill(NaN));
  let at = 0;
  await eachChunk(connection, sql, (chunk) => {
    for (const [k, values] of all.entries()) {
      for (const [i, cell] of chunk.getColumnValues(k).entries()) {
        if (typeof cell === 'number') values[at + i] = cell;
      }
    }
    at += chunk.rowCount;
  });
  return all;
}

async function readWords(
  connection: DuckDBConnection,
  sql: string,
  count: number,
): Promise<readonly (string | null)[]> {
  const values: (string | null)[] = [];
  await eachChunk(connection, sql, (chunk) => {
    for (const cell of chunk.getColumnValues(0)) {
      values.push(typeof cell === 'string' ? cell : null);
    }
  });
  if (values.length !== count) throw new Error(`${values.length} cells of ${count}`);
  return values;
}

async function eachChunk(
  connection: DuckDBConnection,
  sql: string,
  use: (chunk: DuckDBDataChunk) => void,
): Promise<void> {
  const result = await watched(connection, connection.stream(sql));
  for (;;) {
    const chunk = await result.fetchChunk().catch((error: unknown) => {
      throw asOutOfMemory(error);
    });
    if (!chunk || chunk.rowCount === 0) return;
    worked();
    use(chunk);
  }
}

/** The pattern that only this path fits: names of files may hold `[`, `*` and `?`. */
const asPattern = (path: string): string => path.replace(/[[*?]/g, (mark) => `[${mark}]`);

/**
 * The arguments by which a function of DuckDB reads a file: exactly this one, whatever its name, and nothing of the names of
 * its folders, which DuckDB takes for columns (`a=5`).
 */
export const fileArguments = (path: string): string =>
  `${quoted(asPattern(path))}, hive_partitioning = false`;

/** As a literal of SQL. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/** As a name in SQL. */
export const named = (text: string): string => `"${text.replaceAll('"', '""')}"`;

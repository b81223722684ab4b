/**
 * A database file of the data folder (the record of runs, the queue, the sweeps): opened for writing where that is possible, else for reading, in the ways
 * that a read-only or full disk leaves open. Never throws while opening: what can be read is read, and who
 * wants to write is told why not. Knows nothing of what is in it but the version of its tables.
 * Reference: https://www.sqlite.org/wal.html#read_only_databases.
 */
import {
  closeSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { errorMessage } from '#engine/ir/errors.ts';
import { InputError, inputError } from '#engine/ir/index.ts';
import { asInputError, type StoreName } from '#engine/ir/systemError.ts';
import { closingError } from './closing.ts';
import { makePrivateFolder } from './stateFiles.ts';

/** The code of the refusal of `mayUpgrade`; asked of the record alone. */
export const IN_USE = 'runs.in-use';

/** SQL, or what does it; within a transaction either way. */
export type SchemaStep = string | ((db: DatabaseSync) => void);

export interface DatabaseOptions {
  readonly path: string;
  /** What is in it, as errors call it. */
  readonly holds: StoreName;
  /**
   * What makes the tables of version n + 1 from those of version n, by n; the first from nothing. What is
   * there is kept, or it is no step.
   */
  readonly steps: readonly SchemaStep[];
  /** Asked before tables of an earlier version are changed; throws InputError where they must wait. */
  readonly mayUpgrade?: (db: DatabaseSync) => void;
}

/** Tables that must wait are asked about again by whoever reads, not oftener. */
const RETRY_MS = 2_000;

interface Reading {
  readonly db: DatabaseSync;
  /** A copy to be thrown away afterwards. */
  readonly copy?: string;
}

export class StateDatabase {
  readonly #options: DatabaseOptions;
  #db: DatabaseSync;
  #copy: string | undefined;
  #refusal: InputError | null = null;
  #triedAtMs = performance.now();
  #closed = false;

  constructor(options: DatabaseOptions) {
    this.#options = options;
    try {
      this.#db = openForWriting(options);
    } catch (error) {
      this.#refusal = this.#known(error);
      const reading = openForReading(options);
      this.#db = reading.db;
      this.#copy = reading.copy;
    }
  }

  /** Why nothing can be written; null where it can. */
  get refusal(): InputError | null {
    return this.#refusal;
  }

  /** Throws InputError for everything that is the disk's fault. */
  read<T>(work: (db: DatabaseSync) => T): T {
    if (this.#closed) throw closingError();
    this.#lookAgain();
    try {
      return work(this.#db);
    } catch (error) {
      const { path, holds } = this.#options;
      throw asInputError(error, path, 'reading', holds);
    }
  }

  /** Everything or nothing. Another writer is waited for before, not run into half way. */
  write<T>(work: (db: DatabaseSync) => T): T {
    if (this.#closed) throw closingError();
    if (this.#refusal) this.#tryAgain();
    try {
      return atOnce(this.#db, () => work(this.#db));
    } catch (error) {
      const { path, holds } = this.#options;
      throw asInputError(error, path, 'writing', holds);
    }
  }

  /** Who asks afterwards is refused in words: a call may outlast what it asks. */
  close(): void {
    this.#closed = true;
    this.#db.close();
    this.#removeCopy();
  }

  /** What waits for somebody else to be done is shown as it is then. */
  #lookAgain(): void {
    if (this.#refusal?.problems[0]?.code !== IN_USE) return;
    if (performance.now() - this.#triedAtMs < RETRY_MS) return;
    try {
      this.#tryAgain();
    } catch {
      // Shown as it was.
    }
  }

  /** The disk may have been emptied or changed since. */
  #tryAgain(): void {
    this.#triedAtMs = performance.now();
    try {
      const db = openForWriting(this.#options);
      this.#db.close();
      this.#removeCopy();
      this.#db = db;
      this.#refusal = null;
    } catch (error) {
      this.#refusal = this.#known(error);
      throw this.#refusal;
    }
  }

  #known(error: unknown): InputError {
    const { path, holds } = this.#options;
    const known = asInputError(error, path, 'writing', holds);
    if (known instanceof InputError) return known;
    const why = errorMessage(error);
    return inputError(`${holds.code}.cannot-open`, `${holds.name} cannot be opened: ${why}.`, {
      path,
    });
  }

  #removeCopy(): void {
    if (this.#copy !== undefined) rmSync(this.#copy, { recursive: true, force: true });
    this.#copy = undefined;
  }
}

function openForWriting({ path, holds, steps, mayUpgrade }: DatabaseOptions): DatabaseSync {
  makePrivateFolder(dirname(path));
  // Made by us where it is new: SQLite would let others read it, and what lies beside it takes after it.
  closeSync(openSync(path, 'a', 0o600));
  const db = new DatabaseSync(path);
  try {
    db.exec('PRAGMA busy_timeout = 5000');
    // Before anything is changed.
    if (versionOf(db) > steps.length) {
      const message = `${holds.name} was written by a newer version of Netloom.`;
      throw inputError(`${holds.code}.newer`, message, { path });
    }
    const version = versionOf(db);
    if (version > 0 && version < steps.length) mayUpgrade?.(db);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;');
    atOnce(db, () => upgrade(db, steps));
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The first way that shows the tables; without one there is nothing to be seen. */
function openForReading({ path, steps }: DatabaseOptions): Reading {
  const ways: readonly (() => Reading)[] = [
    () => ({ db: new DatabaseSync(path, { readOnly: true }) }),
    // What was written last lies in the log beside it, which is read only where it may be written.
    () => copied(path),
    () => ({ db: unchanging(path) }),
    // Of an earlier version: brought up to date where that changes nothing.
    () => copied(path, true),
  ];
  for (const open of existsSync(path) ? ways : []) {
    let reading: Reading | undefined;
    try {
      reading = open();
      const { db, copy } = reading;
      if (copy !== undefined && versionOf(db) > 0) atOnce(db, () => upgrade(db, steps));
      if (versionOf(db) === steps.length) return reading;
    } catch {
      // The next way may do.
    }
    reading?.db.close();
    if (reading?.copy !== undefined) rmSync(reading.copy, { recursive: true, force: true });
  }
  const empty = new DatabaseSync(':memory:');
  upgrade(empty, steps);
  return { db: empty };
}

function copied(path: string, withoutLog = false): Reading {
  const log = `${path}-wal`;
  const found = statSync(log, { throwIfNoEntry: false });
  const hasLog = found?.isFile() === true && found.size > 0;
  if (!hasLog && !withoutLog) throw new Error('there is no log to be read');
  const copy = mkdtempSync(join(tmpdir(), 'netloom-db-'));
  try {
    for (const suffix of hasLog ? ['', '-wal'] : [''])
      copyFileSync(`${path}${suffix}`, join(copy, `copy.db${suffix}`));
    chmodSync(join(copy, 'copy.db'), 0o600);
    return { db: new DatabaseSync(join(copy, 'copy.db')), copy };
  } catch (error) {
    rmSync(copy, { recursive: true, force: true });
    throw error;
  }
}

/** Needs no file beside it: for a disk on which none can be made. */
function unchanging(path: string): DatabaseSync {
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  return new DatabaseSync(url, { readOnly: true });
}

/** One version after the other, up to this program's. */
function upgrade(db: DatabaseSync, steps: readonly SchemaStep[]): void {
  const version = versionOf(db);
  // A later one is nothing that this program could make less of.
  if (version >= steps.length) return;
  for (const step of steps.slice(version)) {
    if (typeof step === 'string') db.exec(step);
    else step(db);
  }
  db.exec(`PRAGMA user_version = ${steps.length}`);
}

function versionOf(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
}

function atOnce<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk has rolled back already.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/**
 * One writer of a folder at a time, of whatever process: SQLite's lock of a file beside it, which the system takes
 * back from a process that dies, whenever that is.
 */
import { DatabaseSync } from 'node:sqlite';
import { errorCode } from '#engine/ir/errors.ts';
import { asInputError } from '#engine/ir/systemError.ts';

/** Primary result codes: https://www.sqlite.org/rescode.html */
const BUSY = 5;

/** What frees it again; null where another has it. Throws InputError where the disk lets nobody lock. */
export function lockFolder(path: string): (() => void) | null {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path);
    db.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
    const held = db;
    return () => held.close();
  } catch (error) {
    db?.close();
    if (errorCode(error) === 'ERR_SQLITE_ERROR' && resultCode(error) === BUSY) return null;
    throw asInputError(error, path, 'writing');
  }
}

const resultCode = (error: unknown): number =>
  error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;

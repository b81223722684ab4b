/**
 * Node's cache of compiled code, in a folder of the data folder: whatever a program takes to start is compiled once, not
 * at every start. What runs from it is code, so nobody else may write it. Without it everything works as well.
 */
import { existsSync, lstatSync, mkdirSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';

/** Node's own name: children keep what they compile there, too. */
const VARIABLE = 'NODE_COMPILE_CACHE';
const FOLDER = 'compiled';
const OTHERS_MAY_WRITE = 0o022;

let kept: string | null = null;

/** Before anything large is loaded. A data folder that is not there yet is not made for it. */
export function keepCompiled(stateFolder: string): void {
  // Somebody said where; Node has seen to it.
  if (process.env[VARIABLE] !== undefined || !existsSync(stateFolder)) return;
  const folder = join(stateFolder, FOLDER);
  try {
    mkdirSync(folder, { mode: 0o700, recursive: true });
    if (!isOurs(folder)) return;
    module.enableCompileCache(folder);
    kept = folder;
  } catch {
    // On a disk that is full or read-only it is compiled anew each time.
  }
}

/** What a child is started with. */
export const compiledEnv = (): Readonly<Record<string, string>> =>
  kept === null ? {} : { [VARIABLE]: kept };

/**
 * Call the answer where the program has loaded what it needs: a process that is ended by a signal would leave nothing
 * of it.
 */
export function writesCompiled(): () => void {
  let isWritten = false;
  return () => {
    if (isWritten) return;
    isWritten = true;
    setImmediate(() => module.flushCompileCache());
  };
}

function isOurs(folder: string): boolean {
  const found = lstatSync(folder);
  if (!found.isDirectory()) return false;
  if (process.platform === 'win32') return true;
  return found.uid === process.getuid?.() && (found.mode & OTHERS_MAY_WRITE) === 0;
}

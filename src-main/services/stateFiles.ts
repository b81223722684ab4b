/**
 * The files that Netloom keeps for itself: nobody else may read them, what was left open by earlier versions
 * is mended at start, and so is what a killed process left half written.
 */
import { chmodSync, statSync } from 'node:fs';
import { chmod, lstat, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { makeFolder, sweepParts, writeAtomic } from '#engine/platform/nodeWriting.ts';
import { namesIn } from './namesIn.ts';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const STICKY = 0o1000;

/** Throws InputError where it cannot be made. */
export function makePrivateFolder(path: string): void {
  makeFolder(path, FOLDER_MODE);
  closeFolder(path);
}

export async function writePrivate(path: string, text: string): Promise<void> {
  makePrivateFolder(dirname(path));
  await writeAtomic(path, text, { private: true, links: 'replace' });
}

/** A folder that others use too, because it was named as ours (`/tmp`, the home folder), is left alone. */
function closeFolder(path: string): void {
  if (process.platform === 'win32') return;
  try {
    const { mode, uid } = statSync(path);
    const shared =
      (mode & STICKY) !== 0 || uid !== process.getuid?.() || resolve(path) === homedir();
    if (!shared && (mode & 0o777) !== FOLDER_MODE) chmodSync(path, FOLDER_MODE);
  } catch {
    // On a disk that is read-only, or knows no modes, there is nothing to mend.
  }
}

/** The record of runs, the queue and the sweeps, with the files that SQLite lays beside them. */
const DATABASE = /^(runs|queue|sweeps)\.db(-wal|-shm|-journal)?$/;
const OWN = /^(settings|recent|dataAccess)\.json$/;
const OF_A_RUN = /^(.+\.safetensors|dataAccess\.json|snapshots\.bin)$/;
/** What another library once left beside the files it was killed while writing. */
const LEFTOVER = /\.json\.\d{3,10}$/;
const LEFTOVER_MS = 3_600_000;

/** Called once at start; never throws, since there is nothing in it that could not wait. */
export async function tidyStateFolder(stateFolder: string, projectFolder: string): Promise<void> {
  const checkpoints = join(stateFolder, 'checkpoints');
  const runs = namesIn(checkpoints);
  await tidy(stateFolder, (name) => DATABASE.test(name) || OWN.test(name), OWN);
  await tidy(join(stateFolder, 'drafts'), (name) => name.endsWith('.json'), /\.json$/);
  for (const run of runs) await tidy(join(checkpoints, run), (name) => OF_A_RUN.test(name));
  if (runs.length > 0) closeFolder(checkpoints);
  await sweepParts(projectFolder);
}

async function tidy(
  folder: string,
  isOurs: (name: string) => boolean,
  leavings?: RegExp,
): Promise<void> {
  const names = namesIn(folder);
  if (names.length === 0) return;
  closeFolder(folder);
  await sweepParts(folder);
  for (const name of names) {
    const path = join(folder, name);
    if (isOurs(name)) await closeFile(path);
    else if (leavings?.test(name.replace(/\.\d+$/, '')) && LEFTOVER.test(name))
      await sweepOld(path);
  }
}

/** Not through links: what they lead to may be somebody else's. */
async function closeFile(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    const found = await lstat(path);
    if (found.isFile() && (found.mode & 0o777) !== FILE_MODE) await chmod(path, FILE_MODE);
  } catch {
    // As for folders.
  }
}

async function sweepOld(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found?.isFile() && Date.now() - found.mtimeMs > LEFTOVER_MS) {
    await rm(path, { force: true }).catch(() => undefined);
  }
}

/**
 * Files written so that readers see the old content or the new, never a part. What a killed process left
 * half written is found by its name and swept.
 */
import { randomBytes } from 'node:crypto';
import { constants, existsSync, mkdirSync, statSync } from 'node:fs';
import {
  type FileHandle,
  chmod,
  copyFile,
  link,
  lstat,
  open,
  readdir,
  realpath,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { errorCode } from '../ir/errors.ts';
import { asInputError } from '../ir/systemError.ts';

export interface WriteOptions {
  /** Nobody else may read it. */
  readonly private?: boolean;
  /**
   * What a symbolic link at the end of the path means: its target gets the content (a path that the user
   * named), or the link gives way to a file (one that the program made up). Nothing is written through it
   * then.
   */
  readonly links?: 'follow' | 'replace';
}

const PRIVATE_MODE = 0o600;

/** Throws InputError where the disk does not let it. The old content stays then. */
export function writeAtomic(
  path: string,
  content: Uint8Array | string,
  options: WriteOptions = {},
): Promise<void> {
  // Goes on after a short write, which is what the last bytes of a disk answer with.
  return writeAtomically(path, (file) => file.writeFile(content), options);
}

/** As `writeAtomic`, of what is too large to be held at once. */
export async function writeAtomically(
  path: string,
  write: (file: FileHandle) => Promise<void>,
  { private: isPrivate = false, links = 'follow' }: WriteOptions = {},
): Promise<void> {
  const target = links === 'follow' ? await realpath(path).catch(() => path) : path;
  const beside = join(dirname(target), partName(basename(target)));
  try {
    const mode = isPrivate ? PRIVATE_MODE : await modeOf(target);
    const file = await open(beside, 'wx', isPrivate ? PRIVATE_MODE : 0o666);
    try {
      await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    if (mode !== null) await chmod(beside, mode);
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw asInputError(error, path, 'writing');
  }
  await syncFolder(dirname(target));
}

/** A second name for the same bytes where the disk knows such, else a copy. Throws InputError. */
export async function duplicate(path: string, as: string): Promise<void> {
  const beside = join(dirname(as), partName(basename(as)));
  try {
    await link(path, beside).catch(() =>
      copyFile(path, beside, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE),
    );
    await rename(beside, as);
    // Two names of one file are not renamed to each other.
    await rm(beside, { force: true });
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw asInputError(error, as, 'writing');
  }
}

/** Throws InputError where the disk does not let it. */
export async function remove(path: string): Promise<void> {
  await rm(path, { force: true }).catch((error: unknown) => {
    throw asInputError(error, path, 'writing');
  });
}

/** Of a file that is there; null for a new one and for a link, which has none of its own. */
async function modeOf(path: string): Promise<number | null> {
  const found = await lstat(path).catch(() => null);
  return found?.isFile() ? found.mode : null;
}

/** Makes the rename itself durable; Windows has no such call and does not need it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  // Some file systems refuse to open or sync folders; the content itself is safe.
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close().catch(() => undefined);
}

/**
 * A folder and those it lies in. Not Node's own `recursive`, which calls a read-only disk a folder that is
 * not there. Throws InputError where it cannot be made.
 */
export function makeFolder(path: string, mode = 0o777): void {
  try {
    makeEach(resolve(path), mode);
  } catch (error) {
    throw asInputError(error, path, 'writing');
  }
}

function makeEach(path: string, mode: number): void {
  if (existsSync(path) && statSync(path).isDirectory()) return;
  if (dirname(path) !== path) makeEach(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process was quicker.
    if (!(existsSync(path) && statSync(path).isDirectory())) throw error;
  }
}

// ---------------------------------------------------------------------------------- unfinished files

/** Says who is writing, so that it can be told later whether anybody still is. */
function partName(name: string): string {
  // A name may be as long as the disk allows; that of its part must not be longer.
  return `.${name.slice(0, 200)}.${process.pid}-${randomBytes(6).toString('hex')}.part`;
}

/** The number is missing in those of earlier versions. */
const PART = /^\..+\.(?:(\d+)-)?[0-9a-f]{12}\.part$/;
/** No write takes this long: a process of the same number is another one. */
const OLD_MS = 86_400_000;

/** Removes what dead processes left half written in a folder, not in those inside it; answers how many. */
export async function sweepParts(folder: string, now: number = Date.now()): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  let swept = 0;
  for (const name of names) {
    const match = PART.exec(name);
    if (!match) continue;
    const path = join(folder, name);
    const written = await stat(path).catch(() => null);
    if (!written) continue;
    const pid = Number(match[1] ?? 0);
    if (now - written.mtimeMs < OLD_MS && (pid === 0 || isRunning(pid))) continue;
    await rm(path, { force: true }).then(
      () => (swept += 1),
      () => undefined,
    );
  }
  return swept;
}

/** Whether there is a process of this number. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not allowed to signal it means that it is there.
    return errorCode(error) === 'EPERM';
  }
}

/**
 * Files as the engine reads them where there is Node. Only regular files are read, of a size
 * that is known before; data that a document names is read only where its access allows it.
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  type Stats,
} from 'node:fs';
import { type FileHandle, open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type {
  DataAccess,
  FileAccess,
  FileStamp,
  FolderEntry,
  OpenFile,
} from '../datasets/define.ts';
import { errorCode, errorMessage } from '../ir/errors.ts';
import { inputError } from '../ir/problem.ts';
import { asInputError as translated } from '../ir/systemError.ts';

/** More than this is a mistake or an attack, whatever the file holds. */
const MAX_FILE_BYTES = 2 ** 31 - 1;
/** Node reads at most so much at once on every system. */
const READ_BYTES = 2 ** 26;

/** A name that no system takes is only that of nothing. */
function asInputError(error: unknown, path: string): unknown {
  if (errorCode(error) !== 'ERR_INVALID_ARG_VALUE') return translated(error, path);
  return inputError('file.not-found', 'No file can have such a name.', { path });
}

/** The content of a regular file of at most so many bytes. Never waits for a writer, as a pipe would. */
export async function readRegularFile(
  path: string,
  maxBytes: number = MAX_FILE_BYTES,
): Promise<Uint8Array> {
  return readOpened(path, path, maxBytes, 0);
}

/** `shown` is how errors name it. */
async function readOpened(
  path: string,
  shown: string,
  maxBytes: number,
  flags: number,
): Promise<Uint8Array> {
  try {
    const { handle, size } = await openRegular(path, shown, flags);
    try {
      if (size > maxBytes) throw tooLarge(size, maxBytes, shown);
      return await readPart(handle, 0, size);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw asInputError(error, shown);
  }
}

/** Opening a pipe would wait for its other end; Windows has no such flag and no such files. */
const READING = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

function refuseIrregular(found: Stats, shown: string): void {
  if (found.isDirectory()) throw inputError(...isFolder, { path: shown });
  if (!found.isFile()) throw notRegular(shown);
}

/** Throws what the system throws, and InputError for what is no regular file. */
async function openRegular(path: string, shown: string, flags: number) {
  const handle = await open(path, READING | flags);
  try {
    const found = await handle.stat();
    refuseIrregular(found, shown);
    return { handle, size: found.size };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Of which asking the thread pool, several times, costs ten times as much as the disk. */
const SMALL_BYTES = 2 ** 17;

/** Null for what is larger. */
function readSmall(
  path: string,
  shown: string,
  maxBytes: number,
  flags: number,
): Uint8Array | null {
  try {
    const file = openSync(path, READING | flags);
    try {
      const found = fstatSync(file);
      refuseIrregular(found, shown);
      const { size } = found;
      if (size > maxBytes) throw tooLarge(size, maxBytes, shown);
      if (size > SMALL_BYTES) return null;
      const content = new Uint8Array(size);
      let filled = 0;
      while (filled < size) {
        const bytesRead = readSync(file, content, filled, size - filled, filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return filled === size ? content : content.subarray(0, filled);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw asInputError(error, shown);
  }
}

/** Fewer bytes where the file ends before. */
async function readPart(handle: FileHandle, from: number, count: number): Promise<Uint8Array> {
  const content = new Uint8Array(count);
  const filled = await readInto(handle, from, content);
  return filled === count ? content : content.subarray(0, filled);
}

async function readInto(handle: FileHandle, from: number, into: Uint8Array): Promise<number> {
  let filled = 0;
  while (filled < into.length) {
    const length = Math.min(READ_BYTES, into.length - filled);
    const { bytesRead } = await handle.read(into, filled, length, from + filled);
    // Cut off meanwhile by whoever writes it.
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

/**
 * A regular file of any size, to be read in parts and closed. What is read of it is there, whoever removes its name.
 * `shown` is how errors name it.
 */
export async function openRegularFile(path: string, shown = path, flags = 0): Promise<OpenFile> {
  try {
    const { handle, size } = await openRegular(path, shown, flags);
    const told = (error: unknown): never => {
      throw asInputError(error, shown);
    };
    return {
      sizeBytes: size,
      read: (from, count) =>
        readPart(handle, from, Math.max(0, Math.min(count, size - from))).catch(told),
      readInto: (from, into) => readInto(handle, from, into).catch(told),
      close: () => handle.close(),
    };
  } catch (error) {
    throw asInputError(error, shown);
  }
}

/** `shown` is how errors name it. */
export async function stampOf(path: string, shown = path): Promise<FileStamp> {
  try {
    const found = await stat(path);
    refuseIrregular(found, shown);
    return { path, sizeBytes: found.size, modifiedMs: found.mtimeMs };
  } catch (error) {
    throw asInputError(error, shown);
  }
}

const notRegular = (path: string): Error =>
  inputError('file.not-regular', 'This is a device, a pipe or a socket; a file is needed.', {
    path,
  });

const isFolder = ['file.is-a-folder', 'This is a folder, a file is needed.'] as const;

function tooLarge(bytes: number, maxBytes: number, path: string): Error {
  return inputError(
    'file.too-large',
    `This file has ${mib(bytes)}; at most ${mib(maxBytes)} are read.`,
    { path },
  );
}

const mib = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;

export async function listFolder(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    throw asInputError(error, folder);
  }
}

/** More in one folder is no data set. */
const MAX_ENTRIES = 2_000_000;

/** `resolved` follows a link to where it may lead, or throws. */
export async function folderEntries(
  folder: string,
  resolved: (path: string) => string | Promise<string> = (path) => realpath(path),
): Promise<readonly FolderEntry[]> {
  const names = await listFolder(folder);
  if (names.length > MAX_ENTRIES) {
    throw inputError('file.too-many', `This folder holds more than ${MAX_ENTRIES} files.`, {
      path: folder,
    });
  }
  const entries: FolderEntry[] = [];
  for (const name of names) entries.push(await entryOf(folder, name, resolved));
  return entries;
}

async function entryOf(
  folder: string,
  name: string,
  resolved: (path: string) => string | Promise<string>,
): Promise<FolderEntry> {
  try {
    const path = join(folder, name);
    // Ten times as fast as asking the thread pool, which counts for a hundred thousand files.
    const found = lstatSync(path);
    const real = found.isSymbolicLink() ? lstatSync(await resolved(path)) : found;
    const kind = real.isFile() ? 'file' : real.isDirectory() ? 'folder' : 'other';
    const sizeBytes = kind === 'file' ? real.size : 0;
    return { name, kind, sizeBytes, modifiedMs: kind === 'file' ? real.mtimeMs : 0 };
  } catch {
    return { name, kind: 'other', sizeBytes: 0, modifiedMs: 0 };
  }
}

export function gunzip(bytes: Uint8Array, maxBytes: number = MAX_FILE_BYTES): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if (errorCode(error) === 'ERR_BUFFER_TOO_LARGE') {
      throw inputError('file.too-large', `The gzip data unpacks to more than ${mib(maxBytes)}.`);
    }
    const why = errorMessage(error);
    throw inputError('file.bad-gzip', `The gzip data cannot be unpacked: ${why}.`);
  }
}

// ------------------------------------------------------------------------------- data of documents

/** `\\server\share`, `//server/share`, `\\?\...`: on Windows, naming one signs in at a stranger's. */
const NETWORK = /^[\\/]{2}/;

/** Reads what lies in the document's folder, links followed, and what the user allowed. */
export function dataFiles(access: DataAccess): FileAccess {
  /** Asked for once: what a link of them is turned to meanwhile is not followed. */
  let roots: readonly string[] | undefined;
  const permitted = (path: string): string => {
    const full = fullPath(access, path);
    const isAllowed = access.allowed.includes(full);
    if (NETWORK.test(path) && !isAllowed) {
      throw inputError('data.network-path', 'Paths of the network are not read unasked.', {
        path: full,
        explanation:
          'Choose the file yourself: in the Data node, or with --data or --allow on the command line.',
      });
    }
    const real = realPath(full);
    if (isAllowed) return real;
    roots ??= [...access.allowed, ...(access.folder === null ? [] : [access.folder])].map(realPath);
    if (roots.some((root) => isWithin(root, real))) return real;
    throw inputError(
      'data.needs-consent',
      `This project reads ${real}, which lies outside of its folder.`,
      {
        path: real,
        explanation: `Allow it in the Data node; on the command line, with --allow "${real}".`,
      },
    );
  };
  return {
    async read(path, maxBytes = MAX_FILE_BYTES) {
      // The path is one without links: a link put in its place meanwhile is not followed.
      const noFollow = (constants.O_NOFOLLOW as number | undefined) ?? 0;
      const real = permitted(path);
      const shown = fullPath(access, path);
      return (
        readSmall(real, shown, maxBytes, noFollow) ?? readOpened(real, shown, maxBytes, noFollow)
      );
    },
    open: async (path) => {
      const noFollow = (constants.O_NOFOLLOW as number | undefined) ?? 0;
      return openRegularFile(permitted(path), fullPath(access, path), noFollow);
    },
    list: async (folder) => listFolder(permitted(folder)),
    entries: async (folder) => folderEntries(permitted(folder), permitted),
    stamp: async (path) => stampOf(permitted(path), fullPath(access, path)),
    gunzip,
  };
}

function fullPath({ folder }: DataAccess, path: string): string {
  if (isAbsolute(path)) return resolve(path);
  if (folder !== null) return resolve(folder, path);
  throw inputError(
    'data.relative-path',
    'This path begins nowhere: the project has no folder yet.',
    {
      path,
      explanation: 'Save the project first, or write the whole path.',
    },
  );
}

/** Without links. What is not there is where its folder is. At once, since it is asked of every picture of a folder. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    // Its folder may be there, behind a link.
    if (errorCode(error) === 'ENOENT' && dirname(path) !== path) {
      return join(realPath(dirname(path)), basename(path));
    }
    throw asInputError(error, path);
  }
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

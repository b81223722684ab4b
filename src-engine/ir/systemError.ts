/**
 * What the operating system and the database say when something fails, as a problem that a person can act
 * on and a program can match. The one place that translates them; pure, it only reads what they carry.
 * References: errno(3); https://www.sqlite.org/rescode.html.
 */
import { InputError, inputError } from './problem.ts';

type Fault = readonly [code: string, sentence: string];

const FAULTS: ReadonlyMap<string, Fault> = new Map([
  ['ENOENT', ['file.not-found', 'There is no such file or folder.']],
  ['ENOTDIR', ['file.not-a-folder', 'This is not a folder.']],
  ['EISDIR', ['file.is-a-folder', 'This is a folder, a file is needed.']],
  ['EACCES', ['file.no-permission', 'This may not be read.']],
  ['EPERM', ['file.no-permission', 'This may not be read.']],
  ['EROFS', ['file.read-only', 'This disk is read-only.']],
  ['ENOSPC', ['file.disk-full', 'The disk is full.']],
  ['EDQUOT', ['file.disk-full', 'Your share of the disk is full.']],
  ['EFBIG', ['file.too-large', 'This file is larger than the disk allows.']],
  ['ERR_FS_FILE_TOO_LARGE', ['file.too-large', 'This file is larger than 2 GiB.']],
  ['ELOOP', ['file.link-loop', 'This link cannot be followed.']],
  // What a socket answers to being opened.
  ['ENXIO', ['file.not-regular', 'This is a socket or a device, a file is needed.']],
  ['ENAMETOOLONG', ['file.not-found', 'No file can have so long a name.']],
  ['EEXIST', ['file.exists', 'This exists already.']],
  ['EBUSY', ['file.busy', 'Another program is using this.']],
  ['EIO', ['file.disk-fault', 'The disk cannot be read or written.']],
  ['EMFILE', ['system.too-many-files', 'Too many files are open.']],
  ['ENFILE', ['system.too-many-files', 'Too many files are open on this machine.']],
  ['ENOMEM', ['system.no-memory', 'There is not enough memory.']],
  [
    'EADDRINUSE',
    ['server.port-taken', 'Another program listens on this port. Choose another one.'],
  ],
  ['EADDRNOTAVAIL', ['server.no-address', 'This machine does not have this address.']],
] satisfies [string, Fault][]);

/** What means something else where something was to be written. */
const WRITE_FAULTS: ReadonlyMap<string, Fault> = new Map([
  ['ENOENT', ['file.no-folder', 'The folder of this file does not exist.']],
  ['ENOTDIR', ['file.no-folder', 'The folder of this file is not a folder.']],
  ['EEXIST', ['file.no-folder', 'A file is where a folder is needed.']],
  ['ENAMETOOLONG', ['file.name-too-long', 'No file can have so long a name.']],
  ['EACCES', ['file.no-permission', 'This may not be written.']],
  ['EPERM', ['file.no-permission', 'This may not be written.']],
] satisfies [string, Fault][]);

/** A database of the data folder, as errors call it. */
export interface StoreName {
  /** What its codes begin with. */
  readonly code: 'runs' | 'queue' | 'sweeps';
  /** At the beginning of a sentence. */
  readonly name: string;
}
export const RECORD: StoreName = { code: 'runs', name: 'The record of runs' };

/** By primary result code. */
const DATABASE_FAULTS: ReadonlyMap<number, (store: StoreName) => Fault> = new Map(
  Object.entries({
    5: busy,
    6: busy,
    7: () => ['system.no-memory', 'There is not enough memory.'],
    8: ({ name }) => ['file.read-only', `${name} may not be written here.`],
    10: ({ code, name }) => [
      `${code}.disk-fault`,
      `${name} cannot be read or written: is the disk full?`,
    ],
    11: ({ code, name }) => [`${code}.damaged`, `${name} is damaged.`],
    13: () => ['file.disk-full', 'The disk is full.'],
    14: ({ code, name }) => [`${code}.cannot-open`, `${name} cannot be opened.`],
    26: ({ code, name }) => [`${code}.damaged`, `${name} is damaged: this is no database.`],
  } satisfies Record<number, (store: StoreName) => Fault>).map(([code, fault]) => [
    Number(code),
    fault,
  ]),
);

function busy({ code, name }: StoreName): Fault {
  return [`${code}.busy`, `${name} is being written by another program. Try again.`];
}

/** An InputError where the cause is known to be outside of the program; otherwise the error itself. */
export function asInputError(
  error: unknown,
  path?: string,
  doing: 'reading' | 'writing' = 'reading',
  store = RECORD,
): unknown {
  if (error instanceof InputError) return error;
  const fault = faultOf(error, doing, store);
  if (!fault) return error;
  const place = path ?? pathOf(error);
  return inputError(fault[0], fault[1], place === undefined ? {} : { path: place });
}

function faultOf(
  error: unknown,
  doing: 'reading' | 'writing',
  store: StoreName,
): Fault | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const code = String(error.code);
  if (code === 'ERR_SQLITE_ERROR' && 'errcode' in error) {
    // Extended codes carry the primary one in their low byte.
    return DATABASE_FAULTS.get(Number(error.errcode) & 0xff)?.(store);
  }
  return (doing === 'writing' ? WRITE_FAULTS.get(code) : undefined) ?? FAULTS.get(code);
}

function pathOf(error: unknown): string | undefined {
  return error instanceof Error && 'path' in error && typeof error.path === 'string'
    ? error.path
    : undefined;
}

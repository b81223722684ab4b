/**
 * The engine's host where there is Node: server, command line, Electron's utility process, tests.
 * The one engine file with `node:*`. Knows nothing of processes or their messages.
 */
import { createHash, randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { inputError } from '../ir/problem.ts';
import type { LogLevel, Platform, PlatformThread } from './platform.ts';

export interface NodePlatformOptions {
  readonly log?: (level: LogLevel, message: string) => void;
  /** File the threads run; by default the worker built beside this program, or its source. */
  readonly threadEntry?: string;
}

/** A gzip file that unpacks to more than this is a mistake or an attack. */
const MAX_UNPACKED_BYTES = 2 ** 31;
const THREAD_START_TIMEOUT_MS = 30_000;

export function createNodePlatform(options: NodePlatformOptions = {}): Platform {
  const log = options.log ?? logToStderr;
  return {
    cores: physicalCores(),
    now: () => performance.now(),
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
    log,
    startThread: (data) => startThread(options.threadEntry ?? findThreadEntry(), data),
    enableV8Flag,
    files: { read: readBytes, list: listFolder, gunzip, writeAtomic },
    sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
  };
}

/** For the whole process, so also for the threads, which run what the main thread compiled. */
function enableV8Flag(flag: string): boolean {
  setFlagsFromString(flag);
  return true;
}

function logToStderr(level: LogLevel, message: string): void {
  if (level !== 'debug') process.stderr.write(`${level}: ${message}\n`);
}

// ---------------------------------------------------------------------------------------- cores

/** Physical cores this process may use: two hyperthreads share the units that our kernels fill. */
export function physicalCores(): number {
  const allowed = availableParallelism();
  return Math.max(1, Math.min(allowed, countPhysicalCores() ?? allowed));
}

function countPhysicalCores(): number | null {
  try {
    if (process.platform === 'linux') return parseCpuInfo(readFileSync('/proc/cpuinfo', 'utf8'));
    if (process.platform === 'darwin') {
      // Performance cores only: the slowest thread sets the pace of a step.
      for (const name of ['hw.perflevel0.physicalcpu', 'hw.physicalcpu']) {
        const count = Number(sysctl(name));
        if (count > 0) return count;
      }
    }
  } catch {
    // Unknown; the logical count is what is left.
  }
  return null;
}

function sysctl(name: string): string {
  try {
    return execFileSync('sysctl', ['-n', name], { encoding: 'utf8', timeout: 1000 });
  } catch {
    return '';
  }
}

/** Distinct (socket, core) pairs; null where the kernel does not list them (ARM). */
export function parseCpuInfo(text: string): number | null {
  const cores = new Set<string>();
  for (const block of text.split(/\n\s*\n/)) {
    const socket = /^physical id\s*:\s*(\d+)/m.exec(block)?.[1];
    const core = /^core id\s*:\s*(\d+)/m.exec(block)?.[1];
    if (socket !== undefined && core !== undefined) cores.add(`${socket}:${core}`);
  }
  return cores.size > 0 ? cores.size : null;
}

// -------------------------------------------------------------------------------------- threads

/** Bundled: `wasmThread.js` lies beside. From source, Node strips the types of the entry itself. */
function findThreadEntry(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const candidates = [
    join(here, 'wasmThread.js'),
    join(here, '..', 'backends', 'wasm', 'thread.ts'),
  ];
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined) throw new Error(`No thread program found: ${candidates.join(', ')}`);
  return found;
}

/** `data` arrives as `workerData`; the thread's first message, whatever it holds, says it is ready. */
function startThread(entry: string, data: unknown): Promise<PlatformThread> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(entry, { workerData: data });
    const messageListeners = new Set<(message: unknown) => void>();
    const errorListeners = new Set<(error: Error) => void>();
    let ready = false;
    let stopping = false;
    const timer = setTimeout(
      () => fail(new Error('The thread did not get ready.')),
      THREAD_START_TIMEOUT_MS,
    );
    const fail = (error: Error): void => {
      clearTimeout(timer);
      if (stopping) return;
      if (ready) for (const listener of errorListeners) listener(error);
      else {
        stopping = true;
        void worker.terminate();
        reject(error);
      }
    };
    const thread: PlatformThread = {
      post: (message) => worker.postMessage(message),
      onMessage: (listener) => void messageListeners.add(listener),
      onError: (listener) => void errorListeners.add(listener),
      stop: async () => {
        stopping = true;
        await worker.terminate();
      },
    };
    worker.on('message', (message: unknown) => {
      if (ready) {
        for (const listener of messageListeners) listener(message);
        return;
      }
      ready = true;
      clearTimeout(timer);
      resolve(thread);
    });
    worker.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', (code) => fail(new Error(`The thread ended unasked (exit code ${code}).`)));
  });
}

// ---------------------------------------------------------------------------------------- files

const READ_FAULTS: Readonly<Record<string, readonly [code: string, sentence: string]>> = {
  ENOENT: ['file.not-found', 'There is no such file or folder.'],
  ENOTDIR: ['file.not-a-folder', 'This is not a folder.'],
  EISDIR: ['file.is-a-folder', 'This is a folder, a file is needed.'],
  EACCES: ['file.no-permission', 'This may not be read.'],
  EPERM: ['file.no-permission', 'This may not be read.'],
  ERR_FS_FILE_TOO_LARGE: ['file.too-large', 'This file is larger than 2 GiB.'],
};

function asInputError(error: unknown, path: string): unknown {
  const fault = READ_FAULTS[errorCode(error)];
  return fault === undefined ? error : inputError(fault[0], fault[1], { path });
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const content = await readFile(path);
    return new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  } catch (error) {
    throw asInputError(error, path);
  }
}

async function listFolder(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    throw asInputError(error, folder);
  }
}

function gunzip(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED_BYTES });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw inputError('file.bad-gzip', `The gzip data cannot be unpacked: ${why}.`);
  }
}

async function writeAtomic(path: string, bytes: Uint8Array): Promise<void> {
  // Through a symbolic link: the link stays and its target gets the content.
  const target = await realpath(path).catch(() => path);
  const beside = join(
    dirname(target),
    `.${basename(target)}.${randomBytes(6).toString('hex')}.part`,
  );
  try {
    const mode = await stat(target).then(
      (found) => found.mode,
      () => null,
    );
    const file = await open(beside, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    if (mode !== null) await chmod(beside, mode);
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true });
    throw asWriteError(error, path);
  }
  await syncFolder(dirname(target));
}

const WRITE_FAULTS: Readonly<Record<string, readonly [code: string, sentence: string]>> = {
  ENOENT: ['file.no-folder', 'The folder of this file does not exist.'],
  ENOTDIR: ['file.no-folder', 'The folder of this file is not a folder.'],
  EISDIR: ['file.is-a-folder', 'This is a folder, a file is needed.'],
  EACCES: ['file.no-permission', 'This may not be written.'],
  EPERM: ['file.no-permission', 'This may not be written.'],
  EROFS: ['file.no-permission', 'This file system is read-only.'],
  ENOSPC: ['file.disk-full', 'The disk is full.'],
};

function asWriteError(error: unknown, path: string): unknown {
  const fault = WRITE_FAULTS[errorCode(error)];
  return fault === undefined ? error : inputError(fault[0], fault[1], { path });
}

/** Makes the rename itself durable; Windows has no such call and does not need it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch {
    // Some file systems refuse to sync folders; the content itself is safe.
  } finally {
    await handle.close();
  }
}

/**
 * The engine's host where there is Node: server, command line, Electron's utility process, tests.
 * With nodeFiles.ts and nodeWriting.ts the one place of the engine with `node:*`. Knows nothing of processes or their messages.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { asError } from '../ir/errors.ts';
import {
  folderEntries,
  gunzip,
  listFolder,
  openRegularFile,
  readRegularFile,
  stampOf,
} from './nodeFiles.ts';
import { duplicate, remove, writeAtomic } from './nodeWriting.ts';
import type { LogLevel, Platform, PlatformThread, ProcessUsage } from './platform.ts';

export { readRegularFile } from './nodeFiles.ts';

export interface NodePlatformOptions {
  readonly log?: (level: LogLevel, message: string) => void;
  /** File the threads run; by default the worker built beside this program, or its source. */
  readonly threadEntry?: string;
}

const THREAD_START_TIMEOUT_MS = 30_000;

export function createNodePlatform(options: NodePlatformOptions = {}): Platform {
  const log = options.log ?? logToStderr;
  return {
    cores: physicalCores(),
    now: () => performance.now(),
    yieldToEventLoop: () => new Promise((resolve) => setImmediate(resolve)),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    log,
    startThread: (data) => startThread(options.threadEntry ?? findThreadEntry(), data),
    usage,
    enableV8Flag,
    files: {
      ...{ read: readRegularFile, open: openRegularFile, list: listFolder, gunzip },
      entries: (folder) => folderEntries(folder),
      stamp: (path) => stampOf(path),
      ...{ writeAtomic, duplicate, remove },
    },
  };
}

function usage(): ProcessUsage {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1e3, memoryBytes: process.memoryUsage.rss() };
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
    worker.on('error', (error) => fail(asError(error)));
    worker.on('exit', (code) => fail(new Error(`The thread ended unasked (exit code ${code}).`)));
  });
}

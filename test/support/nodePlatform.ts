/** A Platform for backend tests: worker threads from source, no files. */
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { LogLevel, Platform, PlatformThread } from '#engine/platform/platform.ts';

export interface TestPlatform extends Platform {
  readonly logged: readonly { readonly level: LogLevel; readonly message: string }[];
  /** Threads started and not stopped. */
  readonly liveThreads: ReadonlySet<Worker>;
}

const ENTRY = fileURLToPath(new URL('../../src-engine/backends/wasm/thread.ts', import.meta.url));

export function nodePlatform(options: { readonly v8Flags?: boolean } = {}): TestPlatform {
  const logged: { level: LogLevel; message: string }[] = [];
  const liveThreads = new Set<Worker>();
  const noFiles = () => Promise.reject(new Error('this platform has no files'));
  const noBytes = (): never => {
    throw new Error('this platform unpacks nothing');
  };
  return {
    logged,
    liveThreads,
    cores: 2,
    now: () => performance.now(),
    yieldToEventLoop: () => new Promise((resolve) => setImmediate(resolve)),
    // oxlint-disable-next-line netloom/fixed-wait -- A platform's wait is one.
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    log: (level, message) => void logged.push({ level, message }),
    startThread: (data) =>
      new Promise<PlatformThread>((resolve, reject) => {
        const worker = new Worker(ENTRY, { workerData: data });
        liveThreads.add(worker);
        const errorListeners: ((error: Error) => void)[] = [];
        let stopping = false;
        worker.once('error', reject);
        worker.on('error', (error: Error) => errorListeners.forEach((tell) => tell(error)));
        worker.on('exit', () => {
          liveThreads.delete(worker);
          if (!stopping) errorListeners.forEach((tell) => tell(new Error('the thread ended')));
        });
        worker.once('message', () =>
          resolve({
            post: (message) => worker.postMessage(message),
            onMessage: (listener) => void worker.on('message', listener),
            onError: (listener) => void errorListeners.push(listener),
            stop: async () => {
              stopping = true;
              await worker.terminate();
            },
          }),
        );
      }),
    ...(options.v8Flags === false
      ? {}
      : {
          enableV8Flag: (flag: string) => {
            v8.setFlagsFromString(flag);
            return true;
          },
        }),
    files: {
      ...{ read: noFiles, list: noFiles, entries: noFiles, stamp: noFiles, gunzip: noBytes },
      ...{ open: noFiles, writeAtomic: noFiles, duplicate: noFiles, remove: noFiles },
    },
  };
}

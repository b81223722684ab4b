/**
 * What the engine needs of its host and the language does not give. node.ts is the one real
 * implementation; tests pass their own.
 */
import type { FileAccess } from '../datasets/define.ts';

export interface Platform {
  /** Physical cores, at least 1. */
  readonly cores: number;
  now(): number;
  /** Yields to the host's event loop so that messages (pause, stop, ping) get in. */
  yieldToEventLoop(): Promise<void>;
  /** Resolves after about so long. */
  wait(ms: number): Promise<void>;
  log(level: LogLevel, message: string): void;
  /** What this process and its threads have used; absent where the host does not say. */
  usage?(): ProcessUsage;
  /**
   * Starts a thread on the wasm worker entry and sends it `data`; memory inside is shared, not copied.
   * Resolves when the worker says it is ready.
   */
  startThread(data: unknown): Promise<PlatformThread>;
  /**
   * Switches on a V8 flag for code compiled from now on, in all threads. Answers whether the host can;
   * absent where it is not V8.
   */
  enableV8Flag?(flag: string): boolean;
  readonly files: FileAccess & {
    /**
     * Writes beside, syncs, renames: readers see the old content or the new, never a part. `private`: nobody
     * else may read it.
     */
    writeAtomic(
      path: string,
      bytes: Uint8Array,
      options?: { readonly private?: boolean },
    ): Promise<void>;
    /**
     * Another file of the same content, whatever is put in the place of either later: the same bytes of the
     * disk where it can. There as a whole or not at all; what was there before gives way.
     */
    duplicate(path: string, as: string): Promise<void>;
    /** What is not there is no error. */
    remove(path: string): Promise<void>;
  };
}

export interface ProcessUsage {
  /** Processor time so far, of all cores together. */
  readonly cpuMs: number;
  /** Resident set. */
  readonly memoryBytes: number;
}

export interface PlatformThread {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onError(listener: (error: Error) => void): void;
  stop(): Promise<void>;
}

export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

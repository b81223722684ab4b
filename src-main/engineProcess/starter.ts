/** How an engine process is started, whatever it is: a Node child, an Electron utility process. */
import type { Transport } from '#engine/protocol/index.ts';

export interface EngineExit {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface EngineProcess {
  readonly transport: Transport;
  readonly pid: number | undefined;
  onExit(listener: (exit: EngineExit) => void): void;
  kill(): void;
}

/** Tells the engine that somebody works at the machine meanwhile: what they use comes first. */
export const IN_BACKGROUND = '--background';

export interface EngineLimits {
  /** Of JavaScript's heap: a process that needs more ends. */
  readonly heapMiB?: number;
}

export interface EngineStarter {
  start(limits?: EngineLimits): EngineProcess;
}

/** Arguments of the runtime itself. */
export const runtimeArguments = ({ heapMiB }: EngineLimits): string[] =>
  heapMiB === undefined ? [] : [`--max-old-space-size=${heapMiB}`];

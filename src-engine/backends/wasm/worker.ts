/**
 * What a worker thread does: sleep until the bell rings, run its share of a step, handle messages.
 * Knows no host: thread.ts connects it to one. The other end is threadPool.ts.
 */
import { CONTROL, POOL, wordIndex } from './control.ts';

/** Sent when the thread starts. */
export interface WorkerStart {
  /** 1 .. threads - 1; the calling thread is 0. */
  readonly thread: number;
  readonly pool: SharedArrayBuffer;
}

export type WorkerMessage =
  | {
      readonly kind: 'load';
      readonly program: number;
      readonly module: WebAssembly.Module;
      readonly memory: WebAssembly.Memory;
    }
  | { readonly kind: 'forget'; readonly programs: readonly number[] };

export type WorkerReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly message: string };

export interface WorkerPort {
  post(reply: WorkerReply): void;
  onMessage(listener: (message: WorkerMessage) => void): void;
}

interface LoadedStep {
  readonly step: (thread: number) => void;
  readonly memory: WebAssembly.Memory;
}

/**
 * About 50 us of polling: longer than what the host does between two steps of a run, so that a run never
 * pays for waking a thread; an idle engine sleeps.
 */
const POLLS = 20_000;

export function serve({ thread, pool }: WorkerStart, port: WorkerPort): void {
  const words = new Int32Array(pool);
  const read = (address: number): number => Atomics.load(words, wordIndex(address));
  const programs = new Map<number, LoadedStep>();
  let stepsDone = read(POOL.steps);
  let messagesHandled = 0;

  const runStep = (): void => {
    stepsDone = (stepsDone + 1) | 0;
    const loaded = programs.get(read(POOL.program));
    try {
      if (!loaded) throw new Error(`program ${read(POOL.program)} was never loaded`);
      loaded.step(thread);
    } catch (error) {
      // The others wait for this thread: tell them before anything else.
      if (loaded) Atomics.store(new Int32Array(loaded.memory.buffer), wordIndex(CONTROL.failed), 1);
      port.post({ kind: 'failed', message: String(error) });
    }
  };

  /** Works and sleeps until a message is waiting. */
  const work = (): void => {
    for (let polls = 0; ;) {
      const bell = read(POOL.bell);
      if (read(POOL.steps) !== stepsDone) {
        runStep();
        polls = 0;
      } else if (read(POOL.messages) !== messagesHandled) {
        return;
      } else if (polls < POLLS) {
        polls += 1;
      } else {
        Atomics.wait(words, wordIndex(POOL.bell), bell);
        polls = 0;
      }
    }
  };

  port.onMessage((message) => {
    try {
      handle(message, programs);
      port.post({ kind: 'done' });
    } catch (error) {
      port.post({ kind: 'failed', message: String(error) });
    }
    messagesHandled = (messagesHandled + 1) | 0;
    work();
  });
  port.post({ kind: 'ready' });
}

function handle(message: WorkerMessage, programs: Map<number, LoadedStep>): void {
  switch (message.kind) {
    case 'load': {
      const { program, module, memory } = message;
      programs.set(program, { step: instantiate(module, memory), memory });
      return;
    }
    case 'forget':
      for (const program of message.programs) programs.delete(program);
      return;
    default:
      message satisfies never;
  }
}

/** Every program exports one function. */
export function instantiate(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): (thread: number) => void {
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  // The assembler made the module; this is the one export it writes.
  return instance.exports['step'] as (thread: number) => void;
}

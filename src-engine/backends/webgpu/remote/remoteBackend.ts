/**
 * The run loop's end of the port: a Backend whose device is in another process. Orders are gathered until
 * something must happen, so that a step is one message; when the other side goes away, the device is lost.
 */
import type { BufferRef, Program } from '#engine/compile/program.ts';
import { asError } from '#engine/ir/errors.ts';
import { InputError } from '#engine/ir/problem.ts';
import { type Client, connect, RemoteError, type Transport } from '#engine/protocol/rpc.ts';
import {
  type Backend,
  DeviceLostError,
  type LoadedProgram,
  type Session,
  type TensorData,
} from '#engine/backends/backend.ts';
import { canStoreAsFloat16 } from '../halves.ts';
import type { ExecutorCalls, ExecutorEvents, Order } from './contract.ts';

export interface RemoteOptions {
  readonly allowSoftware: boolean;
  /** Gives the way to the executor back. */
  readonly onClosed?: () => void;
}

type Executor = Client<ExecutorCalls, ExecutorEvents>;

/** So many messages may be unanswered: enough that the device never waits for the next. */
const OPEN_MESSAGES = 3;

export async function createRemoteBackend(
  transport: Transport,
  { allowSoftware, onClosed }: RemoteOptions,
): Promise<Backend> {
  const executor = connect<ExecutorCalls, ExecutorEvents>(transport);
  let lost: string | null = null;
  executor.on('lost', ({ reason }) => (lost = reason));
  try {
    const { description } = await executor.call('acquire', { allowSoftware }).catch(rethrow);
    return {
      name: 'webgpu',
      description,
      threads: 1,
      canStoreAsFloat16,
      async open(layout) {
        const { session } = await executor.call('open', { layout }).catch(rethrow);
        return new RemoteSession(executor, session, () => lost);
      },
      async close() {
        // A window that is gone already has closed everything.
        await executor.call('close', null).catch(() => undefined);
        onClosed?.();
      },
    };
  } catch (error) {
    onClosed?.();
    throw error;
  }
}

interface RemoteProgram extends LoadedProgram {
  readonly number: number;
}

interface Waiting {
  readonly resolve: (data: TensorData) => void;
  readonly reject: (error: unknown) => void;
}

class RemoteSession implements Session {
  readonly #executor: Executor;
  readonly #session: number;
  readonly #lost: () => string | null;
  readonly #programs = new Map<LoadedProgram, RemoteProgram>();
  readonly #open = new Set<Promise<unknown>>();
  #orders: Order[] = [];
  #reading: Waiting[] = [];
  #flushing = false;
  /** What went wrong where nobody was waiting; told to the next who asks. */
  #failure: Error | null = null;

  constructor(executor: Executor, session: number, lost: () => string | null) {
    this.#executor = executor;
    this.#session = session;
    this.#lost = lost;
  }

  async load(program: Program): Promise<LoadedProgram> {
    this.#mustLive();
    const { program: number } = await this.#executor
      .call('load', { session: this.#session, program })
      .catch(rethrow);
    const loaded = { program, number };
    this.#programs.set(loaded, loaded);
    return loaded;
  }

  write(ref: BufferRef, data: TensorData): void {
    this.#mustLive();
    // A copy: the caller may write the next step's numbers into the same array before this one is sent.
    this.#orders.push({ kind: 'write', ref, data: data.slice() });
  }

  run(program: LoadedProgram): void {
    this.#mustLive();
    const loaded = this.#programs.get(program);
    if (!loaded) throw new Error('a program runs only in the session that loaded it');
    this.#orders.push({ kind: 'run', program: loaded.number });
    this.#flush();
  }

  pace(): Promise<unknown> | null {
    if (this.#open.size < OPEN_MESSAGES) return null;
    const [oldest] = this.#open;
    return oldest ?? null;
  }

  read(ref: BufferRef): Promise<TensorData> {
    try {
      this.#mustLive();
    } catch (error) {
      return Promise.reject(asError(error));
    }
    return new Promise((resolve, reject) => {
      this.#orders.push({ kind: 'read', ref });
      this.#reading.push({ resolve, reject });
      if (this.#flushing) return;
      this.#flushing = true;
      // Whatever else is asked for at once travels along.
      void Promise.resolve().then(() => this.#flush());
    });
  }

  async settled(): Promise<void> {
    this.#flush();
    await this.#executor.call('settled', { session: this.#session }).catch(rethrow);
    this.#mustLive();
  }

  async close(): Promise<void> {
    this.#flush();
    this.#programs.clear();
    await this.#executor.call('closeSession', { session: this.#session }).catch(() => undefined);
  }

  #mustLive(): void {
    const lost = this.#lost();
    if (lost !== null) throw new DeviceLostError(`The GPU was lost: ${lost}`);
    if (this.#failure !== null) throw this.#failure;
  }

  #flush(): void {
    this.#flushing = false;
    const [orders, reading] = [this.#orders, this.#reading];
    if (orders.length === 0) return;
    [this.#orders, this.#reading] = [[], []];
    const played = this.#executor
      .call('play', { session: this.#session, orders })
      .then(({ reads }) => {
        reads.forEach((data, i) => reading[i]?.resolve(data));
      })
      .catch((error: unknown) => {
        this.#failure = asLocal(error);
        for (const { reject } of reading) reject(this.#failure);
      })
      .finally(() => this.#open.delete(played));
    this.#open.add(played);
  }
}

function rethrow(error: unknown): never {
  throw asLocal(error);
}

/** The error as the executor would have thrown it here. */
function asLocal(error: unknown): Error {
  if (!(error instanceof RemoteError)) return asError(error);
  const [first, ...others] = error.problems;
  if (first) return new InputError([first, ...others]);
  if (error.code === 'rpc.closed') {
    return new DeviceLostError('The GPU was lost: its window ended.');
  }
  return error.name === 'DeviceLostError' ? new DeviceLostError(error.message) : error;
}

/**
 * Keeps an engine process alive: starts it when first needed, listens to its heartbeat, restarts it once
 * after a crash. Whoever calls it meanwhile gets an error with a code, never silence.
 */
import {
  type Client,
  connect,
  type EngineCalls,
  type EngineEvents,
  type InputOf,
  type OutputOf,
  RemoteError,
} from '#engine/protocol/index.ts';
import type { EngineProcess, EngineStarter } from '../engineProcess/starter.ts';

export type EngineState = 'starting' | 'ready' | 'crashed' | 'restarting' | 'failed';

export interface SupervisorOptions {
  readonly starter: EngineStarter;
  readonly onState: (state: EngineState, detail: string) => void;
  /** The engine died; whatever it was doing is over. */
  readonly onCrash: (detail: string) => void;
  readonly heartbeatMs?: number;
  /** Silence after which a process counts as hung. Steps of a large network may take seconds. */
  readonly patienceMs?: number;
}

/** A process that lived this long was healthy: its crash starts a new count. */
const HEALTHY_MS = 60_000;
const MAX_RESTARTS = 1;

/** Calls that change nothing, so that they can be made again on another engine. */
const REPEATABLE: ReadonlySet<keyof EngineCalls> = new Set([
  'ping',
  'predict',
  'generate',
  'nearest',
  'heldOut',
]);
/** An engine that ends this soon after a call was most likely dead already when it was made. */
const DYING_MS = 5_000;

interface Running {
  readonly process: EngineProcess;
  readonly client: EngineClient;
  readonly startedAt: number;
  /** How the process ended, once it has. */
  ended: string;
  /** As it last said. */
  rssBytes: number;
  timer: ReturnType<typeof setInterval> | null;
}

type EngineClient = Client<EngineCalls, EngineEvents>;

/** Whether a call failed because the engine died under it. */
export function hasEnded(error: unknown): boolean {
  return error instanceof RemoteError && error.code === 'engine.ended';
}

function endedError(how: string): RemoteError {
  const message = `The engine process ended${how === '' ? '' : ` (${how})`}.`;
  return new RemoteError({ name: 'EngineError', message, code: 'engine.ended' });
}

function closedError(): RemoteError {
  const message = 'The engine is closed.';
  return new RemoteError({ name: 'EngineError', message, code: 'engine.closed' });
}

export class EngineSupervisor {
  readonly #options: Required<SupervisorOptions>;
  /** Made again on every new process. */
  readonly #subscriptions: ((client: EngineClient) => void)[] = [];
  #running: Running | null = null;
  #crashes = 0;
  #closed = false;
  #state: { readonly state: EngineState; readonly detail: string } | null = null;

  constructor(options: SupervisorOptions) {
    this.#options = { heartbeatMs: 2_000, patienceMs: 30_000, ...options };
  }

  /** Null before the engine was first needed. */
  get state(): { readonly state: EngineState; readonly detail: string } | null {
    return this.#state;
  }

  /** What it takes of the memory; 0 where it is not known. */
  get rssBytes(): number {
    return this.#running?.rssBytes ?? 0;
  }

  get pid(): number | undefined {
    return this.#running?.process.pid;
  }

  /** Rejects with `engine.ended` when the engine dies before it answers. */
  async call<K extends Extract<keyof EngineCalls, string>>(
    method: K,
    input: InputOf<EngineCalls, K>,
  ): Promise<OutputOf<EngineCalls, K>> {
    const calledAt = Date.now();
    try {
      return await this.#callOnce(method, input);
    } catch (error) {
      const wasDying = hasEnded(error) && Date.now() - calledAt < DYING_MS;
      if (!wasDying || !REPEATABLE.has(method)) throw error;
      return this.#callOnce(method, input);
    }
  }

  async #callOnce<K extends Extract<keyof EngineCalls, string>>(
    method: K,
    input: InputOf<EngineCalls, K>,
  ): Promise<OutputOf<EngineCalls, K>> {
    const running = this.#ensure();
    try {
      return await running.client.call(method, input);
    } catch (error) {
      if (!(error instanceof RemoteError) || error.code !== 'rpc.closed') throw error;
      throw this.#closed ? closedError() : endedError(running.ended);
    }
  }

  on<K extends Extract<keyof EngineEvents, string>>(
    event: K,
    listener: (payload: EngineEvents[K]) => void,
  ): void {
    const subscribe = (client: EngineClient): void => void client.on(event, listener);
    this.#subscriptions.push(subscribe);
    if (this.#running) subscribe(this.#running.client);
  }

  close(): void {
    this.#closed = true;
    const running = this.#running;
    this.#running = null;
    if (running?.timer) clearInterval(running.timer);
    running?.client.close('The engine was closed.');
    running?.process.kill();
  }

  #ensure(): Running {
    if (this.#closed) throw closedError();
    return this.#running ?? this.#start('starting');
  }

  #start(state: 'starting' | 'restarting'): Running {
    const { starter, heartbeatMs, patienceMs } = this.#options;
    this.#enter(state, '');
    const process = starter.start();
    const client = connect<EngineCalls, EngineEvents>(process.transport);
    const running: Running = {
      process,
      client,
      startedAt: Date.now(),
      ended: '',
      rssBytes: 0,
      timer: null,
    };
    for (const subscribe of this.#subscriptions) subscribe(client);
    process.onExit(({ code, signal }) => this.#exited(running, signal ?? `code ${code ?? '?'}`));
    let answered = Date.now();
    let waiting = false;
    const ping = async (): Promise<void> => {
      if (waiting) {
        if (Date.now() - answered > patienceMs) process.kill();
        return;
      }
      waiting = true;
      try {
        running.rssBytes = (await client.call('ping', null)).rssBytes;
        answered = Date.now();
      } catch {
        // The exit handler says what happened.
      } finally {
        waiting = false;
      }
    };
    running.timer = setInterval(() => void ping(), heartbeatMs);
    running.timer.unref();
    this.#running = running;
    void client.call('ping', null).then(
      () => this.#enter('ready', `process ${process.pid ?? '?'}`),
      () => undefined,
    );
    return running;
  }

  #exited(running: Running, how: string): void {
    if (running.timer) clearInterval(running.timer);
    running.ended = how;
    running.client.close(`The engine process ended (${how}).`);
    if (this.#running !== running || this.#closed) return;
    this.#running = null;
    const healthy = Date.now() - running.startedAt > HEALTHY_MS;
    this.#crashes = healthy ? 1 : this.#crashes + 1;
    this.#enter('crashed', how);
    this.#options.onCrash(how);
    if (this.#crashes <= MAX_RESTARTS) this.#start('restarting');
    // Later calls start it again; it is not restarted by itself any more.
    else this.#enter('failed', 'The engine keeps ending. The next run starts it again.');
  }

  #enter(state: EngineState, detail: string): void {
    this.#state = { state, detail };
    this.#options.onState(state, detail);
  }
}

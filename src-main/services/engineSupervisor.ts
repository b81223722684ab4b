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

interface Running {
  readonly process: EngineProcess;
  readonly client: EngineClient;
  readonly startedAt: number;
  timer: ReturnType<typeof setInterval> | null;
}

type EngineClient = Client<EngineCalls, EngineEvents>;

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

  get pid(): number | undefined {
    return this.#running?.process.pid;
  }

  async call<K extends Extract<keyof EngineCalls, string>>(
    method: K,
    input: InputOf<EngineCalls, K>,
  ): Promise<OutputOf<EngineCalls, K>> {
    return this.#ensure().client.call(method, input);
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
    if (this.#closed) {
      throw new RemoteError({
        name: 'EngineError',
        message: 'The engine is closed.',
        code: 'engine.closed',
      });
    }
    return this.#running ?? this.#start('starting');
  }

  #start(state: 'starting' | 'restarting'): Running {
    const { starter, heartbeatMs, patienceMs } = this.#options;
    this.#enter(state, '');
    const process = starter.start();
    const client = connect<EngineCalls, EngineEvents>(process.transport);
    const running: Running = { process, client, startedAt: Date.now(), timer: null };
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
        await client.call('ping', null);
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

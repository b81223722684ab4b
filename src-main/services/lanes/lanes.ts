/**
 * What trains now: one run or several side by side, each in a lane, an engine of its own, so that one that dies
 * takes no other with it. The first lane is always there and takes what is started by hand; others come with
 * what waits (the queue, sweeps) as long as cores and memory are left, and go when they have nothing to do.
 */
import { InputError, type NetworkDocument } from '#engine/ir/index.ts';
import {
  type Attention,
  type EngineEvents,
  isActive,
  type RunSummary,
} from '#engine/protocol/index.ts';
import type { EngineSupervisor } from '../engineSupervisor.ts';
import type { TrainingChoices, TrainingService } from '../training.ts';
import { type Share, shareOf, threadsOf } from './share.ts';

/** One engine and what it trains. */
export interface Lane {
  readonly engine: EngineSupervisor;
  readonly training: TrainingService;
}

export interface LanesOptions {
  readonly first: Lane;
  /** Another one; nothing of it runs before it is needed. */
  readonly open: () => Lane;
  readonly cores: number;
  /** A person's word: so many at once at most; 0: as many as make sense. */
  readonly mostAtOnce: () => Promise<number>;
  /** What another process may still take of the memory. */
  readonly freeBytes: () => number;
  readonly idleMs?: number;
}

interface OpenLane extends Lane {
  /** What was given to a run that is about to begin in it. */
  taken: number;
  /** The run that trains with a share of the machine; others have all of it. */
  shared: { readonly runId: string; readonly threads: number } | null;
  idle: ReturnType<typeof setTimeout> | null;
}

type Listening = (lane: Lane) => void;

/** A lane that did nothing for so long goes, and its memory with it. */
const IDLE_MS = 20_000;
/** What an engine takes before one was measured. */
const ENGINE_BYTES = 200 * 2 ** 20;
/** Always left to everything else. */
const REST_BYTES = 2 ** 29;
/** Who waits for room looks at least so often. */
const LOOK_MS = 200;

export class TrainingLanes {
  readonly #options: LanesOptions;
  readonly #first: OpenLane;
  readonly #lanes: OpenLane[];
  readonly #listening: Listening[] = [];
  readonly #waiting = new Set<() => void>();
  #isClosed = false;

  constructor(options: LanesOptions) {
    this.#options = options;
    this.#first = this.#added(options.first);
    this.#lanes = [this.#first];
  }

  /** Of all that is prepared, trained or paused now, that of the first lane before the others. */
  get activeRunIds(): readonly string[] {
    return this.#lanes.flatMap(({ training: { activeRunId } }) => activeRunId ?? []);
  }

  /** For who asks whether anything trains. */
  get activeRunId(): string | null {
    return this.activeRunIds[0] ?? null;
  }

  /** By hand: with all of the machine, refused where the first lane is taken. */
  start = (document: NetworkDocument, choices?: TrainingChoices): Promise<RunSummary> =>
    this.#first.training.start(document, choices);
  recover = (runId: string, choices?: TrainingChoices): Promise<RunSummary> =>
    this.#first.training.recover(runId, choices);

  pause = (runId: string) => this.#of(runId).pause(runId);
  resume = (runId: string) => this.#of(runId).resume(runId);
  step = (runId: string) => this.#of(runId).step(runId);
  stop = (runId: string) => this.#of(runId).stop(runId);

  /** Whether a run of this document could begin now, beside what trains. */
  async hasRoom(document: NetworkDocument): Promise<boolean> {
    const most = await this.#most();
    return this.#room(document, most) !== null;
  }

  /** How many runs of this document train side by side at most, if nothing else trains. */
  async atOnce(document: NetworkDocument): Promise<number> {
    const { cores } = this.#options;
    return Math.min(await this.#most(), Math.floor(cores / threadsOf(document, cores)));
  }

  /** Null where there is no room for it now. `start` is called at once or not at all. */
  async begin<T extends RunSummary>(
    document: NetworkDocument,
    start: (training: TrainingService, share: Share) => Promise<T>,
  ): Promise<T | null> {
    const most = await this.#most();
    const room = this.#isClosed ? null : this.#room(document, most);
    if (!room) return null;
    const lane = room.lane ?? this.#another();
    lane.taken = room.threads;
    try {
      const run = await start(lane.training, room.share);
      lane.shared = { runId: run.id, threads: room.threads };
      return run;
    } finally {
      lane.taken = 0;
      this.#rest(lane);
    }
  }

  /** As `begin`, once there is room; null where it is not wanted any more. Others may be quicker. */
  async whenRoom<T extends RunSummary>(
    document: NetworkDocument,
    wanted: () => boolean,
    start: (training: TrainingService, share: Share) => Promise<T>,
  ): Promise<T | null> {
    while (wanted()) {
      try {
        const begun = await this.begin(document, start);
        if (begun) return begun;
      } catch (error) {
        if (!(error instanceof InputError) || error.code !== 'run.busy') throw error;
      }
      await this.#change();
    }
    return null;
  }

  /** Of a run that was started by hand everybody is taken to look: its caller asks of null. */
  attend(attentionOf: (runId: string | null) => Attention): void {
    for (const { training, shared } of this.#lanes) {
      const { activeRunId } = training;
      if (activeRunId === null) continue;
      training.attend(attentionOf(shared?.runId === activeRunId ? activeRunId : null));
    }
  }

  /** What the engines tell, of whichever lane. */
  on<K extends Extract<keyof EngineEvents, string>>(
    event: K,
    listener: (payload: EngineEvents[K]) => void,
  ): void {
    const listen: Listening = ({ engine }) => engine.on(event, listener);
    this.#listening.push(listen);
    this.#lanes.forEach(listen);
  }

  /** A run has ended or its engine has died: there may be room. */
  freed(): void {
    for (const look of this.#waiting) look();
    this.#waiting.clear();
    for (const lane of this.#lanes) this.#rest(lane);
  }

  /** Before the program ends: every run is checkpointed. */
  async suspend(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#lanes.map(({ training }) => training.suspend()));
  }

  close(): void {
    this.#isClosed = true;
    for (const lane of this.#lanes) {
      if (lane.idle) clearTimeout(lane.idle);
      lane.engine.close();
    }
    this.freed();
  }

  #of(runId: string): TrainingService {
    const lane = this.#lanes.find(({ training }) => training.activeRunId === runId);
    // That it does not train is for an engine to say.
    return (lane ?? this.#first).training;
  }

  async #most(): Promise<number> {
    const { cores, mostAtOnce } = this.#options;
    const most = await mostAtOnce();
    return most > 0 ? Math.min(most, cores) : cores;
  }

  /** Where a run of this document could begin, and with what; no lane: a new one. */
  #room(
    document: NetworkDocument,
    most: number,
  ): { readonly lane: OpenLane | null; readonly threads: number; readonly share: Share } | null {
    const { cores } = this.#options;
    const taken = this.#lanes.map((lane) => this.#taken(lane)).filter((threads) => threads > 0);
    // Alone in any case: as if started by hand.
    if (most === 1) {
      return taken.length > 0 ? null : { lane: this.#first, threads: cores, share: {} };
    }
    const threads = threadsOf(document, cores);
    const left = cores - taken.reduce((sum, each) => sum + each, 0);
    if (taken.length >= most || threads > left) return null;
    if (taken.length > 0 && !this.#hasMemory()) return null;
    const lane = this.#lanes.find((each) => this.#taken(each) === 0) ?? null;
    return { lane, threads, share: shareOf(threads, cores) };
  }

  /** Threads; a run that was started by hand has them all. */
  #taken({ taken, training, shared }: OpenLane): number {
    const { activeRunId } = training;
    if (taken > 0) return taken;
    if (activeRunId === null) return 0;
    return shared?.runId === activeRunId ? shared.threads : this.#options.cores;
  }

  /** As much as the largest of those that are there. */
  #hasMemory(): boolean {
    const each = Math.max(ENGINE_BYTES, ...this.#lanes.map(({ engine }) => engine.rssBytes));
    return this.#options.freeBytes() - REST_BYTES >= each;
  }

  #another(): OpenLane {
    const lane = this.#added(this.#options.open());
    this.#lanes.push(lane);
    for (const listen of this.#listening) listen(lane);
    return lane;
  }

  #added({ engine, training }: Lane): OpenLane {
    // After the training service, which has let go of the run by then.
    engine.on('progress', ({ progress }) => {
      if (!isActive(progress.state)) this.freed();
    });
    return { engine, training, taken: 0, shared: null, idle: null };
  }

  /** The first one stays: what is started by hand is to begin at once. */
  #rest(lane: OpenLane): void {
    if (lane.idle) clearTimeout(lane.idle);
    lane.idle = null;
    if (lane === this.#first || this.#isClosed || this.#taken(lane) > 0) return;
    lane.idle = setTimeout(() => {
      lane.idle = null;
      const at = this.#lanes.indexOf(lane);
      if (at < 0 || this.#taken(lane) > 0) return;
      this.#lanes.splice(at, 1);
      lane.engine.close();
    }, this.#options.idleMs ?? IDLE_MS);
    lane.idle.unref();
  }

  #change(): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(look, LOOK_MS);
      const waiting = this.#waiting;
      function look(): void {
        clearTimeout(timer);
        waiting.delete(look);
        done();
      }
      waiting.add(look);
    });
  }
}

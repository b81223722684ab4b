/**
 * The queue: what waits to be trained, and its turn. An entry belongs to the process that it was added in, as
 * a run does to the one that trains it; what a process leaves behind is taken over by the next one that serves
 * pages. Knows how to begin, go on with and stop a run from its runner, and nothing of engines.
 */
import { randomUUID } from 'node:crypto';
import { analyse } from '#engine/check/analyse.ts';
import type { DataAccess } from '#engine/datasets/index.ts';
import { errorMessage } from '#engine/ir/errors.ts';
import { InputError, inputError } from '#engine/ir/index.ts';
import {
  isActive,
  isOver,
  type QueueEntry,
  type QueueHold,
  type QueueRequest,
  type QueueState,
  type RunSummary,
} from '#engine/protocol/index.ts';
import { type Owners, processOwners } from '../runs/owner.ts';
import type { QueueDisk } from './disk.ts';
import type { DiskWatch } from './diskWatch.ts';
import { type EntryBody, type NewEntry, QueueStore, type StoredEntry } from './store.ts';
import { type QueueRunner, QueueTurns } from './turns.ts';

export interface QueueOptions {
  readonly folder: string;
  readonly runner: QueueRunner;
  /** What a project may read as things are now. */
  readonly accessOf: (project: string | null) => Promise<DataAccess>;
  /** Nothing is asked of it where it is not given. */
  readonly disk?: QueueDisk;
  /** Of whatever trains, also of what is nobody's entry. */
  readonly watch?: DiskWatch;
  readonly onChanged: (state: QueueState) => void;
  readonly onFault: (message: string) => void;
  readonly owners?: Owners;
  readonly now?: () => Date;
  readonly lookMs?: number;
}

/** An entry that is over, with the run that it became. */
export interface EndedEntry {
  readonly entry: QueueEntry;
  readonly run: RunSummary | null;
}

/** Between two looks for what others did: entries of dead processes, changes by living ones. */
const LOOK_MS = 2_000;
const TELL_MS = 50;

export class QueueService {
  readonly #options: QueueOptions;
  readonly #owners: Owners;
  readonly #turns: QueueTurns;
  readonly #endings = new Set<(ended: EndedEntry) => void>();
  #opened: QueueStore | null = null;
  #timer: ReturnType<typeof setInterval> | null = null;
  #adopts = false;
  #isClosing = false;
  #work: Promise<void> | null = null;
  #isWoken = false;
  #seenVersion = -1;
  #telling: ReturnType<typeof setTimeout> | null = null;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#owners = options.owners ?? processOwners;
    this.#turns = new QueueTurns({
      runner: options.runner,
      store: () => this.#store,
      owners: this.#owners,
      accessOf: options.accessOf,
      obstacle: () => options.disk?.obstacle(this.#sizes()) ?? Promise.resolve(null),
      isClosing: () => this.#isClosing,
      onChanged: () => this.#tell(),
      onEnd: (entry) => this.#tellEnd(entry),
      now: () => this.#now(),
    });
  }

  /**
   * From now on entries are trained. `adopt`: also what dead processes left, for hosts that stay; a command
   * that trains its own and ends takes nothing over.
   */
  begin({ adopt }: { readonly adopt: boolean }): void {
    if (this.#timer || this.#isClosing) return;
    this.#adopts = adopt;
    this.#timer = setInterval(() => this.#wake(), this.#options.lookMs ?? LOOK_MS);
    this.#timer.unref();
    this.#wake();
  }

  /** Told of every entry that is over, once it is on the disk. Returns the way to stop. */
  onEnded(listener: (ended: EndedEntry) => void): () => void {
    this.#endings.add(listener);
    return () => void this.#endings.delete(listener);
  }

  /** Answers the entries' ids. Throws InputError where a document has problems: then none is added. */
  async add(
    requests: readonly QueueRequest[],
    { next = false }: { readonly next?: boolean } = {},
  ): Promise<readonly string[]> {
    for (const { document } of requests) {
      const [first, ...others] = analyse(document).problems.filter((p) => p.severity === 'error');
      if (first) throw new InputError([first, ...others]);
    }
    const addedAt = this.#now().toISOString();
    const entries = await Promise.all(
      requests.map(async (request): Promise<NewEntry> => {
        const { document, project = null, group = null } = request;
        const body: EntryBody = {
          name: request.name ?? null,
          projectName: document.name,
          documentId: document.id ?? null,
          addedAt,
          tags: request.tags ?? [],
          project,
          access: await this.#options.accessOf(project),
          from: request.from ?? null,
        };
        return { id: randomUUID(), group, body, document };
      }),
    );
    this.#store.add(entries, this.#owners.self, next);
    this.#changed();
    return entries.map(({ id }) => id);
  }

  list(): QueueState {
    const entries = this.#store.listed().map((entry) => this.#shown(entry));
    const waiting = entries.filter(({ state }) => state === 'waiting').length;
    const room = this.#options.disk?.room(waiting, sizesOf(entries)) ?? null;
    return { entries, hold: this.#store.hold(), room };
  }

  /** All of a group, in the order in which they were added, also those that are over. */
  ofGroup(group: string): readonly QueueEntry[] {
    return this.#store.ofGroup(group).map((entry) => this.#shown(entry));
  }

  /** Null where there is none, or it is long over. */
  entry(id: string): QueueEntry | null {
    const found = this.#store.get(id);
    return found && this.#shown(found);
  }

  move(ids: readonly string[], before: string | null): void {
    this.#store.move(ids, before);
    this.#changed();
  }

  /** What waits is taken out, what trains is stopped. */
  async cancel(ids: readonly string[]): Promise<void> {
    const out = this.#store.cancel(ids, this.#now().toISOString());
    for (const entry of out) this.#tellEnd(entry);
    this.#changed();
    for (const id of ids) {
      const entry = this.#store.get(id);
      if (entry?.state !== 'running' || entry.run === null) continue;
      if (entry.owner !== this.#owners.self) {
        throw inputError('queue.elsewhere', 'Another Netloom trains this. Stop it there.');
      }
      await this.#options.runner.stop(entry.run);
    }
  }

  retry(ids: readonly string[]): void {
    this.#store.retry(ids, this.#owners.self);
    this.#changed();
  }

  /** Nothing more is begun until `resume`. What trains goes on. */
  pause(hold: QueueHold = { by: 'user', message: '' }): void {
    this.#store.setHold(hold);
    this.#changed();
  }

  resume(): void {
    this.#store.setHold(null);
    this.#changed();
  }

  clear(): void {
    this.#store.clear();
    this.#changed();
  }

  /** Something of this process's trains, or will without anybody's doing. */
  get isBusy(): boolean {
    if (!this.#timer || this.#isClosing) return false;
    const { self } = this.#owners;
    const running = this.#store.running(self);
    if (running.length > 0) return running.some(({ run }) => !this.#isPaused(run));
    return this.#store.hold() === null && this.#store.hasWaiting(self);
  }

  /** Of any run; those that are nobody's entry may have made room. */
  runChanged(summary: RunSummary): void {
    if (!this.#timer || isActive(summary.progress.state)) return;
    // Whoever says so has yet to let go of it.
    this.#wake();
  }

  /** Nothing more is begun; what trains is still to be suspended. */
  stopBeginning(): void {
    this.#isClosing = true;
    if (this.#timer) clearInterval(this.#timer);
    if (this.#telling) clearTimeout(this.#telling);
    try {
      const held = this.#opened?.running(this.#owners.self).some(({ run }) => this.#isPaused(run));
      // Who paused the run of an entry and left does not want to find it running.
      if (held) this.#opened?.setHold({ by: 'user', message: '' });
    } catch (error) {
      this.#fault(error);
    }
  }

  /** Once nothing trains any more: what is left is for whoever comes next. */
  async close(): Promise<void> {
    await this.#work;
    try {
      this.#opened?.release(this.#owners.self);
    } catch (error) {
      this.#fault(error);
    }
    this.#opened?.close();
    this.#opened = null;
  }

  // ------------------------------------------------------------------------------------ turns

  /** At the end of what goes on now, once, however often. */
  #wake(): void {
    if (!this.#timer || this.#isClosing) return;
    if (this.#work) {
      this.#isWoken = true;
      return;
    }
    this.#work = new Promise<void>((done) => setImmediate(done))
      .then(() => this.#turn())
      .catch((error: unknown) => this.#fault(error))
      .finally(() => {
        this.#work = null;
        if (!this.#isWoken) return;
        this.#isWoken = false;
        this.#wake();
      });
  }

  async #turn(): Promise<void> {
    if (this.#isClosing) return;
    if (this.#store.hasWaiting(this.#owners.self)) await this.#options.disk?.look();
    const full = await this.#options.watch?.look();
    if (full) this.pause(full);
    const version = this.#store.version();
    if (version !== this.#seenVersion) {
      this.#seenVersion = version;
      this.#tell();
    }
    await this.#turns.look(this.#adopts);
  }

  #tellEnd(entry: StoredEntry): void {
    this.#options.disk?.forget();
    const ended = { entry: this.#shown(entry), run: this.#summary(entry.run) };
    for (const listener of this.#endings) {
      try {
        listener(ended);
      } catch (error) {
        this.#fault(error);
      }
    }
  }

  // ------------------------------------------------------------------------------------ words

  get #store(): QueueStore {
    // Opened when first asked: most commands never do.
    return (this.#opened ??= new QueueStore(this.#options.folder));
  }

  #sizes(): readonly number[] {
    return sizesOf(this.#store.listed());
  }

  #summary(run: string | null): RunSummary | null {
    return run === null ? null : this.#options.runner.summary(run);
  }

  #isPaused(run: string | null): boolean {
    return this.#summary(run)?.progress.state === 'paused';
  }

  #shown(entry: StoredEntry): QueueEntry {
    const { id, state, group, run, reason, elapsedMs, sizeBytes, owner, body } = entry;
    const { tags, documentId, projectName, addedAt } = body;
    const name = body.name ?? projectName;
    const elsewhere = !isOver(state) && owner !== this.#owners.self;
    return {
      ...{ id, name, state, runId: run, group, tags, documentId, projectName },
      ...{ addedAt, elapsedMs, sizeBytes, reason, elsewhere },
    };
  }

  /** Something was changed by hand: there may be something to begin now. */
  #changed(): void {
    this.#tell();
    this.#wake();
  }

  #tell(): void {
    if (this.#telling || this.#isClosing) return;
    this.#telling = setTimeout(() => {
      this.#telling = null;
      try {
        this.#options.onChanged(this.list());
      } catch (error) {
        this.#fault(error);
      }
    }, TELL_MS);
    this.#telling.unref();
  }

  #fault(error: unknown): void {
    this.#options.onFault(`The queue: ${errorMessage(error)}`);
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }
}

/** What is over left on the disk: what comes next is most like it. */
const sizesOf = (entries: readonly Pick<StoredEntry, 'sizeBytes'>[]): readonly number[] =>
  entries.flatMap(({ sizeBytes }) => (sizeBytes === null ? [] : [sizeBytes]));

/**
 * Whose turn it is: begins what waits, in its order, and sees to what ended, died or was left behind. Of the
 * queue's own process alone; what people do to the queue is the service's (queue.ts).
 */
import { randomUUID } from 'node:crypto';
import type { DataAccess } from '#engine/datasets/index.ts';
import { errorSentence } from '#engine/ir/errors.ts';
import { InputError, inputError, type NetworkDocument } from '#engine/ir/index.ts';
import {
  isActive,
  type QueueEntryState,
  type QueueHold,
  RemoteError,
  type RunSummary,
} from '#engine/protocol/index.ts';
import type { Owners } from '../runs/owner.ts';
import type { EntryBody, QueueStore, StoredEntry } from './store.ts';

/** What an entry is trained with. */
export interface QueuedTraining {
  readonly document: NetworkDocument;
  readonly body: EntryBody;
  readonly group: string | null;
}

/** Whatever trains. */
export interface QueueRunner {
  /** Whether a run of this document could begin now, beside what trains. */
  hasRoom(document: NetworkDocument): Promise<boolean>;
  start(training: QueuedTraining, runId: string): Promise<unknown>;
  /** Goes on with an interrupted or stopped run from its checkpoint. */
  recover(runId: string): Promise<unknown>;
  stop(runId: string): Promise<unknown>;
  /** Null where there is no such run. What a dead process left is interrupted by then. */
  summary(runId: string): RunSummary | null;
  /** A run that is begun anew, because it left nothing to go on from. */
  discard(runId: string): void;
  /** What a run takes on the disk; null where that cannot be known. */
  sizeBytes(runId: string): Promise<number | null>;
}

export interface TurnOptions {
  readonly runner: QueueRunner;
  readonly store: () => QueueStore;
  readonly owners: Owners;
  readonly accessOf: (project: string | null) => Promise<DataAccess>;
  readonly obstacle: () => Promise<QueueHold | null>;
  /** The program is about to end: nothing more is begun. */
  readonly isClosing: () => boolean;
  readonly onChanged: () => void;
  /** It is over, and on the disk. */
  readonly onEnd: (entry: StoredEntry) => void;
  readonly now: () => Date;
}

/** Under how many deaths of the engine an entry is set aside. */
const MOST_CRASHES = 2;
/** What is over is forgotten after this; its run is not. */
const KEPT_MS = 7 * 24 * 3_600_000;

/** No entry's fault: everything that waits would fail of it, so it waits on. */
const HOLDS =
  /^(file\.(disk-full|read-only)|system\.too-many-files|(runs|queue)\.(busy|cannot-open|damaged|disk-fault|in-use|newer))$/;

export class QueueTurns {
  readonly #options: TurnOptions;

  constructor(options: TurnOptions) {
    this.#options = options;
  }

  /** Begins what can begin. `adopts`: also takes over what dead processes left. */
  async look(adopts: boolean): Promise<void> {
    const { owners, runner, obstacle, isClosing } = this.#options;
    if (isClosing()) return;
    if (adopts) await this.#adopt();
    for (const entry of this.#store.running(owners.self)) await this.#settle(entry);
    while (!isClosing() && this.#store.hold() === null) {
      // Nobody overtakes: where the first has no room, those behind it wait for it too.
      const entry = this.#store.first(owners.self);
      if (!entry) return;
      const document = this.#store.document(entry.id);
      if (document && !(await runner.hasRoom(document))) return;
      const found = await obstacle();
      if (found) {
        this.#hold(found);
        return;
      }
      if (!(await this.#begin(entry))) return;
    }
  }

  #hold(hold: QueueHold): void {
    this.#store.setHold(hold);
    this.#options.onChanged();
  }

  /** What was in training when its process died goes on when its turn comes, unless it had ended by then. */
  async #adopt(): Promise<void> {
    const { owners } = this.#options;
    const { self } = owners;
    const adopted = this.#store.adopt((owner) => owner !== self && !owners.isAlive(owner), self);
    if (adopted === 0) return;
    this.#store.forget(new Date(this.#options.now().getTime() - KEPT_MS).toISOString());
    for (const entry of this.#store.listed()) {
      if (entry.owner === self && entry.state === 'waiting') await this.#settle(entry);
    }
    this.#options.onChanged();
  }

  /** Answers whether there may be another one to begin. */
  async #begin(entry: StoredEntry): Promise<boolean> {
    const { runner } = this.#options;
    const { self } = this.#options.owners;
    const before = this.#summary(entry.run);
    if (before?.progress.state === 'finished') return this.#settle(entry).then(() => true);
    let begun = false;
    try {
      if (before) {
        if (!this.#store.begin(entry.id, self, before.id)) return true;
        begun = true;
        this.#options.onChanged();
        if (isActive(before.progress.state)) return true;
        try {
          await runner.recover(before.id);
          return true;
        } catch (error) {
          if (codeOf(error) !== 'run.no-checkpoint') throw error;
          runner.discard(before.id);
          this.#store.wait(entry.id, { ...entry, run: null, reason: null });
        }
      }
      const document = this.#store.document(entry.id);
      const runId = randomUUID();
      if (!this.#store.begin(entry.id, self, runId)) return true;
      begun = true;
      this.#options.onChanged();
      if (!document) throw inputError('queue.no-document', 'What was to be trained is not there.');
      const body = { ...entry.body, access: await this.#accessOf(entry.body) };
      await runner.start({ document, body, group: entry.group }, runId);
      return true;
    } catch (error) {
      if (!begun) throw error;
      return this.#couldNot(entry, error);
    }
  }

  /** What it might read then and what was allowed since. */
  async #accessOf({ project, access }: EntryBody): Promise<DataAccess> {
    const now = await this.#options.accessOf(project);
    return {
      folder: now.folder ?? access.folder,
      allowed: [...new Set([...access.allowed, ...now.allowed])],
    };
  }

  /** It did not come to a run. Answers whether another one is to be tried. */
  #couldNot(before: StoredEntry, error: unknown): boolean {
    const entry = this.#store.get(before.id);
    // It began all the same, and ended: that has been seen to.
    if (entry?.state !== 'running' || this.#options.isClosing()) return !this.#options.isClosing();
    const code = codeOf(error);
    const message = sentenceOf(error);
    const run = this.#summary(entry.run)?.id ?? null;
    if (code === 'run.busy') {
      this.#store.wait(entry.id, { ...entry, run });
      this.#options.onChanged();
      return false;
    }
    if (HOLDS.test(code)) {
      this.#store.wait(entry.id, { ...entry, run });
      this.#hold({ by: 'record', message });
      return false;
    }
    if (code === 'engine.ended') {
      this.#crashed({ ...entry, run }, message);
      return true;
    }
    this.#end({ ...entry, run }, { state: 'failed', reason: message });
    return true;
  }

  /** Where its run is over, so is the entry, or it waits to go on. */
  async #settle(entry: StoredEntry): Promise<void> {
    const run = this.#summary(entry.run);
    if (!run || isActive(run.progress.state)) return;
    const { state, reason = null, elapsedMs } = run.progress;
    if (state === 'interrupted') {
      if (entry.state === 'running') this.#crashed(entry, reason ?? '');
      return;
    }
    const sizeBytes = await this.#options.runner.sizeBytes(run.id);
    const ended: QueueEntryState =
      state === 'finished' || state === 'stopped' || state === 'failed' ? state : 'failed';
    this.#end(entry, { state: ended, reason, elapsedMs, sizeBytes });
  }

  #crashed(entry: StoredEntry, reason: string): void {
    const crashes = entry.crashes + 1;
    if (crashes < MOST_CRASHES) {
      this.#store.wait(entry.id, { run: entry.run, crashes, reason });
      this.#options.onChanged();
      return;
    }
    const why = `The engine ended ${crashes} times while it trained this. ${reason}`.trim();
    this.#end(entry, { state: 'setAside', reason: why });
  }

  #end(
    entry: StoredEntry,
    outcome: {
      readonly state: QueueEntryState;
      readonly reason: string | null;
      readonly elapsedMs?: number;
      readonly sizeBytes?: number | null;
    },
  ): void {
    const { elapsedMs = null, sizeBytes = null } = outcome;
    const at = this.#options.now().toISOString();
    const change = { ...outcome, run: entry.run, elapsedMs, sizeBytes, at };
    if (this.#store.end(entry.id, change)) this.#options.onEnd({ ...entry, ...change });
    this.#options.onChanged();
  }

  get #store(): QueueStore {
    return this.#options.store();
  }

  #summary(run: string | null): RunSummary | null {
    return run === null ? null : this.#options.runner.summary(run);
  }
}

function sentenceOf(error: unknown): string {
  const [problem] = error instanceof RemoteError ? error.problems : [];
  return problem?.message ?? errorSentence(error);
}

/** Of the first thing that is wrong. */
function codeOf(error: unknown): string {
  if (error instanceof InputError) return error.problems[0]?.code ?? '';
  if (error instanceof RemoteError) return error.problems[0]?.code ?? error.code ?? '';
  return '';
}

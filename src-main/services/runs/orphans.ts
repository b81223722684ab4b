/**
 * Runs whose process is gone: nobody else will say how they ended. They are closed by whoever lists runs next;
 * where that cannot be written they are shown as ended all the same.
 */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { InputError } from '#engine/ir/index.ts';
import { pointsOf, type RunEvent, type RunSummary } from '#engine/protocol/index.ts';
import { checkpointPath } from '#engine/training/checkpoint.ts';
import { changeOfState } from './journal.ts';
import type { Owners } from './owner.ts';
import { hasBegun, interruptedRun, type Told } from './states.ts';
import type { Holding, RunStore } from './store.ts';

export interface OrphansOptions {
  readonly store: RunStore;
  readonly owners: Owners;
  readonly folderOf: (runId: string) => string;
  /** This process trains it, or has news of it that are not written yet. */
  readonly isOurs: (runId: string) => boolean;
  readonly onEnded: (summary: RunSummary, events: readonly RunEvent[]) => void;
}

export class Orphans {
  readonly #options: OrphansOptions;
  /** Those whose end could not be written. */
  readonly #unwritten = new Map<string, RunSummary>();

  constructor(options: OrphansOptions) {
    this.#options = options;
  }

  summaryOf(runId: string): RunSummary | undefined {
    return this.#unwritten.get(runId);
  }

  runIds(): Iterable<string> {
    return this.#unwritten.keys();
  }

  bury(): void {
    const { store, owners, folderOf, isOurs } = this.#options;
    this.#unwritten.clear();
    for (const seen of store.active()) {
      const { owner, summary } = seen;
      if (isOurs(summary.id)) continue;
      if (owner !== owners.self && owners.isAlive(owner)) continue;
      const hasCheckpoint = existsSync(checkpointPath(folderOf(summary.id), 'last'));
      const ended = interruptedRun(
        // What its process knew of the checkpoint may not have been written any more.
        { ...summary, hasCheckpoint },
        'Netloom ended while this run was training.',
        toldOf(store, summary.id),
      );
      try {
        this.#close(seen, ended);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        this.#unwritten.set(summary.id, ended);
      }
    }
  }

  #close(seen: Holding, ended: RunSummary): void {
    const { store, folderOf, onEnded } = this.#options;
    const { state } = seen.summary.progress;
    if (!hasBegun({ ...ended, progress: { ...ended.progress, state } })) {
      store.withdraw(ended.id, seen.owner);
      rm(folderOf(ended.id), { recursive: true, force: true }).catch(() => undefined);
      return;
    }
    const events = changeOfState(seen.summary.progress, ended.progress);
    if (store.swap(seen, { owner: seen.owner, summary: ended }, events)) onEnded(ended, events);
  }
}

/** The last that the record has of a run; nothing where it cannot be asked. */
export function toldOf(store: RunStore, runId: string): readonly Told[] {
  try {
    const ends = pointsOf(store.curves(runId, {}, 1));
    return [...Object.values(store.snapshots(runId)), ...ends];
  } catch {
    return [];
  }
}

/**
 * What a run takes of the disk, and what a person does about it: archive it, thin out its past. Deleting is
 * runs.ts. Sizes are measured when something was written and kept beside the run, so that a list of thousands
 * asks no disk.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '#engine/ir/errors.ts';
import { InputError, inputError } from '#engine/ir/index.ts';
import { asInputError } from '#engine/ir/systemError.ts';
import { writeAtomic } from '#engine/platform/nodeWriting.ts';
import {
  isActive,
  type RunCheckpoint,
  type RunSummary,
  type ThinRequest,
  type ThinSavings,
} from '#engine/protocol/index.ts';
import { checkpointsIn, pathOf } from './checkpointFiles.ts';
import { bytesIn, bytesOfFiles } from './folderFiles.ts';
import { SNAPSHOT_FILE } from './snapshotFile.ts';
import { rewritten } from './snapshotWriter.ts';
import type { RunStore } from './store.ts';

/** Between so many runs measured at start others have their turn. */
const AT_ONCE = 20;

export interface RetentionOptions {
  readonly store: RunStore;
  readonly folderOf: (runId: string) => string;
  /** As it is now; throws where there is none. */
  readonly summaryOf: (runId: string) => RunSummary;
  readonly onChanged: (summary: RunSummary) => void;
  readonly now: () => Date;
}

export class Retention {
  readonly #options: RetentionOptions;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** Throws InputError where there is no such run. */
  checkpoints(runId: string): readonly RunCheckpoint[] {
    this.#options.summaryOf(runId);
    return checkpointsIn(this.#options.folderOf(runId));
  }

  archive(runId: string, archived: boolean): RunSummary {
    const { store, summaryOf, now } = this.#options;
    const { archived: before } = summaryOf(runId);
    if (before !== archived) store.archive(runId, archived ? now().toISOString() : null);
    return this.#changed(runId);
  }

  /** For good. Not of a run in training, whose files its engine writes. */
  async thin(runId: string, { checkpoints, snapshots }: ThinRequest): Promise<RunSummary> {
    const { store, summaryOf, folderOf } = this.#options;
    if (isActive(summaryOf(runId).progress.state)) {
      throw inputError('run.active', 'This run is being trained. Stop it first.');
    }
    const folder = folderOf(runId);
    if (checkpoints !== undefined) await dropCheckpoints(folder, checkpoints);
    if (checkpoints === 'all') store.leftNoCheckpoint(runId);
    if (snapshots !== undefined) await dropSnapshots(join(folder, SNAPSHOT_FILE), snapshots);
    this.measure(runId);
    return this.#changed(runId);
  }

  /** Of all of these together; of one that is trained nothing can go. */
  async savings(runIds: readonly string[]): Promise<ThinSavings> {
    const { summaryOf, folderOf } = this.#options;
    const sum = { checkpoints: { half: 0, past: 0, all: 0 }, snapshots: { half: 0, all: 0 } };
    for (const runId of runIds) {
      if (isActive(summaryOf(runId).progress.state)) continue;
      const folder = folderOf(runId);
      const all = checkpointsIn(folder);
      const bytesOf = (some: readonly RunCheckpoint[]): number =>
        bytesOfFiles(some.map((each) => pathOf(folder, each)));
      for (const which of ['half', 'past', 'all'] as const) {
        const gone = new Set(goneOf(all, which));
        // Two names of one file free it together alone.
        sum.checkpoints[which] += bytesOf(all) - bytesOf(all.filter((each) => !gone.has(each)));
      }
      const path = join(folder, SNAPSHOT_FILE);
      const file = await readSnapshots(path);
      if (file === null) continue;
      sum.snapshots.all += file.length;
      sum.snapshots.half += Math.max(0, file.length - halved(file).length);
    }
    return sum;
  }

  /** Never throws: the next time will do. */
  measure(runId: string, andTell = false): void {
    const { store, folderOf } = this.#options;
    try {
      store.setSize(runId, store.bytesOf(runId) + bytesIn(folderOf(runId)));
      if (andTell) this.#changed(runId);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  }

  /** Those that nobody has measured; ends early where the program does. */
  async measureAll(isClosed: () => boolean): Promise<void> {
    const { store } = this.#options;
    try {
      const runs = isClosed() ? [] : store.unmeasured();
      for (const [i, runId] of runs.entries()) {
        if (i % AT_ONCE === 0) await new Promise((resume) => setImmediate(resume));
        if (isClosed()) return;
        // One that is deleted is measured too: it may be had back.
        this.measure(runId, true);
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  }

  #changed(runId: string): RunSummary {
    const summary = this.#options.summaryOf(runId);
    this.#options.onChanged(summary);
    return summary;
  }
}

async function dropCheckpoints(
  folder: string,
  which: NonNullable<ThinRequest['checkpoints']>,
): Promise<void> {
  for (const each of goneOf(checkpointsIn(folder), which)) await removed(pathOf(folder, each));
}

/** Those of a run's checkpoints that are to go. */
function goneOf(
  all: readonly RunCheckpoint[],
  which: NonNullable<ThinRequest['checkpoints']>,
): readonly RunCheckpoint[] {
  const kept = all.filter((each) => each.which === 'kept');
  // The newest of its past stays with every other one before it.
  const half = kept.filter((_, i) => (kept.length - 1 - i) % 2 === 1);
  return { half, past: kept, all }[which];
}

async function dropSnapshots(
  path: string,
  which: NonNullable<ThinRequest['snapshots']>,
): Promise<void> {
  if (which === 'all') return removed(path);
  const file = await readSnapshots(path);
  if (file === null) return;
  await writeAtomic(path, halved(file), { private: true, links: 'replace' });
}

/** Null where there are none. */
async function readSnapshots(path: string): Promise<Buffer | null> {
  return readFile(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null;
    throw asInputError(error, path);
  });
}

const halved = (file: Buffer): Buffer => rewritten(file, (_, size) => size / 2).bytes;

async function removed(path: string): Promise<void> {
  await rm(path, { force: true }).catch((error: unknown) => {
    throw asInputError(error, path, 'writing');
  });
}

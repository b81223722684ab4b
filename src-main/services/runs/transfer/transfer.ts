/**
 * Runs as files: written into one, and taken from one. A file is taken whole or not at all: its runs are out of
 * sight until the last of them is there, and what an error leaves is cleared away. One that is here already
 * stays what it is.
 */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { inputError } from '#engine/ir/index.ts';
import { makeFolder } from '#engine/platform/nodeWriting.ts';
import { isActive, type RunImport, type RunSummary } from '#engine/protocol/index.ts';
import type { RunStore } from '../store.ts';
import { importRun } from './importRun.ts';
import { checkRoom, openRunFile, type RunInFile } from './readRunFile.ts';
import { fileNameOf, writeRunFile } from './writeRunFile.ts';

export interface TransferOptions {
  readonly store: RunStore;
  readonly folderOf: (runId: string) => string;
  /** As it is now; throws where there is none. */
  readonly summaryOf: (runId: string) => RunSummary;
  readonly owner: string;
  /** Back from those that were deleted; throws where it cannot be had back. */
  readonly restore: (runId: string) => RunSummary;
  /** It is here now. */
  readonly onArrived: (runId: string) => void;
}

export interface ImportOptions {
  /** Runs that are here already come as others, with ids of their own. */
  readonly asNew?: boolean;
  /** What messages call the file; its path where nothing is said. */
  readonly shownAs?: string;
}

export class RunTransfer {
  readonly #options: TransferOptions;

  constructor(options: TransferOptions) {
    this.#options = options;
  }

  /** What a file of these would be called. */
  fileName(runIds: readonly string[]): string {
    const [first, ...others] = runIds.map((id) => this.#options.summaryOf(id));
    const name = others.length > 0 ? `${runIds.length} runs` : (first?.name ?? '');
    return `${fileNameOf(name)}.netloom-run.zip`;
  }

  /** Throws InputError, also for runs in training: their files are being written. */
  async export(
    runIds: readonly string[],
    path: string,
    options: { readonly private?: boolean } = {},
  ): Promise<void> {
    const { store, summaryOf, folderOf } = this.#options;
    const runs = [...new Set(runIds)].map((id) => {
      const summary = summaryOf(id);
      if (isActive(summary.progress.state)) {
        throw inputError('run.active', `${summary.name} is being trained. Stop it first.`);
      }
      return { summary, folder: folderOf(id) };
    });
    await writeRunFile({ path, runs, rows: store.portable, ...options });
  }

  async import(path: string, options: ImportOptions = {}): Promise<readonly RunImport[]> {
    const { store, folderOf, owner, onArrived } = this.#options;
    const file = await openRunFile(path, options.shownAs);
    const begun: string[] = [];
    try {
      const [known, coming] = this.#sorted(file.runs, options.asNew === true);
      if (coming.length > 0) {
        const parent = dirname(folderOf('any'));
        makeFolder(parent, 0o700);
        await checkRoom(parent, file.bytes);
      }
      const arrived: RunImport[] = [];
      for (const { from, id } of coming) {
        const { name } = await importRun({
          ...{ from, id, owner, folder: folderOf(id), rows: store.portable },
          onBegun: () => void begun.push(id),
        });
        arrived.push({ runId: id, name, outcome: 'imported' });
      }
      if (!store.portable.appear(begun)) {
        throw inputError('run-file.interrupted', 'Another program cleared this away. Try again.');
      }
      begun.length = 0;
      for (const { runId } of arrived) onArrived(runId);
      return [...arrived, ...known.map((run) => this.#known(run))];
    } catch (error) {
      for (const id of begun) await this.#clear(id);
      throw error;
    } finally {
      file.close();
    }
  }

  /** Those that are here, and those that come, each with its id here. */
  #sorted(runs: readonly RunInFile[], asNew: boolean) {
    const known: RunInFile[] = [];
    const coming: { readonly from: RunInFile; readonly id: string }[] = [];
    const ids = new Set<string>();
    for (const from of runs) {
      const { id } = from.manifest.run;
      const isHere = ids.has(id) || this.#options.store.portable.presence(id) !== 'none';
      if (isHere && !asNew) known.push(from);
      else coming.push({ from, id: isHere ? randomUUID() : id });
      ids.add(id);
    }
    return [known, coming] as const;
  }

  #known({ manifest: { run } }: RunInFile): RunImport {
    const { store, restore, summaryOf } = this.#options;
    if (store.portable.presence(run.id) === 'deleted') {
      return { runId: run.id, name: restore(run.id).name, outcome: 'restored' };
    }
    return { runId: run.id, name: summaryOf(run.id).name, outcome: 'already-here' };
  }

  async #clear(runId: string): Promise<void> {
    const { store, folderOf } = this.#options;
    // What stays now goes with the next start (RunsService.purge).
    await rm(folderOf(runId), { recursive: true, force: true }).catch(() => undefined);
    store.portable.drop(runId);
  }
}

/**
 * Weights from a file as a run: on record like any other, with a checkpoint and without a curve, so that it
 * predicts, leaves again, is branched from and compared. Out of sight until all of it is there, as runs that come
 * as files of runs are.
 */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { importModel } from '#engine/export/importModel.ts';
import { type Model, readModelJson } from '#engine/export/modelJson.ts';
import { readSafetensors, roundedText } from '#engine/export/safetensors.ts';
import { inputError, type NetworkDocument } from '#engine/ir/index.ts';
import { readRegularFile } from '#engine/platform/node.ts';
import { makeFolder, writeAtomic } from '#engine/platform/nodeWriting.ts';
import type { RunSummary } from '#engine/protocol/index.ts';
import { checkpointPath } from '#engine/training/checkpoint.ts';
import { emptyProgress, newSummary } from './states.ts';
import type { RunStore } from './store.ts';

export interface ModelImportOptions {
  readonly store: RunStore;
  readonly folderOf: (runId: string) => string;
  readonly summaryOf: (runId: string) => RunSummary;
  readonly owner: string;
  readonly now: () => Date;
  /** It is here now. */
  readonly onArrived: (runId: string) => void;
}

/** One text is parsed whole: longer ones no JavaScript takes. */
const MOST_JSON_BYTES = 500_000_000;

export class ModelImport {
  readonly #options: ModelImportOptions;

  constructor(options: ModelImportOptions) {
    this.#options = options;
  }

  /** Netloom JSON: its project, which has an id from now on, and its weights as a run of that. */
  async json(path: string, shownAs = path) {
    const model = readModelJson(await readRegularFile(path, MOST_JSON_BYTES), shownAs);
    const { id = randomUUID() } = model.document;
    const document: NetworkDocument = { ...model.document, id };
    return { document, run: await this.#enter({ ...model, document }, shownAs) };
  }

  /** safetensors: the weights of this very network. */
  async weights(path: string, document: NetworkDocument, shownAs = path): Promise<RunSummary> {
    const { tensors, metadata, rounded } = readSafetensors(await readRegularFile(path), shownAs);
    return this.#enter({ document, tensors, metadata }, shownAs, roundedText(rounded));
  }

  async #enter(model: Model, shownAs: string, said: string | null = null): Promise<RunSummary> {
    const { store, folderOf, summaryOf, owner, now, onArrived } = this.#options;
    const { document, checkpoint, parameters, step, epoch, name } = importModel(model, shownAs);
    const known = { id: randomUUID(), createdAt: now().toISOString() };
    const { id } = known;
    const [newest] = store.rows(undefined, 1);
    // The next colour of the palette; the name is given.
    const number = (newest?.colorSlot ?? -1) + 2;
    const shown = name ?? shownAs.replace(/^.*[/\\]/, '').replace(/\.[a-z]+$/i, '');
    const summary: RunSummary = {
      ...newSummary(document, known, { name: shown }, number),
      parameters,
      progress: {
        ...emptyProgress(document),
        ...{ state: 'imported', step, totalSteps: step, epoch, totalEpochs: epoch },
        reason: `Weights from ${shownAs}${said === null ? '' : `. ${said}`}`,
      },
    };
    const folder = folderOf(id);
    store.portable.begin({ summary, document, owner });
    try {
      makeFolder(folder, 0o700);
      await writeAtomic(checkpointPath(folder, 'best'), checkpoint, { private: true });
      if (!store.portable.appear([id])) {
        throw inputError('run-file.interrupted', 'Another program cleared this away. Try again.');
      }
    } catch (error) {
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
      store.portable.drop(id);
      throw error;
    }
    onArrived(id);
    return summaryOf(id);
  }
}

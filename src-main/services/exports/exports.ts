/**
 * Exports of runs and of projects: finds weights, data and what to say of them, has the file written and run by a
 * process of its own, and puts it where it is wanted.
 */
import { rm } from 'node:fs/promises';
import { dirname, join, basename } from 'node:path';
import type { JsonValue } from '#engine/ir/attrs.ts';
import { exportFormats } from '#engine/export/formats/index.ts';
import { originOf } from '#engine/export/importModel.ts';
import { modelCard } from '#engine/export/modelCard.ts';
import { InputError, inputError, type NetworkDocument } from '#engine/ir/index.ts';
import type { DataAccess } from '#engine/datasets/index.ts';
import { metricName } from '#engine/metrics/names.ts';
import { writeAtomic } from '#engine/platform/nodeWriting.ts';
import {
  type DataOrigin,
  type ExportContainer,
  type ExportReport,
  RemoteError,
  type RunSummary,
  type WhichWeights,
} from '#engine/protocol/index.ts';
import { figureWords } from '#engine/runs/words.ts';
import { keptAccess } from '../dataAccess.ts';
import { metadataOf } from '../runs/checkpointFiles.ts';
import type { RunsService } from '../runs/runs.ts';
import type { Exporter } from './exporter.ts';
import { needRoom, putInPlace } from './place.ts';
import { type ChosenWeights, weightsOf } from './weights.ts';

/** What is exported. */
export type ExportSubject =
  | { readonly kind: 'run'; readonly runId: string; readonly which?: WhichWeights }
  | {
      readonly kind: 'document';
      readonly document: NetworkDocument;
      readonly access: DataAccess;
      /** A safetensors file; absent: initial weights. */
      readonly weights?: string;
    };

export interface ExportOptions {
  readonly format: string;
  readonly options: Readonly<Record<string, JsonValue>>;
  readonly outputs: readonly string[];
  readonly path: string;
  /** Of a format of several files: a folder there, or (the usual) one zip. */
  readonly container?: ExportContainer;
  /** Puts files among those that a folder has already. */
  readonly overwrite?: boolean;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

export interface Exported {
  readonly report: ExportReport;
  /** Of a run. */
  readonly weights: Pick<ChosenWeights, 'which' | 'step'> | null;
  /** What goes with it, as Markdown; with a picture nothing does. */
  readonly card: string | null;
  /**
   * Puts the file or folder in its place; until then it lies beside it. `card`: and its card, by the same name or
   * within the folder.
   */
  keep(options: { readonly card: boolean }): Promise<void>;
  drop(): Promise<void>;
}

export interface ExportsOptions {
  readonly exporter: Exporter | undefined;
  readonly runs: RunsService;
  readonly version: string;
  readonly prepareData: (document: NetworkDocument, access: DataAccess) => Promise<DataOrigin>;
}

export class ExportsService {
  readonly #exporter: Exporter | undefined;
  readonly #runs: RunsService;
  readonly #version: string;
  readonly #prepareData: ExportsOptions['prepareData'];
  #count = 0;

  constructor(options: ExportsOptions) {
    this.#prepareData = options.prepareData;
    this.#exporter = options.exporter;
    this.#runs = options.runs;
    this.#version = options.version;
  }

  /** What the file is to be called: after the run, or the project. */
  fileName(subject: ExportSubject, format: string): string {
    const name =
      subject.kind === 'run' ? this.#runs.summary(subject.runId).name : subject.document.name;
    const extension = exportFormats.get(format)?.extension ?? format;
    return `${name.replace(/[^\p{L}\p{N}.-]+/gu, '-')}.${extension}`;
  }

  async export(subject: ExportSubject, options: ExportOptions): Promise<Exported> {
    if (!this.#exporter) throw inputError('export.unavailable', 'This host exports nothing.');
    const { path, signal, container = 'zip', overwrite = false, ...wanted } = options;
    const format = exportFormats.get(wanted.format);
    const isPicture = format?.kind === 'picture';
    const isFolder = container === 'folder' && format?.isFolder === true;
    if (isFolder && !overwrite) await needRoom(path);
    const { document, access, weights, metadata, chosen, run } = await this.#source(
      subject,
      isPicture,
    );
    this.#count += 1;
    const beside = join(dirname(path), `.${basename(path)}.${process.pid}-${this.#count}.tmp`);
    const producer = { name: 'Netloom', version: this.#version };
    try {
      const report = await this.#exporter.export(
        {
          ...{ document, weights, metadata, producer, ...wanted },
          data: isPicture ? { kind: 'generated' } : await this.#data(document, access),
          path: beside,
          container,
        },
        signal,
      );
      const fileName = basename(path);
      const card = isPicture
        ? null
        : modelCard({ fileName, document, report, run, weights: chosen });
      return {
        ...{ report, card, weights: chosen },
        async keep(keeping) {
          await putInPlace(beside, path);
          if (!keeping.card || card === null) return;
          await writeAtomic(isFolder ? join(path, 'MODEL_CARD.md') : `${path}.md`, card);
        },
        drop: () => rm(beside, { recursive: true, force: true }),
      };
    } catch (error) {
      await rm(beside, { recursive: true, force: true });
      throw error;
    }
  }

  /** An export can do without its data, and says so. */
  async #data(document: NetworkDocument, access: DataAccess): Promise<DataOrigin> {
    try {
      return await this.#prepareData(document, access);
    } catch (error) {
      if (!(error instanceof InputError || error instanceof RemoteError)) throw error;
      return { kind: 'unreadable', problems: error.problems };
    }
  }

  /** `isPicture`: a run without weights is as good as one with them. */
  async #source(subject: ExportSubject, isPicture: boolean) {
    if (subject.kind === 'document') {
      const { document, access, weights = null } = subject;
      const metadata = weights === null ? { weights: 'initial' } : {};
      return {
        document,
        access,
        weights,
        ...{ chosen: null, run: null },
        metadata: { name: document.name, ...metadata },
      };
    }
    const { runId, which } = subject;
    const hasWeights = !isPicture || this.#runs.retention.checkpoints(runId).length > 0;
    const chosen = hasWeights ? weightsOf(this.#runs, runId, which) : null;
    const run = this.#runs.summary(runId);
    return {
      document: this.#runs.document(runId),
      access: await keptAccess(this.#runs.checkpointDir(runId)),
      ...{ chosen, run, weights: chosen?.path ?? null },
      metadata: chosen ? runMetadata(run, chosen) : {},
    };
  }
}

/** What came from a file leaves with what that file said. */
const runMetadata = (
  run: RunSummary,
  { which, step, path }: ChosenWeights,
): Readonly<Record<string, string>> => {
  if (run.progress.state === 'imported') return originOf(metadataOf(path));
  const { id, name, progress, dataFingerprint, createdAt } = run;
  const metrics = measuredWords(run);
  return {
    ...{ name, run: id, weights: which, step: String(step), epoch: String(progress.epoch) },
    trainedAt: createdAt,
    ...(metrics !== '' && { metrics }),
    ...(dataFingerprint !== '' && { dataFingerprint }),
  };
};

/** More figures than these nobody reads in a line. */
const TOLD_FIGURES = 2;

/** `test Accuracy 97.9 %, F1 97.8 %`: at the end of the run, of samples that it did not train on. */
function measuredWords({ last }: RunSummary): string {
  const split = last?.test ? 'test' : 'validation';
  const figures = Object.entries(last?.[split]?.values ?? {}).filter(
    ([key]) => metricName(key).ofSamples,
  );
  // A loss says little to who did not choose it.
  const telling = figures.filter(([key]) => metricName(key).id !== 'loss');
  const told = (telling.length > 0 ? telling : figures).slice(0, TOLD_FIGURES);
  const words = told.map(([key, value]) => `${metricName(key).label} ${figureWords(key, value)}`);
  return words.length === 0 ? '' : `${split} ${words.join(', ')}`;
}

/**
 * Main process <-> engine process. The engine answers calls and emits events; it never calls upward.
 */
import type { NetworkDocument } from '../ir/document.ts';
import type { BackendName } from '../backends/backend.ts';
import type { DataOrigin } from './dataContract.ts';
import type { HeldOutRequest, HeldOutRow, NearestRequest, NearestRows } from './ownSamples.ts';
import type { MetricPoint, RunLogEntry, RunProgress, RunSnapshot } from './run.ts';
import type { Attention } from './watching.ts';

export interface StartRequest {
  readonly runId: string;
  readonly document: NetworkDocument;
  /** Where its samples are; absent: generated. */
  readonly data?: DataOrigin;
  /** Folder where the engine writes checkpoints (`last`, `best`), atomically. */
  readonly checkpointDir?: string;
  /** Continue from the `last` checkpoint in checkpointDir: same steps, same random numbers. */
  readonly resume?: boolean;
  /** Start from those of these weights that fit, by name, instead of the initialisers. */
  readonly initWeights?: string;
  /**
   * Go on from this checkpoint of another run, its optimiser's state and its steps too, as a run of its own.
   * Refused where the network, the optimiser or the number of steps in an epoch differ.
   */
  readonly trainOn?: string;
  /** Write the final weights here, as a PyTorch state_dict in safetensors. */
  readonly saveWeights?: string;
  /** Begin paused (single-stepping from the first step). */
  readonly paused?: boolean;
  /** Stop after this many steps. */
  readonly maxSteps?: number;
  /** Judges the final weights on at most so many training rows (RunProgress.trained). */
  readonly judgeTraining?: number;
  /** `auto` measures a few steps on each device and takes the faster one. */
  readonly backend?: BackendName | 'auto';
  /** Instead of the document's, where several runs share the cores; no result depends on it. */
  readonly threads?: number;
  /** Snapshots a second at most; 0: the run cannot be watched. */
  readonly telemetryHz?: number;
  /** Full where nothing is said. */
  readonly attention?: Attention;
}
/** What of a file of weights fitted a network, by PyTorch's names. */
export interface WeightsReport {
  readonly loaded: readonly string[];
  /** In both, and of two shapes: begun anew. */
  readonly otherShape: readonly {
    readonly name: string;
    readonly file: readonly number[];
    readonly network: readonly number[];
  }[];
  /** Of the network alone: begun anew. */
  readonly fresh: readonly string[];
  /** Of the file alone. */
  readonly unused: readonly string[];
  /** Of those that were loaded: 64 bits wide in the file. */
  readonly rounded?: readonly string[];
}
export interface StartReply {
  readonly device: string;
  readonly threads: number;
  readonly parameters: number;
  readonly dataFingerprint: string;
  readonly totalSteps: number;
  /** Steps done before: those of the checkpoint a run is resumed from. */
  readonly startStep: number;
  /** Where it began with weights from a file. */
  readonly weights?: WeightsReport;
}
export interface PredictRequest {
  readonly document: NetworkDocument;
  readonly weights: string;
  /** One for each field that the predictions are made from. */
  readonly inputs: readonly PredictInput[];
}
/** In the units of the data source: normalised by the engine, as the run did. */
export interface PredictInput {
  /** A field, a Data node that gives one of them, or `node.field`; absent: the only one there is. */
  readonly name?: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}
export interface PredictOutput {
  /** `prediction` or `probabilities`; of several heads with the loss before it, `digit.probabilities`. */
  readonly name: string;
  /** The head that answers it, by its loss. */
  readonly loss: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** To go on with a text, by weights that say beside them how texts were read. */
export interface GenerateRequest extends Pick<PredictRequest, 'document' | 'weights'>, Writing {}
/** How a text is gone on with. */
export interface Writing {
  readonly text: string;
  /** Tokens to be written. */
  readonly count: number;
  /** 0: always the likeliest; 1: as the network learned it. */
  readonly temperature: number;
  /** Drawn of so many likeliest; 0: of all. */
  readonly topK: number;
  readonly seed: number;
}
export interface GenerateReply {
  /** One after another, as they are in the vocabulary. */
  readonly tokens: readonly string[];
  /** Joined to what they are a text of. */
  readonly text: string;
  readonly notes: readonly string[];
}

export interface EngineCalls {
  ping(input: null): { readonly timeMs: number; readonly rssBytes: number };
  start(input: StartRequest): StartReply;
  pause(input: { readonly runId: string }): null;
  resume(input: { readonly runId: string }): null;
  /** Runs one training step and pauses again. */
  step(input: { readonly runId: string }): null;
  stop(input: { readonly runId: string }): null;
  /** How much is shown from now on, and how fast it goes. */
  attend(input: { readonly runId: string } & Attention): null;
  /** Saves the current weights as safetensors. */
  saveWeights(input: { readonly runId: string; readonly path: string }): null;
  predict(input: PredictRequest): {
    /** Of every head, in the order of the losses. */
    readonly outputs: readonly PredictOutput[];
    /** What looks odd about the input, in words. */
    readonly notes: readonly string[];
  };
  generate(input: GenerateRequest): GenerateReply;
  /** The training rows that are most like a sample. */
  nearest(input: NearestRequest): NearestRows;
  /** A row that validates, or, where none does, one that trains. */
  heldOut(input: HeldOutRequest): HeldOutRow;
}

export interface EngineEvents {
  /** A run goes on elsewhere than where it started: its device was lost. */
  device: { readonly runId: string } & Pick<StartReply, 'device' | 'threads'>;
  progress: { readonly runId: string; readonly progress: RunProgress };
  metrics: { readonly runId: string; readonly points: readonly MetricPoint[] };
  snapshot: RunSnapshot;
  checkpoint: { readonly runId: string; readonly which: 'last' | 'best'; readonly step: number };
  log: { readonly runId: string | null; readonly entry: RunLogEntry };
}

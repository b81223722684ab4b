/**
 * What a run tells the outside: state, metrics, events. Numbers in bulk are typed arrays, so that every transport
 * moves them without parsing. What is shown of its inside is snapshots.ts.
 */
import type { JsonValue } from '../ir/attrs.ts';
import type { NetworkDocument } from '../ir/document.ts';
import type { Problem } from '../ir/problem.ts';
import type { RunCurves } from './metricColumns.ts';
import type { WatchReport } from './watching.ts';
import type { WeightsReport } from './engineContract.ts';
import type { RunState } from './runState.ts';
import type { SnapshotMap } from './snapshots.ts';

export * from './snapshots.ts';

export interface RunProgress {
  readonly state: RunState;
  readonly step: number;
  readonly totalSteps: number;
  /** Full epochs done, and their number. */
  readonly epoch: number;
  readonly totalEpochs: number;
  readonly stepsPerEpoch: number;
  /** Training time, pauses not counted. */
  readonly elapsedMs: number;
  readonly samplesPerSecond: number;
  readonly etaMs: number | null;
  /** Why it ended, for `failed`, `stopped` (early stopping) and `interrupted`. */
  readonly reason?: string;
  readonly problem?: Problem;
  /** What watching it costs; absent where nothing is shown. */
  readonly watching?: WatchReport;
  /** With the end of a run that was asked for it (StartRequest.judgeTraining). */
  readonly trained?: TrainingScore;
}

/**
 * What the final weights make of training rows, in evaluation mode as the other splits are judged. Points of
 * the training curve are something else: means over steps, with dropout at work and the weights of then.
 */
export interface TrainingScore {
  readonly values: MetricValues;
  /** Training rows judged: all, or so many evenly spread over them. */
  readonly samples: number;
}

export type MetricSplit = 'train' | 'validation' | 'test';
/** How far the series of each split are known: their last step. */
export type MetricPosition = Readonly<Partial<Record<MetricSplit, number>>>;
/** Numbers by name: metrics and what is told of the run itself (metrics/names.ts says what each is). */
export type MetricValues = Readonly<Record<string, number>>;
/** A part of some curves, to be drawn so many pixels wide. Both steps belong to it. */
export interface CurveRange {
  readonly metrics: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly width: number;
}
/** One curve of a run in so few points that a list can draw hundreds; where a number was none it is NaN. */
export interface SmallCurve {
  readonly runId: string;
  readonly steps: Float64Array;
  readonly values: Float64Array;
}
/** What runs had come to at an epoch. */
export interface EpochFigures {
  readonly metric: string;
  readonly split: MetricSplit;
  readonly epoch: number;
}
/** One row of a metric series. Train rows come per step (or every few), others per evaluation. */
export interface MetricPoint {
  readonly split: MetricSplit;
  readonly step: number;
  readonly epoch: number;
  readonly timeMs: number;
  readonly values: MetricValues;
}

/** The best that a metric came to, and when. */
export interface BestFigure {
  readonly value: number;
  readonly step: number;
  readonly epoch: number;
}
/** Of each metric that can be better or worse, by split; not of training, whose points are single batches. */
export type BestFigures = Readonly<
  Partial<Record<MetricSplit, Readonly<Record<string, BestFigure>>>>
>;

export type RunLogLevel = 'debug' | 'info' | 'warning' | 'error';
export interface RunLogEntry {
  readonly timeMs: number;
  readonly level: RunLogLevel;
  readonly message: string;
  readonly node?: string;
}

/** What was done to a run or happened to it on its way, beside what it computed. */
export type RunEventKind =
  | 'paused'
  | 'resumed'
  /** The rate of an objective jumped: by a plan's step, or by hand. */
  | 'learningRate'
  /** Weights were written; of each file only the latest, since it replaced those before. */
  | 'checkpoint'
  /** Something is wrong with it, said when it first is. */
  | 'problem'
  /** It went on from an earlier step: what came after that was taken back. */
  | 'rolledBack'
  /** Its device was lost, and it went on with another. */
  | 'device'
  | 'ended';
export interface RunEvent {
  readonly kind: RunEventKind;
  readonly step: number;
  readonly timeMs: number;
  /** For people. */
  readonly message: string;
  /** How bad it is; `info` where nothing is wrong. */
  readonly level: RunLogLevel;
  /** What it is about, where there may be several of a kind: a file of weights, a node. */
  readonly subject?: string;
}

/** Whose weights a run began with, and of which step. */
export interface RunParent {
  readonly run: string;
  readonly step: number;
  /** The optimiser's state and the number of steps came along. */
  readonly trainedOn?: true;
}

/** What a new run is to begin with, instead of the initialisers. */
export interface RunOrigin {
  readonly run: string;
  /** Of one of its checkpoints (`runs.checkpoints`); absent: what the run came to. */
  readonly step?: number;
  /**
   * Not the weights alone: the optimiser's state and the number of steps go on, up to the epochs of the
   * document, which count from the beginning. For the same network, optimiser and batches.
   */
  readonly trainOn?: boolean;
}

/** A state of a run that a new one can begin with. */
export interface RunCheckpoint {
  /** `last` and `best` are replaced while it trains; `kept` are of its past, the newer the closer. */
  readonly which: 'last' | 'best' | 'kept';
  readonly step: number;
  readonly epoch: number;
  readonly timeMs: number;
  readonly sizeBytes: number;
  /** With the optimiser's state, so that it can be trained on from; else weights alone. */
  readonly isWhole: boolean;
}

/** What of a run is to go for good: half of it, the past, or all. */
export interface ThinRequest {
  /** `half`: every other one of its past; `past`: all but the last and the best. */
  readonly checkpoints?: 'half' | 'past' | 'all';
  /** `half`: the older the sparser; the latest of each kind stays in any case. */
  readonly snapshots?: 'half' | 'all';
}

/** How many bytes each way of thinning frees (ThinRequest). */
export interface ThinSavings {
  readonly checkpoints: Readonly<Record<NonNullable<ThinRequest['checkpoints']>, number>>;
  readonly snapshots: Readonly<Record<NonNullable<ThinRequest['snapshots']>, number>>;
}

/** What became of a run that a file holds: one that is here already stays, one that was deleted comes back. */
export interface RunImport {
  readonly runId: string;
  readonly name: string;
  readonly outcome: 'imported' | 'already-here' | 'restored';
}

/** Everything a finished or running run is, without its bulk. */
export interface RunSummary {
  readonly id: string;
  readonly name: string;
  /** The project's name when the run began, for people. */
  readonly projectName: string;
  /** Of the document that was trained; null for runs from before documents had ids. */
  readonly documentId: string | null;
  readonly createdAt: string;
  readonly parent?: RunParent;
  /** What it was trained together with (QueueRequest.group). */
  readonly group?: string;
  /** What of these weights fitted: in the answer to a start alone. */
  readonly weights?: WeightsReport;
  readonly seed: number;
  readonly device: string;
  readonly threads: number;
  readonly dataFingerprint: string;
  readonly parameters: number;
  readonly progress: RunProgress;
  /** Another program trains it. In answers and events alone: on record it would soon be untrue. */
  readonly elsewhere?: true;
  /** The point at which the metric that it was watched by was best. */
  readonly best?: MetricPoint;
  readonly bests?: BestFigures;
  readonly last?: Partial<Record<MetricSplit, MetricPoint>>;
  readonly hasCheckpoint: boolean;
  /** What it was trained by: `netloom`, `node`, `electron`; older runs do not say. */
  readonly versions?: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly notes: string;
  readonly starred: boolean;
  /** Kept, and left out where not asked for. */
  readonly archived: boolean;
  /** On the disk, in the tables and in files; null where it was not measured yet. */
  readonly sizeBytes: number | null;
  /** Slot of the run palette; kept for ever. */
  readonly colorSlot: number;
}
/** A run as a list of them has it: with what it was set to, by path (runs/settings.ts). */
export interface RunRow extends RunSummary {
  readonly settings: Readonly<Record<string, JsonValue>>;
}
/** What a list of all runs has to take over to be up to date (`runs.changes`). */
export interface RunChanges {
  /** Those that are others now, newest first. */
  readonly rows: readonly RunSummary[];
  /** What each was set to (RunRow.settings), as JSON: of 2,000 runs it is most of the answer, and seldom new. */
  readonly settings: readonly string[];
  /** Of runs that are there no more, and perhaps of some that never were. */
  readonly removed: readonly string[];
  /** `rows` are all that there are; what is not among them is gone. */
  readonly isWhole: boolean;
  /** Where the next question begins (`since`). */
  readonly at: string;
}
export interface RunDetail extends RunSummary {
  readonly document: NetworkDocument;
  /** Decimated where that was asked for. */
  readonly curves: RunCurves;
  /** Oldest first. */
  readonly events: readonly RunEvent[];
  readonly log: readonly RunLogEntry[];
  /** The latest of each kind. */
  readonly snapshots: Partial<SnapshotMap>;
}

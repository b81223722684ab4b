/**
 * What a run tells the outside: state, metrics, telemetry frames. Numbers in bulk are typed arrays, so
 * that every transport moves them without parsing.
 */
import type { JsonValue } from '../ir/attrs.ts';
import type { NetworkDocument } from '../ir/document.ts';
import type { Problem } from '../ir/problem.ts';
import type { ClassScores } from '../metrics/statistics/classScores.ts';
import type { RunCurves } from './metricColumns.ts';
import type { WatchReport } from './watching.ts';
import type { WeightsReport } from './engineContract.ts';
import type { RunState } from './runState.ts';

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

export interface Histogram {
  readonly min: number;
  readonly max: number;
  readonly counts: Float32Array;
}

/** A small picture of what a node computes for one sample, drawn on its card. */
export type NodePicture =
  /** Row-major, values as computed. `map`: one feature map; `units`: a patch of units of a vector. */
  | {
      readonly kind: 'map' | 'units';
      readonly width: number;
      readonly height: number;
      readonly values: Float32Array;
    }
  /** At most 16 outputs as bars (logits). */
  | { readonly kind: 'bars'; readonly values: Float32Array };

export interface NodeTelemetry {
  readonly node: string;
  readonly activation: Histogram;
  readonly mean: number;
  readonly standardDeviation: number;
  readonly zeroShare: number;
  readonly nonFiniteShare: number;
  /** For layers that can fall silent, as they were last counted. */
  readonly silence?: UnitSilence;
  /** Norm of the gradient of the loss with respect to what the node computes, as for the whole batch. */
  readonly gradientNorm?: number;
  readonly picture?: NodePicture;
  /**
   * How large the answers of each unit are (mean of |y|), of an image of each channel; of more than 32 so
   * many neighbours are one number. Absent for data, and in frames from the record: `runs.channels` has them.
   */
  readonly channels?: Float32Array;
}

/** Units that answer zero to every one of so many training samples; of an image each feature map is one. */
export interface UnitSilence {
  readonly silent: number;
  readonly units: number;
  readonly samples: number;
  /** Whose weights were counted: counting is dearer than a frame, and rarer. */
  readonly step: number;
}

export interface ParameterTelemetry {
  /** `conv1.weight`. */
  readonly name: string;
  readonly node: string;
  readonly weights: Histogram;
  readonly mean: number;
  readonly standardDeviation: number;
  readonly gradientNorm: number;
  /** Norm of this step's update over norm of the weights before it; NaN where these are all zero. */
  readonly updateRatio: number;
  /** First filters of a convolution, `count` pictures of height x width. */
  readonly filters?: {
    readonly count: number;
    readonly height: number;
    readonly width: number;
    readonly values: Float32Array;
  };
}
/** The inside of the network at one step; nodes in graph order. */
export interface TelemetryFrame {
  readonly step: number;
  readonly epoch: number;
  readonly timeMs: number;
  readonly nodes: readonly NodeTelemetry[];
  readonly parameters: readonly ParameterTelemetry[];
  /** What of this is reason to worry. */
  readonly problems?: readonly Problem[];
}

/** What a head answers for a fixed set of validation samples, in evaluation mode. */
export type SampleAnswers = {
  /** Whose answers; older records do not say, and what is made from nothing is no head's. */
  readonly loss?: string;
} & (
  | {
      readonly kind: 'classification';
      readonly step: number;
      readonly classNames: readonly string[];
      readonly samples: readonly {
        /** Row in the data set. */
        readonly row: number;
        readonly label: number;
        readonly probabilities: Float32Array;
        readonly loss: number;
        readonly image?: SampleImage;
        readonly features?: Float32Array;
      }[];
    }
  | {
      /** Of texts: a token for each place, or the one that comes next. */
      readonly kind: 'tokens';
      readonly step: number;
      /** Of tokens, by their indices. */
      readonly names: readonly string[];
      readonly samples: readonly {
        readonly row: number;
        readonly given: Int32Array;
        /** Right ones; of each given token, or one after them. */
        readonly labels: Int32Array;
        /** As many; -1 where a label counts for nothing. */
        readonly predicted: Int32Array;
        /** Of those the probability. */
        readonly sure: Float32Array;
        /** Mean over the labels that count. */
        readonly loss: number;
      }[];
    }
  | {
      readonly kind: 'reconstruction';
      readonly step: number;
      readonly samples: readonly {
        readonly row: number;
        /** What went in clean, what the encoder got (noisy or masked; absent when the same), what came out, what was wanted. */
        readonly input: SampleImage;
        readonly corrupted?: SampleImage;
        readonly reconstruction: SampleImage;
        readonly target: SampleImage;
        readonly loss: number;
        readonly psnrDb: number;
      }[];
    }
  | {
      readonly kind: 'generated';
      readonly step: number;
      /** Made from the same random vectors each time. */
      readonly images: readonly SampleImage[];
    }
  | {
      readonly kind: 'regression';
      readonly step: number;
      /** One input: x, target and prediction per sample, sorted by x; else target against prediction. */
      readonly inputs: Float32Array;
      readonly inputCount: number;
      readonly targets: Float32Array;
      readonly predictions: Float32Array;
    }
);
/** Of the head that is shown first, and of the others. */
export type SampleFrame = SampleAnswers & { readonly others?: readonly SampleAnswers[] };
/** Channel-major bytes, 1 or 3 channels, 0 black. */
export interface SampleImage {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly pixels: Uint8Array;
}

/** A head over a grid of its two inputs, with the points it learns from. */
export interface BoundaryMap {
  /** Whose classes; older records do not say. */
  readonly loss?: string;
  readonly step: number;
  readonly classes: number;
  readonly resolution: number;
  readonly xMin: number;
  readonly xMax: number;
  readonly yMin: number;
  readonly yMax: number;
  /** Winning class and its probability per cell, row-major from yMin. */
  readonly winner: Uint8Array;
  readonly confidence: Float32Array;
  readonly points: {
    readonly x: Float32Array;
    readonly y: Float32Array;
    readonly label: Uint8Array;
  };
}
/** Of the head that is shown first, and of the others that tell classes from two numbers. */
export interface BoundaryFrame extends BoundaryMap {
  readonly others?: readonly BoundaryMap[];
}
/**
 * Where samples lie in the plane of the first two numbers that the network squeezes them into, and what it
 * rebuilds of points all over it; of further numbers it is given their means.
 */
export interface LatentFrame {
  readonly step: number;
  /** Where these numbers come out. */
  readonly node: string;
  /** How many there are to a sample. */
  readonly width: number;
  readonly xMin: number;
  readonly xMax: number;
  readonly yMin: number;
  readonly yMax: number;
  readonly points: {
    readonly x: Float32Array;
    readonly y: Float32Array;
    /** Their classes, where the data has some. */
    readonly label?: Uint8Array;
  };
  readonly classNames?: readonly string[];
  /** Pictures in `side` rows from yMin of as many from xMin, each channel-major bytes, in the middles of cells. */
  readonly decoded?: {
    readonly side: number;
    readonly channels: number;
    readonly height: number;
    readonly width: number;
    readonly pixels: Uint8Array;
  };
}
/** How often each class was taken for each by one head: row = true class, column = predicted. */
export interface ConfusionCounts {
  /** Whose classes; older records do not say. */
  readonly loss?: string;
  readonly classNames: readonly string[];
  readonly counts: Uint32Array;
  /** How samples scored for each class; absent of many classes, and in older records. */
  readonly scores?: readonly ClassScores[];
}
/** Of the head that is shown first, and of the others that judge classes. */
export interface ConfusionFrame extends ConfusionCounts {
  readonly step: number;
  readonly split: MetricSplit;
  readonly others?: readonly ConfusionCounts[];
}

/** What is shown of the inside of a run, by kind; each is of one step, and is replaced as a whole. */
export interface SnapshotMap {
  readonly telemetry: TelemetryFrame;
  readonly samples: SampleFrame;
  readonly boundary: BoundaryFrame;
  readonly confusion: ConfusionFrame;
  readonly latents: LatentFrame;
}
export type SnapshotKind = keyof SnapshotMap;
const KINDS: Readonly<Record<SnapshotKind, true>> = {
  telemetry: true,
  samples: true,
  boundary: true,
  confusion: true,
  latents: true,
};
/** A kind more is a line above; whoever handles all of them asks here. */
export const SNAPSHOT_KINDS = Object.keys(KINDS) as readonly SnapshotKind[]; // as declared
/** One snapshot of a run, of whatever kind. */
export type RunSnapshot = {
  readonly [K in SnapshotKind]: {
    readonly runId: string;
    readonly kind: K;
    readonly body: SnapshotMap[K];
  };
}[SnapshotKind];

/** Of which steps the record has snapshots, ascending. */
export type RecordedSteps = Readonly<Record<SnapshotKind, Float64Array>>;
/** How much gradient came to each node and how far each weight moved, by recorded step. */
export interface GradientTrack {
  /** Through which gradient flows, in graph order. */
  readonly nodes: readonly string[];
  readonly steps: Float64Array;
  /** Of each step, by node: norm of the loss's gradient with respect to what it computes. */
  readonly norms: readonly Float32Array[];
  /** Of each step, by node: update norm over weight norm of its weight; NaN where it has none. */
  readonly updateRatios: readonly Float32Array[];
}

/** How large the answers of each node's channels were (NodeTelemetry.channels), by recorded step. */
export interface ChannelTrack {
  /** In graph order. */
  readonly nodes: readonly string[];
  /** How many channels each has. */
  readonly counts: readonly number[];
  readonly steps: Float64Array;
  /** Of each step: those of all nodes, one node after the other; NaN where one was not finite. */
  readonly sizes: readonly Float32Array[];
}

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

/**
 * What is shown of the inside of a run: snapshots of one step each, by kind, and what is drawn of many of them. Numbers
 * in bulk are typed arrays, so that every transport moves them without parsing. Not its state and metrics (run.ts).
 */
import type { ClassScores } from '../metrics/statistics/classScores.ts';
import type { Problem } from '../ir/problem.ts';
import type { MetricSplit } from './run.ts';

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
      /** Labels of which a sample may have several: how likely it has each, and which ones it has. */
      readonly kind: 'labels';
      readonly step: number;
      readonly names: readonly string[];
      readonly samples: readonly {
        readonly row: number;
        /** 1 for those that it has. */
        readonly labels: Uint8Array;
        readonly probabilities: Float32Array;
        /** Mean over the labels. */
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
      /** Of each sample as many as `names`, where there are several; one else, and in older records. */
      readonly names?: readonly string[];
      /** How many numbers there are in all, where these are the first ones. */
      readonly count?: number;
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
/**
 * How often each class was taken for each by one head: row = true class, column = predicted. Of labels, of which a
 * sample may have several, such a matrix of no and yes for each, one after the other.
 */
export interface ConfusionCounts {
  /** Absent: one class is right. */
  readonly kind?: 'labels';
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

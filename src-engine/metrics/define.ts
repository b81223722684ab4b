/**
 * What a metric file states. One file per metric in this folder, found by index.ts; curves, tables, the
 * command line and the choice of what to watch follow from it.
 *
 * A metric is a number told of a split in evaluation mode. It is finished from a statistic, which adds up
 * over batches, so that partial batches count for what they are. Not the loss itself, which is an op of the
 * training graph, and not what is drawn of single samples.
 *
 * To add a metric: copy the nearest file, name it the camelCase of its `id`, add its values to
 * test/parity/sklearn_metrics.py, or, where scikit-learn has none, by hand to test/parity/metrics.test.ts.
 * README's list of metrics is the one other place, and a test asks for it.
 */
import type { DataField } from '../ir/attrs.ts';
import type { Value } from '../ops/builder.ts';
import type { Emitter } from '../ops/nn.ts';

/** How a metric's numbers are written. */
export type MetricUnit =
  /** From 0 to 1, shown in per cent. */
  | 'share'
  /** A part of something else, shown in per cent; may be more than all of it. */
  | 'relative'
  | 'decibel'
  /** Whatever the prediction is measured in. */
  | 'prediction'
  | 'none';

/** How an axis of it is divided; `logarithmic` only where all its values are positive. */
export type MetricScale = 'linear' | 'logarithmic';

/** Both lists of the same length. */
export interface TargetNormalisation {
  readonly shift: readonly number[];
  readonly scale: readonly number[];
}

/** What is judged by one loss: its prediction against its target. */
export interface MetricHead {
  /**
   * `classes`: the target is a class of each sample; `labels`: a yes or no for each of several labels; `numbers`: other data, or what is computed of it; `none`:
   * the same for every sample, or there is none.
   */
  readonly task: 'classes' | 'labels' | 'numbers' | 'none';
  /** Those that the network tells apart, which may be more than the data has, or how many labels; 0 for numbers. */
  readonly classes: number;
  /** Not all samples count alike in its loss: what that is a mean over is told for each batch. */
  readonly isWeighted?: boolean;
  /** Samples and places of this label are no part of the outputs of a batch; absent: there is no such label. */
  readonly ignoredLabel?: number;
  /** It has a prediction although the task is `none`: all samples have the same target. Absent: it has none. */
  readonly answers?: boolean;
  /** Numbers per sample of the prediction. */
  readonly sampleSize: number;
  /** The data field that the target is; null where it is computed. */
  readonly targetField: DataField | null;
  /**
   * How that field was scaled before the network saw it, `x -> (x - shift) * scale`: one pair for all, one
   * per channel or one per feature. Null where it was not.
   */
  readonly targetNormalisation: TargetNormalisation | null;
  /** From the darkest to the brightest value of an image as the network sees it; null for anything else. */
  readonly targetRange: number | null;
  /** The brightest value of an image in the data's own numbers, the darkest being 0; null for anything else. */
  readonly targetWhite: number | null;
}

/** One batch as a head sees it, in evaluation mode. */
export interface JudgedBatch {
  /** The loss of the batch, a mean over its samples. */
  readonly loss: Value;
  /** What that mean is over, where it is not how many samples there are. */
  readonly lossWeight?: Value;
  /** As they reach the loss, `[N, ...]`. Not to be asked for where the task is `none`, but for `answers`. */
  readonly prediction: Value;
  readonly target: Value;
  /**
   * Where classes are judged: `[rows, C]`, `[rows]` i32 and `[rows]` i32; a row for each sample, or for each of its
   * places that has a label (the tokens of a text).
   */
  readonly probabilities?: Value;
  readonly predicted?: Value;
  readonly labels?: Value;
  /** Where labels are judged: `[N, labels]`, 1 where a sample has one; their probabilities are as many. */
  readonly labelled?: Value;
}

/** Results of one batch as they were read back. */
export type ReadOutputs = Readonly<Record<string, ArrayLike<number>>>;

/** Sums over batches that metrics are made of. Several metrics of a head may share one. */
export interface Statistic<S> {
  readonly id: string;
  /** What is read back of a batch. Outputs of one name are one, whichever statistic asks for them. */
  outputs(g: Emitter, batch: JudgedBatch, head: MetricHead): Readonly<Record<string, Value>>;
  start(head: MetricHead): S;
  /** In float64. `samples`: rows, where classes are judged, without those of a label that is ignored. */
  add(state: S, outputs: ReadOutputs, samples: number): void;
}

export interface MetricSpec<S> {
  /** Its key in records and JSON. */
  readonly id: string;
  readonly label: string;
  /** What it says and how to read it; plain sentences. */
  readonly doc: string;
  readonly unit: MetricUnit;
  /** Where it applies it is the one figure that a run is known by, in place of the loss. */
  readonly headline?: true;
  /** Null where neither is. */
  readonly better: 'higher' | 'lower' | null;
  readonly scale: MetricScale;
  /** Place among all metrics wherever they are listed, ascending. */
  readonly order: number;
  readonly appliesTo: (head: MetricHead) => boolean;
  /**
   * Whether charts show it unless told otherwise, beside what else its head has by their ids; absent: only
   * where it is asked for.
   */
  readonly charted?: (others: ReadonlySet<string>) => boolean;
  readonly statistic: Statistic<S>;
  /** NaN where it cannot be told (a class that never occurs). */
  finish(state: S, head: MetricHead): number;
  /** The same for each class on its own. */
  readonly perClass?: (state: S, head: MetricHead) => readonly number[];
}

export type MetricDefinition = MetricSpec<unknown>;

export function defineMetric<S>(spec: MetricSpec<S>): MetricDefinition {
  // A metric is only ever finished from its own statistic; the pairing is lost in the list.
  return spec as unknown as MetricDefinition;
}

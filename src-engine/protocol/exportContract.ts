/**
 * Main process <-> the process that writes exports and runs them: what it is asked, and what it says of a file,
 * what is in it and whether it answers as the network does.
 */
import type { JsonValue } from '../ir/attrs.ts';
import type { NetworkDocument } from '../ir/document.ts';
import type { DType } from '../ir/tensor.ts';
import type { DataOrigin } from './dataContract.ts';

export interface ExportRequest {
  readonly document: NetworkDocument;
  /** A safetensors file; null: the network was never trained. */
  readonly weights: string | null;
  /** Where the samples of its data are; absent: generated. */
  readonly data?: DataOrigin;
  readonly format: string;
  readonly options: Readonly<Record<string, JsonValue>>;
  /** Answered beside the predictions: `node`, or `node.port` where it has several. */
  readonly outputs: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly producer: { readonly name: string; readonly version: string };
  /** Written there, atomically, whatever is found out about it. */
  readonly path: string;
  /** What a format of several files becomes; nothing to one of a single file. */
  readonly container: ExportContainer;
}

export type ExportContainer = 'folder' | 'zip';

export interface ExporterCalls {
  export(input: ExportRequest): ExportReport;
}

/** An input or output of an exported file. */
export interface ExportPort {
  readonly name: string;
  /** Words are strings. */
  readonly dtype: DType | 'string';
  /** Null: the batch. */
  readonly shape: readonly (number | null)[];
}

/** Of the numbers of one output, over all samples. */
export interface OutputDifference {
  readonly name: string;
  /** Absolute. */
  readonly largest: number;
  readonly mean: number;
  /** The largest in shares of the output's largest number. */
  readonly relative: number;
  readonly range: readonly [low: number, high: number];
  /** How many numbers differ by so much: below 1e-9, then a count for each power of ten up to above 1. */
  readonly decades: readonly number[];
}

/** Of a head that tells classes apart. */
export interface ClassAgreement {
  readonly output: string;
  /** Samples of which both say the same class. */
  readonly same: number;
  /** Share of right answers, here and there; null where the data names no class. */
  readonly accuracy: { readonly here: number; readonly there: number } | null;
}

/** What a file computes with. */
export type ExportPrecision = 'float32' | 'float16' | 'int8';

/**
 * How an output of less precision is judged: by the share of right answers that it loses; without labels by the share
 * of samples that it puts elsewhere; of numbers by the root mean squared difference in shares of their standard
 * deviation.
 */
export type LossMeasure = 'accuracy' | 'class' | 'deviation';

export interface OutputLoss {
  readonly output: string;
  readonly measure: LossMeasure;
  readonly loss: number;
  /** More is too much. */
  readonly limit: number;
}

export interface Verification {
  /** `ONNX Runtime 1.30.0`. */
  readonly runtime: string;
  readonly samples: number;
  readonly from: 'validation' | 'training' | 'random';
  /** Why samples are random, where they are. */
  readonly note: string | null;
  readonly precision: ExportPrecision;
  readonly outputs: readonly OutputDifference[];
  readonly classes: readonly ClassAgreement[];
  /** By output; what float16 and int8 are judged by. */
  readonly losses: readonly OutputLoss[];
  /** Batch sizes that were tried, all with the right shapes. */
  readonly batches: readonly number[];
  /** For all samples. */
  readonly elapsedMs: { readonly here: number; readonly there: number };
  /** Of an output's largest number: what float32 is judged by. */
  readonly limit: number;
  /** It answers as the network does; with less precision: nearly as well. */
  readonly isSame: boolean;
  /** The first node, in graph order, whose values differ by more than may be. */
  readonly firstDifferent: string | null;
}

export interface ExportReport {
  readonly format: string;
  readonly sizeBytes: number;
  /** Of a folder; none where it is a single file. */
  readonly files: readonly { readonly path: string; readonly sizeBytes: number }[];
  readonly weightBytes: number;
  /** Of the network, as float32. */
  readonly fullWeightBytes: number;
  readonly inputs: readonly ExportPort[];
  readonly outputs: readonly ExportPort[];
  readonly operators: readonly { readonly name: string; readonly count: number }[];
  /** Nodes that are not in the file. */
  readonly leftOut: readonly string[];
  readonly trained: boolean;
  /** Options of the format that are about nothing of this network; forms need not show them. */
  readonly idleOptions: readonly string[];
  readonly notes: readonly string[];
  /** Of pictures of the graph. */
  readonly picture: { readonly widthPx: number; readonly heightPx: number } | null;
  /** Null for formats that nothing here can run. */
  readonly verification: Verification | null;
}

/** Upper ends of the first decades; what is above the last is one more. */
export const DECADES = [1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1] as const;

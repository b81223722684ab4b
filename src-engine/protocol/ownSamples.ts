/**
 * What somebody tries a run with, and what it answers, as people read it: plain data between the page, the services and
 * the process that computes.
 */
import type { NetworkDocument } from '../ir/document.ts';
import type { DataOrigin } from './dataContract.ts';
import type { PredictInput } from './engineContract.ts';

/** What one head answers. `loss` names the head. */
export type ToldAnswer =
  | {
      readonly kind: 'classes';
      readonly loss: string;
      readonly name: string;
      /** The most likely first; of many the first ones. */
      readonly classes: readonly { readonly name: string; readonly probability: number }[];
      /** How many there are. */
      readonly count: number;
    }
  | {
      /** Of labels, of which a sample may have several: how likely it has each, as the data has them in order. */
      readonly kind: 'labels';
      readonly loss: string;
      readonly name: string;
      /** Of many the first ones. */
      readonly labels: readonly { readonly name: string; readonly probability: number }[];
      readonly count: number;
    }
  | {
      readonly kind: 'numbers';
      readonly loss: string;
      readonly name: string;
      /** In the units of the data; of many the first ones. */
      readonly values: readonly { readonly name: string; readonly value: number }[];
      readonly count: number;
      /** Numbers of one or three channels as what they look like: u8 `[C, H, W]`. */
      readonly picture?: {
        readonly shape: readonly [channels: number, height: number, width: number];
        readonly pixels: Uint8Array;
      };
    };

/** The data that a run learned from. */
export interface TrainingData {
  readonly document: NetworkDocument;
  readonly data: DataOrigin;
}
export interface NearestRequest extends TrainingData {
  /** One sample, in the units of the data source. */
  readonly inputs: readonly PredictInput[];
  readonly count: number;
}
export interface NearestRows {
  /** The nearest first. */
  readonly rows: readonly NearRow[];
  /** Training rows that were compared, and how many there are. */
  readonly searched: number;
  readonly total: number;
  /** `euclidean` over inputs as the network gets them, scaled; of indices the share of places that differ. */
  readonly measure: 'euclidean' | 'differing';
}
export interface NearRow extends RowValues {
  readonly distance: number;
}
/** A sample of the data, in the units of its source. */
export interface RowValues {
  /** Among the rows that were prepared. */
  readonly row: number;
  readonly inputs: readonly PredictInput[];
  /** Labels and targets by field: a class by its number, or numbers as they are in the data. */
  readonly truths: readonly { readonly field: string; readonly values: readonly number[] }[];
}
export interface HeldOutRequest extends TrainingData {
  /** Of the samples of its part, round and round. */
  readonly index: number;
}
export interface HeldOutRow extends RowValues {
  readonly part: 'validation' | 'training';
  /** Of that part. */
  readonly count: number;
  /** What each number of the first input lies in over the training rows; of pictures and long inputs none. */
  readonly ranges: readonly (readonly [low: number, high: number])[];
}

/**
 * What augmentation makes of some training pictures, to be looked at: each before and after every step of the list.
 * Plain data; made where pictures are read.
 */
import type { Step } from '../ir/attrs.ts';
import type { SourceRequest } from './dataContract.ts';

export interface PreviewAugmentRequest extends SourceRequest {
  readonly steps: readonly Step[];
  /** The run's; another one draws again. */
  readonly seed: number;
  /** From 0: each draws anew. */
  readonly epoch: number;
  /** Of the data set, from 0. At most 32. */
  readonly rows: readonly number[];
}

export interface AugmentPreview {
  /** The field of pictures that is shown, and the size of all of them. */
  readonly field: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly pictures: readonly PreviewPicture[];
}

export interface PreviewPicture {
  readonly row: number;
  /** `[channels, height, width]`, 0 to 255. */
  readonly before: Uint8Array;
  /** As it is after each step, one for each of the request; the last is what the network gets. */
  readonly after: readonly Uint8Array[];
}

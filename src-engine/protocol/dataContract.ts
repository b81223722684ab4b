/**
 * Main process <-> the process that reads data: what a source holds, and its samples as training takes them, in a
 * file that others open. Whatever a file of data does to its reader, it does to no run.
 */
import type { DataFacts } from '../check/dataFacts.ts';
import type { DataAccess, Fitting, TableReport } from '../datasets/define.ts';
import type { PictureTarget } from '../datasets/images/contract.ts';
import type { DataField, JsonValue } from '../ir/attrs.ts';
import type { Problem } from '../ir/problem.ts';
import type { DataProfile, ProfileRequest } from './profileContract.ts';
import type { PreviewTableRequest, TablePreview } from './tablePreview.ts';

export type { TableReport } from '../datasets/define.ts';

/** A source as a document writes it, and what it may read. */
export interface SourceRequest {
  readonly source: string;
  readonly options: Readonly<Record<string, JsonValue>>;
  /** Absent: generated data only. */
  readonly access?: DataAccess;
  /** Where prepared data lies, for whoever may look there: what is found need not be read again. */
  readonly folder?: string;
}
export interface DescribeRequest extends SourceRequest {
  readonly previewCount: number;
  /** As in `PrepareRequest`, where it is known: then preparing reads nothing again. */
  readonly fitting?: Fitting;
}
/** What a data source is, without training on it. */
export interface DataDescription extends DataFacts {
  readonly source: string;
  readonly label: string;
  readonly fields: readonly DataField[];
  readonly fingerprint: string;
  /** What the reader decided or left out, a sentence each: columns ignored, rows dropped. */
  readonly notes?: readonly string[];
  /** Of a table of text: what each column became. */
  readonly report?: TableReport;
  /**
   * A few samples for thumbnails, bytes per image field, numbers for the others: the first ones of images,
   * of other data rows spread over the whole.
   */
  readonly preview: readonly {
    readonly field: string;
    readonly rows: readonly (Uint8Array | Float32Array | Int32Array)[];
  }[];
}

export interface PrepareRequest extends SourceRequest {
  /** Made where it is not there. */
  readonly folder: string;
  /** Of the document: what a recipe is fitted to. Where nothing is fitted, all of them find the same data. */
  readonly fitting?: Fitting;
}

/** Where whoever trains finds the samples of a document. */
export type DataOrigin =
  /** Its source makes them from nothing, wherever they are needed. */
  | { readonly kind: 'generated' }
  | { readonly kind: 'prepared'; readonly path: string }
  /** For what can do without, such as an export. */
  | { readonly kind: 'unreadable'; readonly problems: readonly Problem[] };

/** Not how far it is: only that it goes on. */
export interface ReaderEvents {
  progress: { readonly done: number; readonly total: number };
}

export interface DecodeRequest {
  readonly pictures: readonly Uint8Array[];
  readonly target: PictureTarget;
}
/** u8 `[H, W, C]`. */
export type DecodedPicture =
  | { readonly ok: true; readonly pixels: Uint8Array }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** A table of numbers, or NumPy's arrays. */
export type SampleFormat = 'csv' | 'npz';

export interface WriteSamplesRequest extends SourceRequest {
  /** Which rows train: what a recipe is fitted to, and what is said of each row. */
  readonly split: Fitting['split'];
  readonly seed: number;
  readonly format: SampleFormat;
  /** Whole. */
  readonly path: string;
}

export interface WrittenSamples {
  /** Of a row, with what is wanted. */
  readonly numbers: number;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  /** In no part. */
  readonly leftOut: number;
}

export interface ReaderCalls {
  describe(input: DescribeRequest): DataDescription;
  prepare(input: PrepareRequest): { readonly path: string };
  /** Throws InputError for a source that is neither a table nor pictures. */
  profile(input: ProfileRequest): DataProfile;
  /** Throws InputError for a source that is no table. */
  previewTable(input: PreviewTableRequest): TablePreview;
  /** Every sample as a network gets it before its Data node scales. Throws InputError for a format it does not fit. */
  writeSamples(input: WriteSamplesRequest): WrittenSamples;
  /** Of pictures that somebody brings along, in their order. What cannot be decoded says why, and harms no other. */
  decode(input: DecodeRequest): readonly DecodedPicture[];
}

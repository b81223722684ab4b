/** Calls about data: sources, their description, files that a page hands over or fetches. */
import type { AttrSchema, JsonValue } from '#engine/ir/attrs.ts';
import type { DataDescription, WriteSamplesRequest } from '../dataContract.ts';
import type { DataProfile, ProfileRequest } from '../profileContract.ts';
import type { PreviewTableRequest, TablePreview } from '../tablePreview.ts';

export interface DatasetInfo {
  readonly id: string;
  readonly label: string;
  readonly doc: string;
  readonly group: string;
  readonly path?: 'file' | 'folder';
  /** How names of its files end; none: any may be read by it. */
  readonly endings?: readonly string[];
  /** Of what reads tables: what their rows are to it. */
  readonly rowsAs?: string;
  readonly options: AttrSchema;
}

/** A set that can be had: from the network, most of them. */
export interface OfferedDataset {
  readonly id: string;
  readonly label: string;
  readonly doc: string;
  /** Where its makers describe it. */
  readonly home: string;
  readonly licence: { readonly name: string; readonly url: string };
  readonly sizeBytes: number;
  /** That came already. */
  readonly haveBytes: number;
  readonly state: 'absent' | 'fetching' | 'ready';
  /** It comes with the product: there is nothing to wait for. */
  readonly isShipped: boolean;
  /** What reads it once it is ready, with a whole path, and that source's options. */
  readonly source: string;
  readonly options: Readonly<Record<string, JsonValue>>;
}

export interface DownloadProgress {
  readonly id: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/**
 * The project whose data is read: the path of its file, beside which its paths begin, or what the page
 * calls one that has no file yet.
 */
export type ProjectName = string;

/** A file that was made for the page, which reads it in pieces (`downloads.read`). */
export interface FileForPage {
  readonly id: string;
  /** What it is to be called. */
  readonly name: string;
  readonly sizeBytes: number;
}

/** Data that a page hands over, to be read from then on: one file, or a folder of them. */
export interface KeepRequest {
  /** The upload: the bytes of all files, one after the other. */
  readonly id: string;
  /** Of the file, or of the folder. */
  readonly name: string;
  readonly isFolder: boolean;
  /** In the order of their bytes; paths begin in the folder, with `/`. */
  readonly files: readonly { readonly path: string; readonly sizeBytes: number }[];
}

/** How far the reader is with a source; of some it does not know. */
export interface ReadingProgress {
  readonly source: string;
  readonly done: number;
  readonly total: number;
}

export interface DataCalls {
  'datasets.list'(input: null): readonly DatasetInfo[];
  /** What the data is like, before anything is made of it. */
  'datasets.profile'(
    input: Omit<ProfileRequest, 'access'> & { readonly project?: ProjectName },
  ): DataProfile;
  'datasets.describe'(input: {
    readonly source: string;
    readonly options: Readonly<Record<string, JsonValue>>;
    readonly previewCount: number;
    readonly project?: ProjectName;
  }): DataDescription;
  /** Of a table: some rows with what its recipe makes of them, fitted to the training rows of the split. */
  'datasets.previewTable'(
    input: Omit<PreviewTableRequest, 'access'> & { readonly project?: ProjectName },
  ): TablePreview;
  /** Every sample as a network gets it, as a file for the page to fetch. */
  'datasets.export'(
    input: Omit<WriteSamplesRequest, 'access' | 'path'> & { readonly project?: ProjectName },
  ): FileForPage;
  /** Ends what is being read, or waits to be, of this source: whoever asked is told so. */
  'datasets.stopReading'(input: { readonly source: string }): null;
  /** Keeps an upload where documents can read it; answers the source that reads it. */
  'datasets.keep'(input: KeepRequest): { readonly source: string };
  /**
   * The user's yes to what `data.needs-consent` or `data.network-path` asked, with the path it named:
   * remembered for this project. Refused where nothing asked.
   */
  'datasets.allow'(input: { readonly project: ProjectName; readonly path: string }): null;
  'datasets.offered'(input: null): readonly OfferedDataset[];
  /** Answers once it is there, after `datasets.progress`; asked again, goes on where it ended. */
  'datasets.get'(input: { readonly id: string }): OfferedDataset;
  /** Whoever waits for it is told that it was stopped; what came is kept. */
  'datasets.cancel'(input: { readonly id: string }): null;
  /** A file of the page's, in pieces: `append` them in order, then name it by this id. */
  'uploads.begin'(input: { readonly sizeBytes: number }): { readonly id: string };
  'uploads.append'(input: { readonly id: string; readonly bytes: Uint8Array }): null;
  /** A piece of a file that was made for the page (FileForPage), from a byte on; empty at its end. */
  'downloads.read'(input: { readonly id: string; readonly from: number }): Uint8Array;
  /** The page has it, or wants it no more. */
  'downloads.drop'(input: { readonly id: string }): null;
}

export interface DataEvents {
  /** Some times a second while a set is fetched. */
  'datasets.progress': DownloadProgress;
  /** At most once a second while a file is read that takes long. */
  'datasets.reading': ReadingProgress;
}

/**
 * What a data source file states. One file per source in this folder, found by core/registry.ts: seeded
 * generators (`moons`), and decoders of files (`csv:FILE`, `idx:FOLDER`) whose id is the scheme.
 *
 * To add a source: a file here named the camelCase of its id, its definition as default export, its parts
 * in a folder of the same name. Lists, forms, the command line and the Data node follow.
 */
import type { AttrSchema, AttrValues, DataField } from '../ir/attrs.ts';
import type { PictureDecoder } from './images/contract.ts';
import type { SplitSettings } from '../ir/batches.ts';
import type { TablePreview } from '../protocol/tablePreview.ts';
import type { FittedRecipe } from './recipe/apply.ts';
import type { TableFormat, TableReader } from './table/rawTable.ts';
import type { TextOutline } from './text/outline.ts';
import type { TextReading } from './text/reading.ts';
import type { SeriesOutline } from './windows/outline.ts';
import type { WindowReading } from './windows/reading.ts';

/** All samples of a source; splits are lists of row numbers. */
export interface DataTable {
  readonly count: number;
  /** Those that are held; all of them where nothing is streamed. */
  readonly columns: readonly DataColumn[];
  readonly streamed?: StreamedRows;
  /** Input columns that were left in their file, where it was asked for: whoever computes with them reads them there. */
  readonly filed?: FiledRows;
  /** Rows from here on are the source's own test split. */
  readonly testStart?: number;
  /** Identifies the content: same fields, same bytes, same fingerprint, wherever they came from. */
  readonly fingerprint: string;
  /** What the reader decided or left out, a sentence each: columns ignored, rows dropped. */
  readonly notes?: readonly string[];
  /** What is known of rows beside their fields: no input of a network, but what splits go by. */
  readonly rowFacts?: RowFacts;
  /** Of a table of text: what each column became. */
  readonly report?: TableReport;
  /** Of some rows, where it was asked for. */
  readonly preview?: TablePreview;
  /** Of what is no row of a table: how samples were made, so that others can be made the same way. */
  readonly reading?: SampleReading;
  /** What a person is shown of it that samples do not say; small. */
  readonly outline?: SampleOutline;
}

export type SampleOutline = SeriesOutline | TextOutline;

/** Plain JSON; goes along with a run. */
export type SampleReading = WindowReading | TextReading;

/** Which rows train: what a recipe is fitted to. */
export interface Fitting {
  readonly split: SplitSettings;
  readonly seed: number;
  /** So many rows are to be shown with what becomes of them. */
  readonly previewRows?: number;
}

/** One number for each row; absent is what the source does not say. */
export interface RowFacts {
  /** Rows of the same number belong together (a patient, a recording); below 0: to no other. */
  readonly group?: Int32Array;
  /** When, in any unit that grows; NaN where it is not known. */
  readonly time?: Float64Array;
  /** When what it is to predict begins, where that takes a while: it ends at `time`. */
  readonly from?: Float64Array;
  /** 0 trains, 1 validates, 2 tests; anything else is left out. */
  readonly part?: Uint8Array;
  /** What the row counts for in the loss. */
  readonly weight?: Float32Array;
}

/** What was decided about the columns of a table, given or guessed. */
export interface TableReport {
  /** All columns, as they can be named in the options `target` and `ignore`. */
  readonly columns: readonly string[];
  readonly target: TableTarget | null;
  readonly features: readonly FeatureEncoding[];
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
  readonly rows: { readonly total: number; readonly used: number };
  /** Rows with empty cells are left out, or take the mean. */
  readonly gaps: 'drop' | 'mean';
  /** Where the columns of the file go through one; features are then of what it gives. */
  readonly recipe?: FittedRecipe;
}
export interface TableTarget {
  readonly name: string;
  /** Of several the first one's. */
  readonly index: number;
  /** Where there are several, all of them in order. */
  readonly columns?: readonly { readonly name: string; readonly index: number }[];
  /** These say whether a row has a label, 0 or 1 each: the labels. */
  readonly labels?: readonly string[];
  /** Nobody said so: why this one. */
  readonly guessed?: string;
  /** Of a classification. */
  readonly classes?: readonly string[];
  /** Of a regression: numbers of the file are divided by it. */
  readonly scale?: number;
  readonly missing: number;
}
/** How a column becomes features: enough to encode other rows the same way. */
export interface FeatureEncoding {
  readonly name: string;
  /** Among the columns of the file, from 0; below 0: a recipe made it. */
  readonly index: number;
  readonly missing: number;
  readonly kind: 'number' | 'date' | 'categories';
  /** Two are one feature of 0 or 1, more are one feature each. */
  readonly categories?: readonly string[];
}

export interface DataColumn {
  readonly field: DataField;
  /** Row-major, `count` rows. Images are kept as u8 0..255 and become f32 when gathered. */
  readonly stored: Float32Array | Int32Array | Uint8Array;
  /** Flat positions in `stored` that the file left empty; see shared/missing.ts. */
  readonly missing?: Int32Array;
  /** What the source divided its own numbers by; absent: nothing. */
  readonly dividedBy?: number;
  /** An input that the source has brought to size itself: left as it is where nobody asks for more. */
  readonly isScaled?: boolean;
}

/** A column whose rows lie in a file. */
export interface FiledColumn extends Omit<DataColumn, 'stored'> {
  readonly dtype: 'f32' | 'i32' | 'u8';
}

/** Columns whose rows lie in a file, in the order of the table. */
export interface FiledRows<C extends FiledColumn = FiledColumn> {
  readonly columns: readonly C[];
  /** So many rows from the `first` on. Throws InputError where the file is not what it was. */
  readonly read: (column: string, first: number, count: number) => Promise<DataColumn['stored']>;
  /** The same, as bytes of the column's type, as many rows as there is room for. */
  readonly readInto: (column: string, first: number, into: Uint8Array) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** One that is too large to be held. Its gaps hold the means of the training rows. */
export interface StreamedColumn extends Omit<FiledColumn, 'missing'> {
  readonly statistics: ColumnStatistics;
}

/** Of the training rows, gaps filled, in float64: a number for each feature, or for each channel of a picture. */
export interface ColumnStatistics {
  readonly mean: readonly number[];
  /** Of the population. */
  readonly deviation: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/**
 * Input columns whose rows lie in a file, in the order in which a run takes them: first those that train, then those
 * that validate, then those that test. All columns of the table are in that order.
 */
export interface StreamedRows extends FiledRows<StreamedColumn> {
  /** How many rows each part of the training rows has; which part a row is in was drawn by chance. */
  readonly buckets: readonly number[];
  readonly validation: number;
  readonly test: number;
}

/** Tells a file from another, and from itself when it was changed. */
export interface FileStamp {
  /** Whole, without links. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** What a folder holds, links followed. */
export interface FolderEntry {
  readonly name: string;
  /** `other`: devices, pipes, links to nowhere and to what may not be read. */
  readonly kind: 'file' | 'folder' | 'other';
  /** Of files. */
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** Reading of files, given by the host, which knows where a path begins and what may be read. */
export interface FileAccess {
  /** Regular files only. `maxBytes`: a larger one is refused before it is read. */
  read(path: string, maxBytes?: number): Promise<Uint8Array>;
  /** Of what is too large to be read at once: regular files of any size. */
  open(path: string): Promise<OpenFile>;
  list(folder: string): Promise<readonly string[]>;
  /** By name. Of thousands of files the cheap way to know them all, and whether one is another later. */
  entries(folder: string): Promise<readonly FolderEntry[]>;
  /** Of a regular file that may be read. */
  stamp(path: string): Promise<FileStamp>;
  gunzip(bytes: Uint8Array, maxBytes?: number): Uint8Array;
}

/** A file of which parts are read. */
export interface OpenFile {
  readonly sizeBytes: number;
  /** Fewer bytes where the file ends before. */
  read(from: number, count: number): Promise<Uint8Array>;
  /** How many bytes were read: fewer than there is room for where the file ends before. */
  readInto(from: number, into: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

/** What the sources of a document may read: decided where the user is asked, kept where files are read. */
export interface DataAccess {
  /** Where the project lies: relative paths begin there, and what is in it may be read. */
  readonly folder: string | null;
  /** Files and folders elsewhere that the user picked or allowed, as whole paths. */
  readonly allowed: readonly string[];
}

/** Generated data only. */
export const NO_FILES: DataAccess = { folder: null, allowed: [] };

export interface ZipPart {
  /** Throws InputError where it unpacks to more than so many bytes, or is damaged. */
  read(maxBytes: number): Promise<Uint8Array>;
}

/** What a host can do with files beyond reading them; a source that needs what is absent says so. */
export interface DataAbilities {
  readonly pictures?: PictureDecoder;
  /** What a zip holds, by name. Throws InputError for more entries than a data set has, and what is no zip. */
  unzip?(bytes: Uint8Array, path: string): Promise<ReadonlyMap<string, ZipPart>>;
  readonly tables?: TableReader;
  /** Where features of tables go that are too large to be held. */
  readonly spill?: SpillRows;
}

/** Keeps rows on the disk while they are prepared. */
export interface SpillRows {
  /** How much of them may be in memory. */
  readonly residentBytes: number;
  /** `parts`: how many rows each has; those of a part are written in the order of their places. */
  open(rows: { readonly rowBytes: number; readonly parts: readonly number[] }): Promise<RowWriter>;
}

/** To be finished or abandoned. */
export interface RowWriter {
  /** Rows one after another, with the places that they get; those at -1 are left out. */
  write(values: DataColumn['stored'], places: Int32Array): Promise<void>;
  finish(): Promise<WrittenRows>;
  abandon(): Promise<void>;
}

/** To be closed: then they are gone. */
export interface WrittenRows {
  /** Tells these rows from others. */
  readonly hash: string;
  readInto(first: number, into: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export type LoadProgress = (done: number, total: number) => void | Promise<void>;

export interface DatasetSpec<S extends AttrSchema> {
  readonly id: string;
  readonly label: string;
  readonly doc: string;
  readonly group: 'Images' | 'Points' | 'Curves' | 'Text' | 'Files';
  /** `file` and `folder` sources are written `id:PATH`. */
  readonly path?: 'file' | 'folder';
  /** How names of its files end, in lower case and without the dot: what a file that is handed over is read as. */
  readonly endings?: readonly string[];
  /** A path in its folders, with `/`, that tells that they are: what a folder that is handed over is read as. */
  readonly holds?: RegExp;
  /** Of what reads tables: what their rows are to it, where a file can be read in several ways. */
  readonly rowsAs?: string;
  readonly options: S;
  /** Known without loading, for generators. */
  readonly fields?: (options: AttrValues<S>) => readonly DataField[];
  /** Of tables of text, which have the options of `TABLE_OPTIONS`: how the file becomes rows and columns. */
  readonly format?: (options: AttrValues<S>) => TableFormat;
  /** Whether what is made of it depends on which rows train. Absent: only a recipe does. */
  readonly isFitted?: (options: AttrValues<S>) => boolean;
  /**
   * How much memory its samples take, without reading them all. Where that is more than `spill` allows, `load` is given
   * how they are split and answers with samples that are streamed. Absent: they are held, or refused.
   */
  sampleBytes?(context: {
    readonly options: AttrValues<S>;
    readonly path: string;
    readonly files: FileAccess;
    readonly abilities: DataAbilities;
    readonly onProgress?: LoadProgress;
  }): Promise<number>;
  /** Deterministic in options. Bad files throw InputError with a path and line or byte offset. */
  load(context: {
    readonly options: AttrValues<S>;
    readonly path?: string;
    readonly files: FileAccess;
    readonly abilities: DataAbilities;
    /** Awaited, so that the host can do other things (answer a ping) in between. */
    readonly onProgress?: LoadProgress;
    /** Absent: what is fitted is fitted to all rows. */
    readonly fitting?: Fitting;
  }): Promise<DataTable>;
}
export type DatasetDefinition = DatasetSpec<AttrSchema>;

export function defineDataset<const S extends AttrSchema>(spec: DatasetSpec<S>): DatasetDefinition {
  // Erased as layers are; see layers/define.ts.
  return spec as unknown as DatasetDefinition;
}

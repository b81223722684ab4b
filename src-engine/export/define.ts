/**
 * What a file of formats/ states: a way for a trained model to leave, or for a picture of its graph. One file each,
 * found by formats/index.ts; the command line, the dialog and their options follow from it.
 */
import type { AttrSchema, AttrValues } from '../ir/attrs.ts';
import type { ForwardOutput } from '../compile/forward.ts';
import type { Prepared } from '../training/prepare.ts';
import type { ExportPort, ExportPrecision } from '../protocol/exportContract.ts';
import type { NetworkDocument } from '../ir/document.ts';
import type { Compression } from '../platform/compression.ts';
import type { Calibration } from './calibrate.ts';
import type { CalibrationFile } from './onnx/index.ts';
import type { PlayerBundle } from './player/html.ts';
import type { FittedTable } from '../training/fittedData.ts';
import type { NamedClasses } from './onnx/classNames.ts';
import type { NamedTensor } from './safetensors.ts';
import type { ExportSource } from './source.ts';
import type { FileRunner } from './verify.ts';

export interface WriteContext {
  /** What the file answers: every prediction, and nodes that were asked for. */
  readonly outputs: readonly ForwardOutput[];
  /** What a reader of the file may want to know: run, data, classes. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly producer: { readonly name: string; readonly version: string };
  /** The data, read once for everyone; throws where it cannot be read. */
  readonly data: () => Promise<Prepared>;
  /** Runs a file of ONNX on training samples. */
  readonly calibrate: (file: CalibrationFile) => Promise<Calibration>;
  /** What a page that runs models is made with. */
  readonly playerBundle: () => Promise<PlayerBundle>;
}

/** Of a folder; `/` between names. */
export interface ModelFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}
/** A zip within the folder (`.npz`); whoever writes it packs it. */
export interface ModelArchive {
  readonly path: string;
  readonly entries: readonly ModelFile[];
}
export type FolderEntry = ModelFile | ModelArchive;

/** One file, or all that a folder holds. */
export type ModelContent =
  | { readonly bytes: Uint8Array }
  | { readonly folder: readonly FolderEntry[] };

export type WrittenModel = ModelContent & {
  /** A sentence each: what was left out, what differs. */
  readonly notes: readonly string[];
  /** Where running the file can tell whether it answers as the network does. */
  readonly runnable?: RunnableFile;
};

export interface TableColumns extends Pick<FittedTable, 'features' | 'means' | 'recipe'> {
  readonly field: string;
}

/** What is to be known of a file to run it, and to say what is in it. */
export interface RunnableFile {
  readonly bytes: Uint8Array;
  /** Fields of the data and latent sources that it is about, whichever columns they are made from. */
  readonly takes: readonly string[];
  /** Of the table that it takes in the place of a field. */
  readonly columns: TableColumns | null;
  readonly classNames: readonly NamedClasses[];
  readonly inputs: readonly ExportPort[];
  readonly outputs: readonly ExportPort[];
  /** How often each operator occurs, where it is made of them. */
  readonly operators: ReadonlyMap<string, number>;
  /** Nodes that are not in the file: losses, noise, what only they need. */
  readonly leftOut: readonly string[];
  readonly weightBytes: number;
}

interface FormatSpec<S extends AttrSchema> {
  readonly id: string;
  /** Smaller is listed first. */
  readonly order: number;
  readonly label: string;
  /** What it is for, in a few words. */
  readonly doc: string;
  /** Of its file, without a dot; of a folder `zip`. */
  readonly extension: string;
  /** What it writes is a folder: as it is from the command line, as a zip where one file is wanted. */
  readonly isFolder?: true;
  readonly mediaType: string;
  readonly options: S;
}

export interface ModelFormatSpec<S extends AttrSchema> extends FormatSpec<S> {
  readonly kind: 'model';
  /** Files of it are run and compared (WrittenModel.runnable). */
  readonly isProven?: true;
  /** What runs them; absent: ONNX Runtime. */
  readonly runner?: FileRunner;
  write(
    source: ExportSource,
    options: AttrValues<S>,
    context: WriteContext,
  ): WrittenModel | Promise<WrittenModel>;
  /** Whether the file takes inputs as the data has them, before they are scaled. */
  readonly takesRawInputs?: (options: AttrValues<S>) => boolean;
  /** Whether its outputs are what predictions mean (probabilities) instead of raw scores. */
  readonly activates?: (options: AttrValues<S>) => boolean;
  /** Whether it answers numbers as the data has them, where targets were scaled. */
  readonly answersInUnits?: (options: AttrValues<S>) => boolean;
  /** Options that are about nothing of this source, whatever they are set to. */
  readonly idleOptions?: (
    source: ExportSource,
    outputs: readonly ForwardOutput[],
  ) => readonly (keyof S & string)[];
  /** What it computes with, where that can be chosen. */
  readonly precisionOf?: (options: AttrValues<S>) => ExportPrecision;
}

/** What a picture is drawn of. */
export interface PictureSubject {
  readonly document: NetworkDocument;
  /** Of a run; null where nothing was trained, or its weights cannot be read. */
  readonly tensors: ReadonlyMap<string, NamedTensor> | null;
}

/** What drawing needs of its host. */
export interface PictureHost {
  readonly compression: Compression;
  /** As browsers take them, in base64. */
  webFonts(): Promise<readonly { readonly family: 'text' | 'mono'; readonly woff2: string }[]>;
  rasterise(svg: string, scale: number): Promise<RasterisedPicture>;
}

export interface RasterisedPicture {
  readonly png: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  /** That the fonts at hand do not have, each once: they are not in the picture. */
  readonly missingLetters: readonly string[];
}

export interface DrawnPicture {
  readonly bytes: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  /** A sentence each: what is not as it was drawn. */
  readonly notes: readonly string[];
}

/** Of any project that can be opened, trained or not, even with errors: neither weights nor data are needed. */
export interface PictureFormatSpec<S extends AttrSchema> extends FormatSpec<S> {
  readonly kind: 'picture';
  draw(
    subject: PictureSubject,
    options: AttrValues<S>,
    host: PictureHost,
  ): DrawnPicture | Promise<DrawnPicture>;
}

export type ModelFormat = ModelFormatSpec<AttrSchema>;
export type PictureFormat = PictureFormatSpec<AttrSchema>;
export type ExportFormat = ModelFormat | PictureFormat;

export function defineModelFormat<const S extends AttrSchema>(
  spec: Omit<ModelFormatSpec<S>, 'kind'>,
): ModelFormat {
  // Erased as layers are; see layers/define.ts.
  return { kind: 'model', ...spec } as unknown as ModelFormat;
}

export function definePictureFormat<const S extends AttrSchema>(
  spec: Omit<PictureFormatSpec<S>, 'kind'>,
): PictureFormat {
  return { kind: 'picture', ...spec } as unknown as PictureFormat;
}

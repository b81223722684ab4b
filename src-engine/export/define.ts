/**
 * What a file of formats/ states: a way for a trained model to leave. One file each, found by formats/index.ts;
 * the command line, the dialog and their options follow from it.
 */
import type { AttrSchema, AttrValues } from '../ir/attrs.ts';
import type { ForwardOutput } from '../compile/forward.ts';
import type { Prepared } from '../training/prepare.ts';
import type { ExportPrecision } from '../protocol/exportContract.ts';
import type { Calibration } from './calibrate.ts';
import type { CalibrationFile, OnnxFile } from './onnx/index.ts';
import type { ExportSource } from './source.ts';

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
}

export interface WrittenModel {
  readonly bytes: Uint8Array;
  /** A sentence each: what was left out, what differs. */
  readonly notes: readonly string[];
  /** Where ONNX Runtime can tell whether the file answers as the network does. */
  readonly onnx?: OnnxFile;
}

export interface ModelFormatSpec<S extends AttrSchema> {
  readonly id: string;
  /** Smaller is listed first. */
  readonly order: number;
  readonly label: string;
  /** What it is for, in a few words. */
  readonly doc: string;
  /** Of its file, without a dot. */
  readonly extension: string;
  readonly mediaType: string;
  readonly options: S;
  /** Files of it are run and compared (WrittenModel.onnx). */
  readonly isProven?: true;
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
  /** What it computes with, where that can be chosen. */
  readonly precisionOf?: (options: AttrValues<S>) => ExportPrecision;
}
export type ModelFormat = ModelFormatSpec<AttrSchema>;

export function defineModelFormat<const S extends AttrSchema>(
  spec: ModelFormatSpec<S>,
): ModelFormat {
  // Erased as layers are; see layers/define.ts.
  return spec as unknown as ModelFormat;
}

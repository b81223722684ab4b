/** Calls about exports: formats, a file that is made and proven, which the page then fetches. */
import type { AttrSchema, JsonValue } from '#engine/ir/attrs.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { ExportReport } from '../exportContract.ts';
import type { RunCheckpoint } from '../run.ts';
import type { FileForPage, ProjectName } from './data.ts';

export interface ExportFormatInfo {
  readonly id: string;
  readonly label: string;
  /** What it is for, in a few words. */
  readonly doc: string;
  readonly extension: string;
  readonly mediaType: string;
  /** Of a trained model, or of its graph alone. */
  readonly kind: 'model' | 'picture';
  readonly options: AttrSchema;
  /** Whether files of it are run and compared. */
  readonly isProven: boolean;
}

/** Weights of a run: the best, the last, or those of a step. */
export type WhichWeights = 'best' | 'last' | number;

export type ExportSubjectOfPage =
  /** Without a choice the best weights, and where there are none the last. */
  | { readonly kind: 'run'; readonly runId: string; readonly which?: WhichWeights }
  /** With the weights that training would begin with. */
  | {
      readonly kind: 'document';
      readonly document: NetworkDocument;
      readonly project: ProjectName | null;
    };

export interface PreparedExport {
  /** Kept until it is fetched, let go of, or others take its place. */
  readonly file: FileForPage;
  /** The model card, as Markdown; of pictures there is none. */
  readonly card: string | null;
  readonly report: ExportReport;
  /** Of a run. */
  readonly weights: Pick<RunCheckpoint, 'which' | 'step'> | null;
}

export interface ExportCalls {
  'exports.formats'(input: null): readonly ExportFormatInfo[];
  /** One at a time: what was asked for before ends with `export.superseded`. */
  'exports.prepare'(input: {
    readonly subject: ExportSubjectOfPage;
    readonly format: string;
    readonly options: Readonly<Record<string, JsonValue>>;
    /** Answered beside the predictions: `node`, or `node.port` where it has several. */
    readonly outputs: readonly string[];
  }): PreparedExport;
}

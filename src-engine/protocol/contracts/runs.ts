/** Calls about runs that are or were: the list, the record of one, what people say of them. */
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { EngineEvents } from '../engineContract.ts';
import type { FileForPage } from './data.ts';
import type { RunCurves } from '../metricColumns.ts';
import type {
  ChannelTrack,
  CurveRange,
  EpochFigures,
  GradientTrack,
  MetricPosition,
  RecordedSteps,
  RunChanges,
  RunCheckpoint,
  RunDetail,
  RunEvent,
  RunImport,
  RunRow,
  RunSnapshot,
  RunSummary,
  SmallCurve,
  SnapshotKind,
  ThinRequest,
  ThinSavings,
} from '../run.ts';

export interface ImportedProject {
  /** In no file yet. */
  readonly document: NetworkDocument;
  readonly run: RunSummary;
}

export interface RunCalls {
  'runs.list'(input: null): readonly RunSummary[];
  /** Newest first, with their settings: all, or those of these that there are; or the newest few. */
  'runs.rows'(input: {
    readonly runIds?: readonly string[];
    readonly newest?: number;
  }): readonly RunRow[];
  /**
   * What became of the runs since an earlier answer (its `at`), whoever did it; all of them where there was
   * none, or where it was of another record.
   */
  'runs.changes'(input: { readonly since?: string }): RunChanges;
  /**
   * `since`: points after these steps only, one step per split, since splits do not advance together. A
   * split that is not named comes whole. `buckets`: curves of many more points than that are decimated to
   * about so many stretches each.
   */
  'runs.get'(input: {
    readonly runId: string;
    readonly since?: MetricPosition;
    readonly buckets?: number;
  }): RunDetail;
  /** What was trained, without anything else of the run. */
  'runs.document'(input: { readonly runId: string }): NetworkDocument;
  /**
   * What these numbers did between two steps, one answer for each: all points where they are at most two for
   * each of `width` stretches, else of each stretch the lowest and the highest. With a point on either side,
   * so that a line runs to the edges.
   */
  'runs.curves'(input: { readonly runId: string } & CurveRange): readonly RunCurves[];
  /**
   * One number of many runs, each in at most so many points: of training, else of what it was judged by. Those
   * that have it, in the order asked for.
   */
  'runs.smallCurves'(input: {
    readonly runIds: readonly string[];
    readonly metric: string;
    readonly points: number;
  }): readonly SmallCurve[];
  /** One number of many runs at the end of an epoch, in the order asked for; NaN where a run has none. */
  'runs.atEpoch'(input: { readonly runIds: readonly string[] } & EpochFigures): Float64Array;
  /** What of the inside of a run is on the disk: large, so asked for by step. */
  'runs.recorded'(input: { readonly runId: string }): RecordedSteps;
  /** Those of these steps that are there. */
  'runs.snapshots'(input: {
    readonly runId: string;
    readonly kind: SnapshotKind;
    readonly steps: readonly number[];
  }): readonly RunSnapshot[];
  /** At most so many rows, evenly over the run. */
  'runs.gradients'(input: { readonly runId: string; readonly rows: number }): GradientTrack;
  /** At most so many rows, evenly over the run, or over what of it went before a step and this step. */
  'runs.channels'(input: {
    readonly runId: string;
    readonly rows: number;
    readonly until?: number;
  }): ChannelTrack;
  'runs.annotate'(input: {
    readonly runId: string;
    readonly name?: string;
    readonly notes?: string;
    readonly tags?: readonly string[];
    readonly starred?: boolean;
  }): RunSummary;
  /** By step: what a new run can begin with (`training.start`, `from`). */
  'runs.checkpoints'(input: { readonly runId: string }): readonly RunCheckpoint[];
  /** Kept, and marked as what lists leave out unless asked (RunSummary.archived). */
  'runs.archive'(input: { readonly runId: string }): RunSummary;
  'runs.unarchive'(input: { readonly runId: string }): RunSummary;
  /** What thinning these would free, all of them together. */
  'runs.thinSavings'(input: { readonly runIds: readonly string[] }): ThinSavings;
  /** Makes a run smaller for good: its curves, events and settings stay. Not of one that trains. */
  'runs.thin'(input: { readonly runId: string } & ThinRequest): RunSummary;
  /** Into one file, for the page to fetch. Not of runs that train. */
  'runs.export'(input: { readonly runIds: readonly string[] }): FileForPage;
  /**
   * From a file that the page handed over (`uploads.begin`), by its id there; `name` for messages. All of its
   * runs or none. `asNew`: those that are here already come as others.
   */
  'runs.import'(input: {
    readonly file: string;
    readonly name: string;
    readonly asNew?: boolean;
  }): readonly RunImport[];
  /** A model in Netloom JSON: its project, and its weights as a run of it. */
  'runs.importModel'(input: { readonly file: string; readonly name: string }): ImportedProject;
  /** safetensors of this very network, as a run of it. Throws what is missing, too much or of another shape. */
  'runs.importWeights'(input: {
    readonly file: string;
    readonly name: string;
    readonly document: NetworkDocument;
  }): RunSummary;
  /** Out of sight at once, and gone for good when nobody has wanted it back for a while. */
  'runs.delete'(input: { readonly runId: string }): null;
  /** Takes a deletion back. */
  'runs.restore'(input: { readonly runId: string }): RunSummary;
}

export interface RunEvents {
  'run.changed': RunSummary;
  /** Deleted, or never begun: there is no such run any more. */
  'run.removed': { readonly runId: string };
  'run.metrics': EngineEvents['metrics'];
  'run.snapshot': EngineEvents['snapshot'];
  'run.log': EngineEvents['log'];
  'run.event': { readonly runId: string; readonly event: RunEvent };
}

/**
 * Renderer <-> main services, the same over Electron ports and WebSocket. Inputs are validated in main
 * (zod): the renderer is not trusted.
 */
import type { AttrSchema, JsonValue } from '../ir/attrs.ts';
import type { NetworkDocument } from '../ir/document.ts';
import type { Problem } from '../ir/problem.ts';
import type { DataDescription, EngineEvents } from './engineContract.ts';
import type { RunCurves } from './metricColumns.ts';
import type {
  ChannelTrack,
  CurveRange,
  GradientTrack,
  MetricPosition,
  RecordedSteps,
  RunDetail,
  RunEvent,
  RunSnapshot,
  RunSummary,
  SnapshotKind,
} from './run.ts';
import type { Watching, WatchLevel } from './watching.ts';

export interface AppInfo {
  readonly version: string;
  readonly host: 'electron' | 'server';
  readonly platform: string;
  readonly cores: number;
  /** How many pages beside the one that asks are connected. */
  readonly otherPages: number;
  /** Native dialogs exist (Electron); otherwise the page uses file inputs and downloads. */
  readonly nativeDialogs: boolean;
  /** Run being trained now, to catch up with after a reload or a dropped connection. */
  readonly activeRunId: string | null;
}
export interface ExampleInfo {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly document: NetworkDocument;
}
export interface RecentProject {
  readonly path: string;
  readonly name: string;
  readonly openedAt: string;
  /** Of the document that the file held then. */
  readonly id?: string | undefined;
}
/** Where and as which document a project was saved: a second file of one document is a child of it. */
export interface SavedProject {
  readonly path: string;
  readonly savedAt: string;
  readonly id: string;
  readonly parent?: string;
}
export interface OpenedProject {
  /** Absent for content that did not come from a file of this machine. */
  readonly path?: string;
  readonly document: NetworkDocument;
  readonly problems: readonly Problem[];
}
export interface DraftInfo {
  readonly id: string;
  readonly path?: string;
  readonly savedAt: string;
  readonly document: NetworkDocument;
}
export interface DatasetInfo {
  readonly id: string;
  readonly label: string;
  readonly doc: string;
  readonly group: string;
  readonly path?: 'file' | 'folder';
  readonly options: AttrSchema;
}
export interface Settings {
  readonly theme: 'system' | 'light' | 'dark';
  readonly threads: number;
  readonly telemetryHz: number;
  /** How much is shown while a run trains. */
  readonly watching: WatchLevel;
  /** Panel layout and other view state, owned by the renderer. */
  readonly view: Readonly<Record<string, JsonValue>>;
}

/**
 * The project whose data is read: the path of its file, beside which its paths begin, or what the page
 * calls one that has no file yet.
 */
export type ProjectName = string;

export interface AppCalls {
  'app.info'(input: null): AppInfo;
  'projects.examples'(input: null): readonly ExampleInfo[];
  'projects.recent'(input: null): readonly RecentProject[];
  'projects.open'(input: { readonly path: string }): OpenedProject;
  /** Restores a document from text the page read itself (file input, paste, drop). */
  'projects.parse'(input: { readonly text: string; readonly name: string }): OpenedProject;
  /** Null when the user cancels. Only with nativeDialogs. */
  'projects.openDialog'(input: null): OpenedProject | null;
  'projects.save'(input: {
    readonly path: string;
    readonly document: NetworkDocument;
  }): SavedProject;
  /** With nativeDialogs asks; otherwise saves into the user's project folder under the name. */
  'projects.saveAs'(input: {
    readonly suggestedName: string;
    readonly document: NetworkDocument;
  }): SavedProject | null;
  /** Files of the server's project folder, for the page's own open dialog. */
  'projects.list'(input: null): readonly RecentProject[];
  'projects.saveDraft'(input: {
    readonly id: string;
    readonly path?: string;
    readonly document: NetworkDocument;
  }): { readonly savedAt: string };
  'projects.drafts'(input: null): readonly DraftInfo[];
  'projects.discardDraft'(input: { readonly id: string }): null;
  'datasets.list'(input: null): readonly DatasetInfo[];
  'datasets.describe'(input: {
    readonly source: string;
    readonly options: Readonly<Record<string, JsonValue>>;
    readonly previewCount: number;
    readonly project?: ProjectName;
  }): DataDescription;
  /**
   * The user's yes to what `data.needs-consent` or `data.network-path` asked, with the path it named:
   * remembered for this project. Refused where nothing asked.
   */
  'datasets.allow'(input: { readonly project: ProjectName; readonly path: string }): null;
  /** A file of the page's, in pieces: `append` them in order, then name it by this id. */
  'uploads.begin'(input: { readonly sizeBytes: number }): { readonly id: string };
  'uploads.append'(input: { readonly id: string; readonly bytes: Uint8Array }): null;
  'runs.list'(input: null): readonly RunSummary[];
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
  /**
   * What these numbers did between two steps, one answer for each: all points where they are at most two for
   * each of `width` stretches, else of each stretch the lowest and the highest. With a point on either side,
   * so that a line runs to the edges.
   */
  'runs.curves'(input: { readonly runId: string } & CurveRange): readonly RunCurves[];
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
  }): RunSummary;
  /** Out of sight at once, and gone for good when nobody has wanted it back for a while. */
  'runs.delete'(input: { readonly runId: string }): null;
  /** Takes a deletion back. */
  'runs.restore'(input: { readonly runId: string }): RunSummary;
  /** Fails with InputError when the document has problems or a run is active. */
  'training.start'(input: {
    readonly document: NetworkDocument;
    readonly paused?: boolean;
    readonly project?: ProjectName;
    /** Begins with the weights that this run came to, instead of the initialisers. */
    readonly from?: string;
    /** Or with those of this safetensors file that fit (`uploads.begin`), which is then forgotten. */
    readonly weights?: string;
  }): RunSummary;
  'training.pause'(input: { readonly runId: string }): null;
  'training.resume'(input: { readonly runId: string }): null;
  'training.step'(input: { readonly runId: string }): null;
  'training.stop'(input: { readonly runId: string }): null;
  /** How much is shown and how fast it goes, for all windows; answers what holds now. */
  'training.watch'(input: Partial<Watching>): Watching;
  /** Whether the calling window can be seen; it counts as visible until it says otherwise. */
  'training.look'(input: { readonly visible: boolean }): null;
  /** The canvas of the calling window moves under a hand; said again while it does (HAND_RESTS_MS). */
  'training.hand'(input: { readonly moves: boolean }): null;
  /** Continues an interrupted or stopped run from its last checkpoint, as the same run. */
  'training.recover'(input: { readonly runId: string }): RunSummary;
  'settings.get'(input: null): Settings;
  /** All but what is watched, which has an owner of its own: `training.watch`. */
  'settings.set'(input: Partial<Omit<Settings, 'watching'>>): Settings;
}

export interface AppEvents {
  'run.changed': RunSummary;
  /** Deleted, or never begun: there is no such run any more. */
  'run.removed': { readonly runId: string };
  'run.metrics': EngineEvents['metrics'];
  'run.snapshot': EngineEvents['snapshot'];
  'run.log': EngineEvents['log'];
  'run.event': { readonly runId: string; readonly event: RunEvent };
  'training.watching': Watching;
  'engine.state': {
    readonly state: 'starting' | 'ready' | 'crashed' | 'restarting' | 'failed';
    readonly detail: string;
  };
  /** A menu item of the native menu was chosen; the name is a CommandId of the renderer. */
  'menu.command': { readonly command: string };
}

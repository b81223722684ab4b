/**
 * The inside of the network as it was last seen, and lately. Not React state: a frame arrives up to ten
 * times a second and must not re-render the graph. Cards and panels subscribe and draw on canvases.
 *
 * Memory is bounded: gradient rows are a ring; frames for looking back are kept evenly over the whole
 * run, every second one dropped whenever there are too many.
 */
import type {
  BoundaryFrame,
  ConfusionFrame,
  NodeTelemetry,
  ParameterTelemetry,
  SampleFrame,
  TelemetryFrame,
} from '#engine/protocol/run.ts';

/** Rows of the gradient strip, and frames kept for looking back. */
const GRADIENT_ROWS = 96;
const MAX_FRAMES = 160;
/** The decoded arrays of a frame; a network with many large pictures keeps fewer frames. */
const MAX_HISTORY_BYTES = 32_000_000;

/** One step of the strip; columns in graph order. NaN where a node has no such number. */
export interface GradientRow {
  readonly step: number;
  /** log10 of the norm of the loss's gradient with respect to each node's output. */
  readonly logNorm: Float32Array;
  /** Update norm over weight norm of each node's weight. */
  readonly updateRatio: Float32Array;
}

interface FrameKinds {
  readonly samples: SampleFrame;
  readonly boundary: BoundaryFrame;
  readonly confusion: ConfusionFrame;
}
export type FrameKind = keyof FrameKinds;

type Listener = () => void;

export class LiveView {
  #runId: string | null = null;
  #latest: TelemetryFrame | null = null;
  #pinned: TelemetryFrame | null = null;
  #nodes = new Map<string, NodeTelemetry>();
  #parameters = new Map<string, readonly ParameterTelemetry[]>();
  #columns: readonly string[] = [];
  #rows: GradientRow[] = [];
  #kept: TelemetryFrame[] = [];
  /** Of so many frames one is kept. */
  #keepStride = 1;
  #accepted = 0;
  #kinds: { -readonly [K in FrameKind]: FrameKinds[K] | null } = {
    samples: null,
    boundary: null,
    confusion: null,
  };
  readonly #nodeListeners = new Map<string, Set<Listener>>();
  readonly #frameListeners = new Set<Listener>();
  readonly #kindListeners: Record<FrameKind, Set<Listener>> = {
    samples: new Set(),
    boundary: new Set(),
    confusion: new Set(),
  };

  /** The run these frames are of. */
  get runId(): string | null {
    return this.#runId;
  }
  /** The frame on show: the one looked back to, else the latest. */
  get frame(): TelemetryFrame | null {
    return this.#pinned ?? this.#latest;
  }
  get latest(): TelemetryFrame | null {
    return this.#latest;
  }
  /** Looking at a past step. */
  get pinned(): boolean {
    return this.#pinned !== null;
  }
  /** Kept frames, oldest first; the latest is always the last. */
  get history(): readonly TelemetryFrame[] {
    const { latest } = this;
    return latest === null || this.#kept.at(-1) === latest ? this.#kept : [...this.#kept, latest];
  }
  /** Node ids of the strip's columns, in graph order, and its rows, oldest first. */
  get gradientColumns(): readonly string[] {
    return this.#columns;
  }
  get gradientRows(): readonly GradientRow[] {
    return this.#rows;
  }

  node(id: string): NodeTelemetry | undefined {
    return this.#nodes.get(id);
  }
  parametersOf(nodeId: string): readonly ParameterTelemetry[] {
    return this.#parameters.get(nodeId) ?? [];
  }
  /** The weight of a node, at the step on show; the others, a bias for one, move by their own rules. */
  weightOf(nodeId: string): ParameterTelemetry | undefined {
    return this.#parameters.get(nodeId)?.[0];
  }
  latestOf<K extends FrameKind>(kind: K): FrameKinds[K] | null {
    return this.#kinds[kind];
  }

  /** Told whenever what is shown of this node changed. Returns the way to stop. */
  subscribe(nodeId: string, listener: Listener): () => void {
    let set = this.#nodeListeners.get(nodeId);
    if (!set) this.#nodeListeners.set(nodeId, (set = new Set()));
    set.add(listener);
    return () => {
      set.delete(listener);
      if (set.size === 0) this.#nodeListeners.delete(nodeId);
    };
  }
  /** Told of every telemetry frame shown, and when the run changes. */
  subscribeFrames(listener: Listener): () => void {
    this.#frameListeners.add(listener);
    return () => this.#frameListeners.delete(listener);
  }
  subscribeKind(kind: FrameKind, listener: Listener): () => void {
    this.#kindListeners[kind].add(listener);
    return () => this.#kindListeners[kind].delete(listener);
  }

  /** Forgets everything and shows another run (or none). */
  show(runId: string | null): void {
    if (runId === this.#runId) return;
    this.#runId = runId;
    this.#latest = null;
    this.#pinned = null;
    this.#rows = [];
    this.#columns = [];
    this.#kept = [];
    this.#keepStride = 1;
    this.#accepted = 0;
    this.#kinds = { samples: null, boundary: null, confusion: null };
    this.#index(null);
    this.#announce();
    for (const kind of Object.values(this.#kindListeners)) notify(kind);
  }

  /** Takes a frame of the shown run. */
  accept(frame: TelemetryFrame): void {
    if (this.#latest && frame.step < this.#latest.step) this.#rewind(frame.step);
    this.#latest = frame;
    this.#keep(frame);
    this.#addGradientRow(frame);
    if (this.#pinned) return;
    this.#index(frame);
    this.#announce();
  }

  acceptKind<K extends FrameKind>(kind: K, frame: FrameKinds[K]): void {
    this.#kinds[kind] = frame;
    notify(this.#kindListeners[kind]);
  }

  /** Looks back to the kept frame nearest to a step; null returns to the latest. */
  lookAt(step: number | null): void {
    const pinned = step === null ? null : nearestFrame(this.history, step);
    if (pinned === this.#pinned) return;
    this.#pinned = pinned;
    this.#index(this.frame);
    this.#announce();
  }

  #announce(): void {
    for (const set of this.#nodeListeners.values()) notify(set);
    notify(this.#frameListeners);
  }

  #index(frame: TelemetryFrame | null): void {
    this.#nodes = new Map(frame?.nodes.map((node) => [node.node, node]));
    const byNode = new Map<string, ParameterTelemetry[]>();
    for (const parameter of frame?.parameters ?? []) {
      const list = byNode.get(parameter.node);
      if (list) list.push(parameter);
      else byNode.set(parameter.node, [parameter]);
    }
    this.#parameters = byNode;
  }

  #addGradientRow(frame: TelemetryFrame): void {
    const columns = gradientColumnsOf(frame);
    if (!sameList(columns, this.#columns)) {
      this.#columns = columns;
      this.#rows = [];
    }
    this.#rows.push(gradientRow(frame, columns));
    if (this.#rows.length > GRADIENT_ROWS) this.#rows.shift();
  }

  #keep(frame: TelemetryFrame): void {
    if (this.#accepted++ % this.#keepStride !== 0) return;
    this.#kept.push(frame);
    const room = Math.max(8, Math.floor(MAX_HISTORY_BYTES / Math.max(1, frameBytes(frame))));
    if (this.#kept.length > Math.min(MAX_FRAMES, room)) {
      this.#kept = this.#kept.filter((_, i) => i % 2 === 0);
      this.#keepStride *= 2;
    }
  }

  /** A resumed run repeats the steps since its checkpoint. */
  #rewind(step: number): void {
    this.#rows = this.#rows.filter((row) => row.step < step);
    this.#kept = this.#kept.filter((frame) => frame.step < step);
    if (this.#pinned && this.#pinned.step >= step) this.#pinned = null;
  }
}

function notify(listeners: ReadonlySet<Listener>): void {
  for (const listener of listeners) listener();
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

function nearestFrame(frames: readonly TelemetryFrame[], step: number): TelemetryFrame | null {
  let best: TelemetryFrame | null = null;
  for (const frame of frames) {
    if (best === null || Math.abs(frame.step - step) < Math.abs(best.step - step)) best = frame;
  }
  return best;
}

/** Nodes through which gradient flows, in graph order. */
function gradientColumnsOf(frame: TelemetryFrame): readonly string[] {
  return frame.nodes.filter((node) => node.gradientNorm !== undefined).map((node) => node.node);
}

export function gradientRow(frame: TelemetryFrame, columns: readonly string[]): GradientRow {
  const logNorm = new Float32Array(columns.length).fill(Number.NaN);
  const updateRatio = new Float32Array(columns.length).fill(Number.NaN);
  const at = new Map(columns.map((id, i) => [id, i]));
  for (const node of frame.nodes) {
    const i = at.get(node.node);
    if (i !== undefined && node.gradientNorm !== undefined) {
      logNorm[i] = Math.log10(node.gradientNorm);
    }
  }
  const seen = new Set<string>();
  for (const { node, updateRatio: ratio } of frame.parameters) {
    const i = at.get(node);
    // As LiveView.weightOf: the first parameter of a node is its weight.
    if (i !== undefined && !seen.has(node)) updateRatio[i] = ratio;
    seen.add(node);
  }
  return { step: frame.step, logNorm, updateRatio };
}

function frameBytes(frame: TelemetryFrame): number {
  let bytes = 0;
  for (const node of frame.nodes) {
    bytes += 200 + node.activation.counts.byteLength + (node.picture?.values.byteLength ?? 0);
  }
  for (const parameter of frame.parameters) {
    bytes +=
      200 + parameter.weights.counts.byteLength + (parameter.filters?.values.byteLength ?? 0);
  }
  return bytes;
}

/** The page's one live view. */
export const live = new LiveView();

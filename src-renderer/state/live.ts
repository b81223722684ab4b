/**
 * What the cards and panels show: the run on show at the step of the timeline. Not React state: a snapshot
 * comes up to ten times a second and must not re-render the graph; cards and panels subscribe and draw on
 * canvases. Keeps nothing of its own: the past is the session's (runSession.ts), the step the timeline's.
 */
import type {
  NodeTelemetry,
  ParameterTelemetry,
  SnapshotKind,
  SnapshotMap,
  TelemetryFrame,
} from '#engine/protocol/run.ts';
import { SNAPSHOT_KINDS } from '#engine/protocol/run.ts';
import type { Heat } from './channelRows.ts';
import type { GradientRow } from './gradientRows.ts';
import type { RunSession, SessionNews } from './runSession.ts';
import { createTimeline, snapped, timeline, type Timeline } from './timeline.ts';

type Listener = () => void;
type Shown = { -readonly [K in SnapshotKind]: SnapshotMap[K] | null };

const nothing = (): Shown => ({
  ...{ telemetry: null, samples: null, boundary: null, confusion: null, latents: null },
});

export class LiveView {
  readonly #timeline: Timeline;
  #session: RunSession | null = null;
  readonly #shown = nothing();
  #nodes = new Map<string, NodeTelemetry>();
  #parameters = new Map<string, readonly ParameterTelemetry[]>();
  #stop: Listener = () => undefined;
  readonly #nodeListeners = new Map<string, Set<Listener>>();
  readonly #kindListeners: Readonly<Record<SnapshotKind, Set<Listener>>> = {
    telemetry: new Set(),
    samples: new Set(),
    boundary: new Set(),
    confusion: new Set(),
    latents: new Set(),
  };

  constructor(clock: Timeline = createTimeline()) {
    this.#timeline = clock;
    clock.store.subscribe(() => this.#showAll());
  }

  /** The frame on show: the one looked back to, else the latest. */
  get frame(): TelemetryFrame | null {
    return this.#shown.telemetry;
  }
  get latest(): TelemetryFrame | null {
    return this.#session?.snapshots.telemetry.latest ?? null;
  }
  /** Looking at a past step. */
  get pinned(): boolean {
    return this.#timeline.store.getState().step !== 'live';
  }
  /** Kept frames, oldest first; the latest is always the last. */
  get history(): readonly TelemetryFrame[] {
    return this.#session?.snapshots.telemetry.all ?? [];
  }
  /** Kept snapshots of a kind through the run, oldest first. */
  through<K extends SnapshotKind>(kind: K): readonly SnapshotMap[K][] {
    return this.#session?.snapshots[kind].all ?? [];
  }
  /** Steps that can be looked back to, ascending. */
  get steps(): readonly number[] {
    return this.#session?.steps ?? [];
  }
  /** Node ids of the strip's columns, in graph order, and its rows, oldest first. */
  get gradientColumns(): readonly string[] {
    return this.#session?.gradients.columns ?? [];
  }
  get gradientRows(): readonly GradientRow[] {
    return this.#session?.gradients.rows ?? [];
  }

  /** Whether the record has one of this kind for the step on show that has not been read yet. */
  isOnItsWay(kind: SnapshotKind): boolean {
    if (this.#shown[kind] !== null) return false;
    const { step } = this.#timeline.store.getState();
    const [first = Infinity] = this.#session?.recorded[kind] ?? [];
    return first <= (step === 'live' ? Number.MAX_SAFE_INTEGER : step);
  }

  /** The channels of a node through the run, up to the step on show. */
  heat(id: string): Heat | null {
    const { step } = this.#timeline.store.getState();
    return this.#session?.channels.heat(id, step === 'live' ? Infinity : step) ?? null;
  }

  get hasHeat(): boolean {
    return this.#session?.channels.isEmpty === false;
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
  /** The one on show: of the timeline's step, or the last before it. */
  shown<K extends SnapshotKind>(kind: K): SnapshotMap[K] | null {
    return this.#shown[kind];
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
    return this.subscribeKind('telemetry', listener);
  }
  subscribeKind(kind: SnapshotKind, listener: Listener): () => void {
    this.#kindListeners[kind].add(listener);
    return () => this.#kindListeners[kind].delete(listener);
  }

  /** Another run (or none), from its newest step. */
  show(session: RunSession | null): void {
    if (session === this.#session) return;
    this.#stop();
    this.#session = session;
    this.#stop = session?.subscribe((news) => this.#onNews(news)) ?? (() => undefined);
    this.#timeline.goTo('live');
    this.#showAll();
  }

  /** Looks back to the kept frame nearest to a step; null returns to the latest. */
  lookAt(step: number | null): void {
    this.#timeline.goTo(step === null ? 'live' : snapped(this.steps, step));
  }

  #onNews(news: SessionNews): void {
    if (news === 'all') {
      this.#timeline.goTo('live');
      this.#showAll();
      return;
    }
    if (news === 'series' || news === 'events' || news === 'log' || news === 'document') return;
    const { step } = this.#timeline.store.getState();
    const latest = this.#session?.snapshots[news].latest ?? null;
    if (step === 'live') this.#set(news, latest);
    // A run that went back to before this step: it is to come again.
    else if (latest && latest.step < step && news === 'telemetry') this.#timeline.goTo('live');
    // What the record had of this step may have come. The strip and the histograms over time go on anyway.
    else this.#set(news, this.#session?.snapshots[news].at(step) ?? null);
  }

  #showAll(): void {
    const { step } = this.#timeline.store.getState();
    if (step !== 'live') this.#session?.look(step);
    for (const kind of SNAPSHOT_KINDS) {
      const history = this.#session?.snapshots[kind];
      this.#set(kind, (step === 'live' ? history?.latest : history?.at(step)) ?? null);
    }
  }

  #set<K extends SnapshotKind>(kind: K, snapshot: SnapshotMap[K] | null): void {
    if (this.#shown[kind] === snapshot && snapshot !== null) {
      // Others of its kind came, from the record.
      notify(this.#kindListeners[kind]);
      return;
    }
    // One kind with its own body.
    (this.#shown as Record<SnapshotKind, unknown>)[kind] = snapshot;
    if (kind === 'telemetry') {
      this.#index(this.#shown.telemetry);
      for (const set of this.#nodeListeners.values()) notify(set);
    }
    notify(this.#kindListeners[kind]);
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
}

function notify(listeners: ReadonlySet<Listener>): void {
  for (const listener of listeners) listener();
}

/** The page's one live view. */
export const live = new LiveView(timeline);

/**
 * One run as the page knows it: its curves, what was seen of its inside through time, its log and what it
 * was started with. A run that trains is followed whether or not it is on show. Whoever shows a run takes a
 * session; nothing here knows which one is on show, or at which step (timeline.ts, live.ts).
 */
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { RunCurves } from '#engine/protocol/metricColumns.ts';
import {
  SNAPSHOT_KINDS,
  type ChannelTrack,
  type GradientTrack,
  type MetricPoint,
  type RecordedSteps,
  type RunEvent,
  type RunLogEntry,
  type RunSnapshot,
  type SnapshotKind,
  type SnapshotMap,
} from '#engine/protocol/run.ts';
import { ChannelHistory } from './channelRows.ts';
import { GradientHistory } from './gradientRows.ts';
import { appendCurves, appendPoints, createRunSeries, type RunSeries } from './series.ts';
import { SnapshotHistory, type SnapshotLimits } from './snapshotHistory.ts';
import { type AskCurves, ZoomedCurves } from './zoomedCurves.ts';

export type SnapshotHistories = {
  readonly [K in SnapshotKind]: SnapshotHistory<SnapshotMap[K]>;
};

/** What can be looked back to, and what it may take of memory. */
const LIMITS: Readonly<Record<SnapshotKind, SnapshotLimits>> = {
  telemetry: { count: 160, bytes: 32_000_000 },
  samples: { count: 80, bytes: 8_000_000 },
  boundary: { count: 80, bytes: 8_000_000 },
  confusion: { count: 80, bytes: 3_000_000 },
  latents: { count: 80, bytes: 16_000_000 },
};
const MAX_LOG_ENTRIES = 1000;

/** What of a session has changed; `all`: it was begun anew. */
export type SessionNews = SnapshotKind | 'series' | 'events' | 'log' | 'document' | 'all';

export class RunSession {
  readonly id: string;
  readonly snapshots: SnapshotHistories = {
    telemetry: new SnapshotHistory(LIMITS.telemetry),
    samples: new SnapshotHistory(LIMITS.samples),
    boundary: new SnapshotHistory(LIMITS.boundary),
    confusion: new SnapshotHistory(LIMITS.confusion),
    latents: new SnapshotHistory(LIMITS.latents),
  };
  readonly gradients = new GradientHistory();
  readonly channels = new ChannelHistory();
  readonly zoomed: ZoomedCurves;
  #series = createRunSeries();
  #document: NetworkDocument | null = null;
  #log: readonly RunLogEntry[] = [];
  #events: readonly RunEvent[] = [];
  #recorded: Partial<RecordedSteps> = {};
  #onLook: (step: number) => void = () => undefined;
  #beginnings = 0;
  readonly #listeners = new Set<(news: SessionNews) => void>();

  /** `ask`: what the record has of a part of some curves; without it there is nothing finer. */
  constructor(id: string, ask: AskCurves = () => Promise.reject(new Error('There is no record.'))) {
    this.id = id;
    this.zoomed = new ZoomedCurves(ask, () => this.#tell('series'));
  }

  get series(): RunSeries {
    return this.#series;
  }
  /** What the run was started with; null while it is being read. */
  get document(): NetworkDocument | null {
    return this.#document;
  }
  /** Oldest first. */
  get log(): readonly RunLogEntry[] {
    return this.#log;
  }

  /** Oldest first. */
  get events(): readonly RunEvent[] {
    return this.#events;
  }

  /** How often it was begun anew: what was asked for before that is of no use any more. */
  get beginnings(): number {
    return this.#beginnings;
  }
  /** Of which steps the record has snapshots; nothing as long as it has not been asked. */
  get recorded(): Partial<RecordedSteps> {
    return this.#recorded;
  }
  /** Steps that can be looked at, ascending: in memory or on the disk. */
  get steps(): readonly number[] {
    const inMemory = this.snapshots.telemetry.all.map(({ step }) => step);
    const onDisk = this.#recorded.telemetry ?? [];
    if (onDisk.length === 0) return inMemory;
    const newest = inMemory.at(-1) ?? Infinity;
    const all = new Set([...inMemory, ...onDisk].filter((step) => step <= newest));
    return [...all].sort((a, b) => a - b);
  }

  subscribe(listener: (news: SessionNews) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  addPoints(points: readonly MetricPoint[]): void {
    appendPoints(this.#series, points);
    this.#tell('series');
  }

  /** As the record has them. */
  addCurves(curves: RunCurves): void {
    appendCurves(this.#series, curves);
    this.#tell('series');
  }

  setRecorded(recorded: RecordedSteps): void {
    this.#recorded = recorded;
    this.#tell('telemetry');
  }

  /** Called with every step that is looked at: what is not in memory can be fetched then. */
  onLook(listener: (step: number) => void): void {
    this.#onLook = listener;
  }

  look(step: number): void {
    this.#onLook(step);
  }

  /** Of earlier steps, from the record: evenly over the run, or around what is looked at. */
  addRecorded(snapshots: readonly RunSnapshot[], where: 'evenly' | 'near'): void {
    for (const kind of SNAPSHOT_KINDS) {
      const bodies = snapshots.filter((each) => each.kind === kind).map(({ body }) => body);
      if (bodies.length === 0) continue;
      // Each kind has its own body.
      const history = this.snapshots[kind] as SnapshotHistory<(typeof bodies)[number]>;
      if (where === 'near') history.insertNear(bodies);
      else history.insert(bodies);
      this.#tell(kind);
    }
  }

  addGradients(track: GradientTrack): void {
    this.gradients.insert(track);
    this.#tell('telemetry');
  }

  /** Over the run, or those up to the step that is looked at. */
  addChannels(track: ChannelTrack, where: 'evenly' | 'near'): void {
    this.channels.insert(track, where);
    this.#tell('telemetry');
  }

  setEvents(events: readonly RunEvent[]): void {
    this.#events = events;
    this.#tell('events');
  }

  addEvent(event: RunEvent): void {
    const isReplaced = ({ kind, subject }: RunEvent): boolean =>
      kind === 'checkpoint' && event.kind === kind && event.subject === subject;
    this.setEvents([...this.#events.filter((each) => !isReplaced(each)), event]);
  }

  addSnapshot({ kind, body }: Pick<RunSnapshot, 'kind' | 'body'>): void {
    // Kind and body come as one: the union of both is what the contract sends.
    const history: SnapshotHistory<typeof body> = this.snapshots[kind];
    history.accept(body);
    if (kind === 'telemetry') {
      this.gradients.accept(body as SnapshotMap['telemetry']);
      this.channels.accept(body as SnapshotMap['telemetry']);
    }
    this.#tell(kind);
  }

  setDocument(document: NetworkDocument): void {
    this.#document = document;
    this.#tell('document');
  }

  setLog(entries: readonly RunLogEntry[]): void {
    this.#log = entries.slice(-MAX_LOG_ENTRIES);
    this.#tell('log');
  }

  addLog(entry: RunLogEntry): void {
    this.setLog([...this.#log, entry]);
  }

  /** The run went back to a checkpoint: it is read again from its beginning. */
  restart(): void {
    this.#beginnings += 1;
    this.#series = createRunSeries();
    this.zoomed.clear();
    for (const history of Object.values(this.snapshots)) history.clear();
    this.gradients.clear();
    this.channels.clear();
    this.#recorded = {};
    this.#tell('all');
  }

  #tell(news: SessionNews): void {
    for (const listener of this.#listeners) listener(news);
  }
}

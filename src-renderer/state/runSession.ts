/**
 * One run as the page knows it: its curves, what was seen of its inside through time, its log and what it
 * was started with. A run that trains is followed whether or not it is on show. Whoever shows a run takes a
 * session; nothing here knows which one is on show, or at which step (timeline.ts, live.ts).
 */
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { RunCurves } from '#engine/protocol/metricColumns.ts';
import type {
  MetricPoint,
  RunEvent,
  RunLogEntry,
  RunSnapshot,
  SnapshotKind,
  SnapshotMap,
} from '#engine/protocol/run.ts';
import { GradientHistory } from './gradientRows.ts';
import { appendCurves, appendPoints, createRunSeries, type RunSeries } from './series.ts';
import { SnapshotHistory, type SnapshotLimits } from './snapshotHistory.ts';

export type SnapshotHistories = {
  readonly [K in SnapshotKind]: SnapshotHistory<SnapshotMap[K]>;
};

/** What can be looked back to, and what it may take of memory. */
const LIMITS: Readonly<Record<SnapshotKind, SnapshotLimits>> = {
  telemetry: { count: 160, bytes: 32_000_000 },
  samples: { count: 80, bytes: 8_000_000 },
  boundary: { count: 80, bytes: 8_000_000 },
  confusion: { count: 80, bytes: 2_000_000 },
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
  };
  readonly gradients = new GradientHistory();
  #series = createRunSeries();
  #document: NetworkDocument | null = null;
  #log: readonly RunLogEntry[] = [];
  #events: readonly RunEvent[] = [];
  readonly #listeners = new Set<(news: SessionNews) => void>();

  constructor(id: string) {
    this.id = id;
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
    if (kind === 'telemetry') this.gradients.accept(body as SnapshotMap['telemetry']);
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
    this.#series = createRunSeries();
    for (const history of Object.values(this.snapshots)) history.clear();
    this.gradients.clear();
    this.#tell('all');
  }

  #tell(news: SessionNews): void {
    for (const listener of this.#listeners) listener(news);
  }
}

/**
 * What is to be written of the runs in training: gathered for at most a second, then written all at once.
 * What cannot be written waits and is tried again.
 */
import { join } from 'node:path';
import { errorSentence } from '#engine/ir/errors.ts';
import type {
  MetricPoint,
  RunEvent,
  RunLogEntry,
  RunSummary,
  SnapshotKind,
} from '#engine/protocol/index.ts';
import { SNAPSHOT_FILE } from './snapshotFile.ts';
import { type Recorded, SnapshotWriter } from './snapshotWriter.ts';
import type { RunNews, RunStore } from './store.ts';

const FLUSH_MS = 1_000;
/** A disk that takes no snapshots must not fill the memory instead. */
const MOST_WAITING = 64;

interface Waiting extends RunNews {
  readonly points: MetricPoint[];
  readonly events: RunEvent[];
  readonly entries: RunLogEntry[];
  readonly snapshots: Map<SnapshotKind, unknown>;
  /** All that came, for the file of the run. */
  readonly history: Recorded[];
  summary: RunSummary | null;
}

export class Recorder {
  readonly #store: RunStore;
  readonly #onFault: (message: string) => void;
  readonly #folderOf: (runId: string) => string;
  readonly #waiting = new Map<string, Waiting>();
  /** Snapshots of runs whose tables are written, on their way to the files. */
  readonly #histories = new Map<string, Recorded[]>();
  readonly #writers = new Map<string, SnapshotWriter>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Why the last write failed; said once. */
  #fault = '';

  constructor(
    store: RunStore,
    folderOf: (runId: string) => string,
    onFault: (message: string) => void,
  ) {
    this.#store = store;
    this.#folderOf = folderOf;
    this.#onFault = onFault;
  }

  /** What is waiting of a run, to add to; it is written soon. */
  of(runId: string): Waiting {
    let waiting = this.#waiting.get(runId);
    if (!waiting) {
      waiting = {
        points: [],
        events: [],
        entries: [],
        snapshots: new Map(),
        history: [],
        summary: null,
      };
      this.#waiting.set(runId, waiting);
    }
    this.#later();
    return waiting;
  }

  /** As it is to be written; null where nothing of it waits. */
  summaryOf(runId: string): RunSummary | null {
    return this.#waiting.get(runId)?.summary ?? null;
  }

  /** Of which something waits. */
  runIds(): Iterable<string> {
    return this.#waiting.keys();
  }

  has(runId: string): boolean {
    return this.#waiting.has(runId);
  }

  drop(runId: string): void {
    this.#waiting.delete(runId);
    this.#histories.delete(runId);
    this.leave(runId);
  }

  /** It trains no more: what waits of it is written yet. */
  leave(runId: string): void {
    if (this.#histories.has(runId) || this.#waiting.has(runId)) this.flush();
    this.#histories.delete(runId);
    this.#writers.get(runId)?.close();
    this.#writers.delete(runId);
  }

  /** Its snapshots after a step are taken back. */
  rewind(runId: string, step: number): void {
    try {
      this.#writerOf(runId).rewind(step);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Writes everything that is waiting; what cannot be written waits on. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#waiting.size + this.#histories.size === 0) return;
    try {
      this.#store.record(this.#waiting);
      for (const [runId, { history }] of this.#waiting) {
        if (history.length === 0) continue;
        const all = [...(this.#histories.get(runId) ?? []), ...history];
        this.#histories.set(runId, all.slice(-MOST_WAITING));
      }
      this.#waiting.clear();
      for (const [runId, history] of this.#histories) {
        this.#writerOf(runId).append(history);
        this.#histories.delete(runId);
      }
      this.#fault = '';
    } catch (error) {
      this.#fail(error);
      this.#later();
    }
  }

  #fail(error: unknown): void {
    const fault = errorSentence(error);
    if (fault !== this.#fault) this.#onFault(`The run cannot be recorded: ${fault}`);
    this.#fault = fault;
  }

  #writerOf(runId: string): SnapshotWriter {
    let writer = this.#writers.get(runId);
    if (!writer) {
      const path = join(this.#folderOf(runId), SNAPSHOT_FILE);
      this.#writers.set(runId, (writer = new SnapshotWriter(path)));
    }
    return writer;
  }

  close(): void {
    this.flush();
    if (this.#timer) clearTimeout(this.#timer);
    for (const writer of this.#writers.values()) writer.close();
    this.#writers.clear();
  }

  #later(): void {
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }
}

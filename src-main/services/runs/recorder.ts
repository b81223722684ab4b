/**
 * What is to be written of the runs in training: gathered for at most a second, then written all at once.
 * What cannot be written waits and is tried again.
 */
import { InputError } from '#engine/ir/index.ts';
import type {
  MetricPoint,
  RunEvent,
  RunLogEntry,
  RunSummary,
  SnapshotKind,
} from '#engine/protocol/index.ts';
import type { RunNews, RunStore } from './store.ts';

const FLUSH_MS = 1_000;

interface Waiting extends RunNews {
  readonly points: MetricPoint[];
  readonly events: RunEvent[];
  readonly entries: RunLogEntry[];
  readonly snapshots: Map<SnapshotKind, unknown>;
  summary: RunSummary | null;
}

export class Recorder {
  readonly #store: RunStore;
  readonly #onFault: (message: string) => void;
  readonly #waiting = new Map<string, Waiting>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Why the last write failed; said once. */
  #fault = '';

  constructor(store: RunStore, onFault: (message: string) => void) {
    this.#store = store;
    this.#onFault = onFault;
  }

  /** What is waiting of a run, to add to; it is written soon. */
  of(runId: string): Waiting {
    let waiting = this.#waiting.get(runId);
    if (!waiting) {
      waiting = { points: [], events: [], entries: [], snapshots: new Map(), summary: null };
      this.#waiting.set(runId, waiting);
    }
    this.#later();
    return waiting;
  }

  /** As it is to be written; null where nothing of it waits. */
  summaryOf(runId: string): RunSummary | null {
    return this.#waiting.get(runId)?.summary ?? null;
  }

  has(runId: string): boolean {
    return this.#waiting.has(runId);
  }

  drop(runId: string): void {
    this.#waiting.delete(runId);
  }

  /** Writes everything that is waiting; what cannot be written waits on. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#waiting.size === 0) return;
    try {
      this.#store.record(this.#waiting);
      this.#waiting.clear();
      this.#fault = '';
    } catch (error) {
      const [problem] = error instanceof InputError ? error.problems : [];
      const fault = problem?.message ?? (error instanceof Error ? error.message : String(error));
      if (fault !== this.#fault) this.#onFault(`The run cannot be recorded: ${fault}`);
      this.#fault = fault;
      this.#later();
    }
  }

  close(): void {
    this.flush();
    if (this.#timer) clearTimeout(this.#timer);
  }

  #later(): void {
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }
}

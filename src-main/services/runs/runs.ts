/**
 * The runs service: creates runs, records what the engine tells of them, and answers what they are.
 * Keeps in memory only what this process is training; everything else is read from the store, which other
 * processes write too. Waits at most a second before it writes.
 */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inputError, type NetworkDocument } from '#engine/ir/index.ts';
import type {
  EngineEvents,
  MetricPoint,
  MetricSplit,
  RunDetail,
  RunLogEntry,
  RunProgress,
  RunState,
  RunSummary,
  StartReply,
} from '#engine/protocol/index.ts';
import { type Owners, processOwners } from './owner.ts';
import { type Annotations, FRAME_KINDS, type FrameKind, type RunNews, RunStore } from './store.ts';

const FLUSH_MS = 1_000;
/** Colours of the run palette. */
const COLOR_SLOTS = 8;

export interface RunsOptions {
  /** Folder of the database and the checkpoints. */
  readonly folder: string;
  readonly onChanged: (summary: RunSummary) => void;
  readonly onRemoved: (runId: string) => void;
  /** Recording failed (a full disk); what was to be recorded is kept and tried again. */
  readonly onFault: (message: string) => void;
  readonly owners?: Owners;
  readonly now?: () => Date;
}

interface Waiting extends RunNews {
  readonly points: MetricPoint[];
  readonly entries: RunLogEntry[];
  readonly frames: Map<FrameKind, unknown>;
  summary: RunSummary | null;
}

export class RunsService {
  readonly #options: RunsOptions;
  readonly #owners: Owners;
  readonly #store: RunStore;
  /** Runs that this process is training, as they are now. */
  readonly #live = new Map<string, RunSummary>();
  readonly #waiting = new Map<string, Waiting>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Why the last write failed; said once. */
  #fault = '';

  constructor(options: RunsOptions) {
    this.#options = options;
    this.#owners = options.owners ?? processOwners;
    this.#store = new RunStore(join(options.folder, 'runs.db'));
    this.#buryOrphans();
  }

  checkpointDir(runId: string): string {
    return join(this.#options.folder, 'checkpoints', runId);
  }

  create(document: NetworkDocument, name?: string): RunSummary {
    const id = randomUUID();
    const createdAt = (this.#options.now?.() ?? new Date()).toISOString();
    const run = { id, createdAt, owner: this.#owners.self, document };
    const summary = this.#store.create(run, (number) => ({
      id,
      name: name ?? `${document.name} ${number}`,
      projectName: document.name,
      createdAt,
      seed: document.training.seed,
      device: '',
      threads: 0,
      dataFingerprint: '',
      parameters: 0,
      progress: emptyProgress(document),
      hasCheckpoint: false,
      tags: [],
      notes: '',
      colorSlot: (number - 1) % COLOR_SLOTS,
    }));
    this.#live.set(id, summary);
    this.#options.onChanged(summary);
    return summary;
  }

  /** This process goes on with a run that another one began. */
  adopt(runId: string): void {
    const summary = this.#summary(runId);
    this.#store.claim(runId, this.#owners.self);
    this.#live.set(runId, summary);
  }

  /** It did not come to that: the run is what it was before. */
  putBack(before: RunSummary): void {
    this.#live.delete(before.id);
    this.#waiting.delete(before.id);
    this.#options.onChanged(before);
  }

  /** A run that this process created and that never began. */
  async withdraw(runId: string): Promise<void> {
    if (this.#live.has(runId)) await this.#remove(runId);
  }

  started(runId: string, reply: StartReply): RunSummary {
    const { device, threads, parameters, dataFingerprint } = reply;
    return this.#change(runId, { device, threads, parameters, dataFingerprint });
  }

  moved({ runId, device, threads }: EngineEvents['device']): void {
    if (this.#live.has(runId)) this.#change(runId, { device, threads });
  }

  list(): readonly RunSummary[] {
    this.#buryOrphans();
    return this.#store.summaries().map((summary) => this.#current(summary));
  }

  summary(runId: string): RunSummary {
    return this.#summary(runId);
  }

  document(runId: string): NetworkDocument {
    return this.#store.document(runId) ?? unknownRun(runId);
  }

  detail(runId: string, sinceStep?: number): RunDetail {
    this.flush();
    const summary = this.#summary(runId);
    const frames = Object.fromEntries(
      FRAME_KINDS.flatMap((kind) => {
        const frame = this.#store.frame(runId, kind);
        return frame === undefined ? [] : [[kind, frame]];
      }),
    ) as Pick<RunDetail, FrameKind>;
    return {
      ...summary,
      document: this.document(runId),
      metrics: this.#store.metrics(runId, sinceStep),
      log: this.#store.log(runId),
      ...frames,
    };
  }

  annotate(runId: string, change: Partial<Annotations>): RunSummary {
    const summary = { ...this.#summary(runId), ...change };
    this.#store.annotate(runId, summary);
    if (this.#live.has(runId)) this.#live.set(runId, summary);
    this.#options.onChanged(summary);
    return summary;
  }

  async delete(runId: string): Promise<void> {
    if (isActive(this.#summary(runId).progress.state)) {
      throw inputError('run.active', 'This run is being trained. Stop it first.');
    }
    await this.#remove(runId);
  }

  /** Forgets what came after the checkpoint that a run is resumed from. */
  rewind(runId: string, step: number): void {
    this.flush();
    this.#store.forgetMetricsAfter(runId, step);
  }

  /** The engine died or this program ends: what it was training is interrupted, what was recorded stays. */
  interrupted(reason: string): void {
    for (const summary of [...this.#live.values()]) this.#end(summary, 'interrupted', reason);
  }

  failed(runId: string, reason: string): void {
    this.#end(this.#summary(runId), 'failed', reason);
  }

  progress({ runId, progress }: EngineEvents['progress']): void {
    const before = this.#live.get(runId);
    if (!before) return;
    this.#change(runId, { progress });
    // Rare, and what a reader needs after a crash.
    if (progress.state !== before.progress.state) this.flush();
    if (!isActive(progress.state)) this.#live.delete(runId);
  }

  metrics({ runId, points }: EngineEvents['metrics']): void {
    const run = this.#live.get(runId);
    if (!run) return;
    const last: Partial<Record<MetricSplit, MetricPoint>> = { ...run.last };
    let { best } = run;
    for (const point of points) {
      last[point.split] = point;
      if (point.split === 'validation' && (!best || point.loss < best.loss)) best = point;
    }
    const summary = { ...run, last, ...(best ? { best } : {}) };
    this.#live.set(runId, summary);
    const waiting = this.#waitingOf(runId);
    waiting.points.push(...points);
    waiting.summary = summary;
  }

  log(runId: string, entry: RunLogEntry): void {
    if (this.#live.has(runId)) this.#waitingOf(runId).entries.push(entry);
  }

  frame(runId: string, kind: FrameKind, frame: unknown): void {
    if (this.#live.has(runId)) this.#waitingOf(runId).frames.set(kind, frame);
  }

  checkpointed(runId: string): void {
    const run = this.#live.get(runId);
    if (run && !run.hasCheckpoint) this.#change(runId, { hasCheckpoint: true });
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
      const fault = error instanceof Error ? error.message : String(error);
      if (fault !== this.#fault) this.#options.onFault(`The run cannot be recorded: ${fault}.`);
      this.#fault = fault;
      this.#later();
    }
  }

  close(): void {
    this.flush();
    if (this.#timer) clearTimeout(this.#timer);
    this.#store.close();
  }

  #summary(runId: string): RunSummary {
    const unwritten = this.#waiting.get(runId)?.summary;
    return this.#live.get(runId) ?? unwritten ?? this.#store.summary(runId) ?? unknownRun(runId);
  }

  /** The engine's part from memory, people's part from the store: either may be newer. */
  #current(stored: RunSummary): RunSummary {
    const live = this.#live.get(stored.id) ?? this.#waiting.get(stored.id)?.summary;
    if (!live) return stored;
    const { name, notes, tags } = stored;
    return { ...live, name, notes, tags };
  }

  #change(runId: string, change: Partial<RunSummary>): RunSummary {
    const summary = { ...this.#summary(runId), ...change };
    if (this.#live.has(runId)) this.#live.set(runId, summary);
    this.#waitingOf(runId).summary = summary;
    this.#options.onChanged(summary);
    return summary;
  }

  #end(summary: RunSummary, state: 'interrupted' | 'failed', reason: string): void {
    const progress: RunProgress = { ...summary.progress, state, etaMs: null, reason };
    this.#change(summary.id, { progress });
    this.#live.delete(summary.id);
    this.flush();
  }

  /** Runs whose process is gone: nobody else will say how they ended. */
  #buryOrphans(): void {
    for (const { owner, summary } of this.#store.active()) {
      if (this.#live.has(summary.id) || this.#waiting.has(summary.id)) continue;
      const orphan = owner === this.#owners.self || !this.#owners.isAlive(owner);
      if (orphan) this.#end(summary, 'interrupted', 'Netloom ended while this run was training.');
    }
  }

  async #remove(runId: string): Promise<void> {
    this.#waiting.delete(runId);
    this.#live.delete(runId);
    this.#store.delete(runId);
    this.#options.onRemoved(runId);
    await rm(this.checkpointDir(runId), { recursive: true, force: true });
  }

  #waitingOf(runId: string): Waiting {
    let waiting = this.#waiting.get(runId);
    if (!waiting) {
      waiting = { points: [], entries: [], frames: new Map(), summary: null };
      this.#waiting.set(runId, waiting);
    }
    this.#later();
    return waiting;
  }

  #later(): void {
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }
}

function isActive(state: RunState): boolean {
  return state === 'preparing' || state === 'running' || state === 'paused';
}

function unknownRun(runId: string): never {
  throw inputError('run.unknown', `There is no run "${runId}".`);
}

function emptyProgress({ training }: NetworkDocument): RunProgress {
  return {
    state: 'preparing',
    step: 0,
    totalSteps: 0,
    epoch: 0,
    totalEpochs: training.epochs,
    stepsPerEpoch: 0,
    elapsedMs: 0,
    samplesPerSecond: 0,
    etaMs: null,
  };
}

/**
 * The runs service: creates runs, records what the engine tells of them, and answers what they are.
 * Writes go to the store at most once a second; reads flush first, so they never lag.
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
  RunSummary,
  StartReply,
} from '#engine/protocol/index.ts';
import { FRAME_KINDS, type FrameKind, RunStore } from './store.ts';

const FLUSH_MS = 1_000;
/** Colours of the run palette. */
const COLOR_SLOTS = 8;

/** What is stored of a run besides its series. */
interface StoredRun extends RunSummary {
  readonly document: NetworkDocument;
}

interface Pending {
  points: MetricPoint[];
  entries: RunLogEntry[];
  readonly frames: Map<FrameKind, unknown>;
  summaryChanged: boolean;
}

export interface RunsOptions {
  /** Folder of the database and the checkpoints. */
  readonly folder: string;
  readonly onChanged: (summary: RunSummary) => void;
  readonly now?: () => Date;
}

export class RunsService {
  readonly #store: RunStore;
  readonly #folder: string;
  readonly #onChanged: (summary: RunSummary) => void;
  readonly #now: () => Date;
  readonly #runs = new Map<string, StoredRun>();
  readonly #pending = new Map<string, Pending>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor({ folder, onChanged, now }: RunsOptions) {
    this.#folder = folder;
    this.#store = new RunStore(join(folder, 'runs.sqlite'));
    this.#onChanged = onChanged;
    this.#now = now ?? (() => new Date());
    for (const { id, body } of this.#store.all()) {
      // Written by this service alone.
      this.#runs.set(id, JSON.parse(body) as StoredRun);
    }
    this.#markInterrupted('Netloom ended while this run was being trained.');
  }

  checkpointDir(runId: string): string {
    return join(this.#folder, 'checkpoints', runId);
  }

  create(document: NetworkDocument, name?: string): RunSummary {
    const id = randomUUID();
    const taken = [...this.#runs.values()].length;
    const run: StoredRun = {
      id,
      name: name ?? `${document.name} ${taken + 1}`,
      projectName: document.name,
      createdAt: this.#now().toISOString(),
      seed: document.training.seed,
      device: '',
      threads: 0,
      dataFingerprint: '',
      parameters: 0,
      progress: emptyProgress(document),
      hasCheckpoint: false,
      tags: [],
      notes: '',
      colorSlot: taken % COLOR_SLOTS,
      document,
    };
    this.#save(run);
    return summaryOf(run);
  }

  started(runId: string, reply: StartReply): RunSummary {
    const { device, threads, parameters, dataFingerprint } = reply;
    return this.#update(runId, { device, threads, parameters, dataFingerprint });
  }

  list(): readonly RunSummary[] {
    return [...this.#runs.values()]
      .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
      .map(summaryOf);
  }

  summary(runId: string): RunSummary {
    return summaryOf(this.#run(runId));
  }

  document(runId: string): NetworkDocument {
    return this.#run(runId).document;
  }

  detail(runId: string, sinceStep?: number): RunDetail {
    this.flush();
    const run = this.#run(runId);
    const frames = Object.fromEntries(
      FRAME_KINDS.flatMap((kind) => {
        const frame = this.#store.frame(runId, kind);
        return frame === undefined ? [] : [[kind, frame]];
      }),
    ) as Pick<RunDetail, FrameKind>;
    return {
      ...run,
      metrics: this.#store.metrics(runId, sinceStep),
      log: this.#store.log(runId),
      ...frames,
    };
  }

  annotate(
    runId: string,
    change: Partial<Pick<RunSummary, 'name' | 'notes' | 'tags'>>,
  ): RunSummary {
    return this.#update(runId, change);
  }

  async delete(runId: string): Promise<void> {
    this.#run(runId);
    this.#pending.delete(runId);
    this.#runs.delete(runId);
    this.#store.delete(runId);
    await rm(this.checkpointDir(runId), { recursive: true, force: true });
  }

  /** Forgets what came after the checkpoint that a run is resumed from. */
  rewind(runId: string, step: number): void {
    this.flush();
    this.#store.forgetMetricsAfter(runId, step);
  }

  /** The engine died: what it was training is interrupted, what was recorded stays. */
  interrupted(reason: string): void {
    this.#markInterrupted(reason);
    this.flush();
  }

  failed(runId: string, reason: string): void {
    const run = this.#run(runId);
    this.#update(runId, { progress: { ...run.progress, state: 'failed', reason } });
    this.flush();
  }

  progress({ runId, progress }: EngineEvents['progress']): void {
    if (this.#runs.has(runId)) this.#update(runId, { progress });
  }

  metrics({ runId, points }: EngineEvents['metrics']): void {
    const run = this.#runs.get(runId);
    if (!run) return;
    this.#pendingOf(runId).points.push(...points);
    const last: Partial<Record<MetricSplit, MetricPoint>> = { ...run.last };
    let { best } = run;
    for (const point of points) {
      last[point.split] = point;
      if (point.split === 'validation' && (!best || point.loss < best.loss)) best = point;
    }
    this.#runs.set(runId, { ...run, last, ...(best ? { best } : {}) });
    this.#later();
  }

  log(runId: string, entry: RunLogEntry): void {
    if (!this.#runs.has(runId)) return;
    this.#pendingOf(runId).entries.push(entry);
    this.#later();
  }

  frame(runId: string, kind: FrameKind, frame: unknown): void {
    if (!this.#runs.has(runId)) return;
    this.#pendingOf(runId).frames.set(kind, frame);
    this.#later();
  }

  checkpointed(runId: string): void {
    const run = this.#runs.get(runId);
    if (run && !run.hasCheckpoint) this.#update(runId, { hasCheckpoint: true });
  }

  /** Writes everything that is waiting. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    for (const [runId, { points, entries, frames, summaryChanged }] of this.#pending) {
      this.#store.append(runId, points, entries, frames);
      const run = this.#runs.get(runId);
      if (run && (summaryChanged || points.length > 0)) this.#put(run);
    }
    this.#pending.clear();
  }

  close(): void {
    this.flush();
    this.#store.close();
  }

  #run(runId: string): StoredRun {
    const run = this.#runs.get(runId);
    if (!run) throw inputError('run.unknown', `There is no run "${runId}".`);
    return run;
  }

  #update(runId: string, change: Partial<StoredRun>): RunSummary {
    const before = this.#run(runId);
    const run = { ...before, ...change };
    this.#runs.set(runId, run);
    // Changes of state are written at once: they are rare and what a reader needs after a crash.
    if (run.progress.state !== before.progress.state) this.#put(run);
    else {
      this.#pendingOf(runId).summaryChanged = true;
      this.#later();
    }
    const summary = summaryOf(run);
    this.#onChanged(summary);
    return summary;
  }

  #markInterrupted(reason: string): void {
    for (const run of this.#runs.values()) {
      const { state } = run.progress;
      if (state !== 'running' && state !== 'paused' && state !== 'preparing') continue;
      const progress: RunProgress = { ...run.progress, state: 'interrupted', etaMs: null, reason };
      this.#update(run.id, { progress });
    }
  }

  #save(run: StoredRun): void {
    this.#runs.set(run.id, run);
    this.#put(run);
    this.#onChanged(summaryOf(run));
  }

  #put(run: StoredRun): void {
    this.#store.put({ id: run.id, createdAt: run.createdAt, body: JSON.stringify(run) });
  }

  #pendingOf(runId: string): Pending {
    const found = this.#pending.get(runId);
    if (found) return found;
    const fresh: Pending = { points: [], entries: [], frames: new Map(), summaryChanged: false };
    this.#pending.set(runId, fresh);
    return fresh;
  }

  #later(): void {
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }
}

function summaryOf({ document: _document, ...summary }: StoredRun): RunSummary {
  return summary;
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

/**
 * The runs service: creates runs, records what the engine tells of them, and answers what they are.
 * Keeps in memory only what this process is training; everything else is read from the store, which other
 * processes write too. Waits at most a second before it writes.
 */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError, inputError, type NetworkDocument } from '#engine/ir/index.ts';
import {
  type ChannelTrack,
  type CurveRange,
  type EngineEvents,
  type EpochFigures,
  type GradientTrack,
  isActive,
  type MetricPosition,
  pointsOf,
  type RecordedSteps,
  type RunChanges,
  type RunCurves,
  type RunDetail,
  type RunEvent,
  type RunLogEntry,
  type RunRow,
  type RunSnapshot,
  type RunSummary,
  type SmallCurve,
  type SnapshotKind,
  type StartReply,
} from '#engine/protocol/index.ts';
import { analyse } from '#engine/check/analyse.ts';
import { type Monitor, monitorOf } from '#engine/check/monitor.ts';
import { asInputError } from '#engine/ir/systemError.ts';
import { changeOfState, movedTo, remarked, RunJournal, saved, wentOn } from './journal.ts';
import { marked } from './marks.ts';
import { Orphans, toldOf } from './orphans.ts';
import { type Owners, processOwners } from './owner.ts';
import { type Annotations, type Holding, RunStore } from './store.ts';
import { Recorder } from './recorder.ts';
import { Retention } from './retention.ts';
import { readChannels, readGradients, readSnapshots, recordedSteps } from './snapshotReader.ts';
import { ModelImport } from './importModel.ts';
import { interruptedRun, type KnownBefore, newSummary, resumedRun } from './states.ts';
import { RunTransfer } from './transfer/transfer.ts';

/** Between two writes; while the disk takes nothing they are not to fill the memory. */
const MOST_A_SECOND = 64;
/** A deleted run can be had back for a week. */
const KEPT_DELETED_MS = 7 * 24 * 3_600_000;

export interface RunsOptions {
  /** Folder of the database and the checkpoints. */
  readonly folder: string;
  readonly onChanged: (summary: RunSummary) => void;
  readonly onRemoved: (runId: string) => void;
  readonly onEvent?: (runId: string, event: RunEvent) => void;
  /** Recording failed (a full disk); what was to be recorded is kept and tried again. */
  readonly onFault: (message: string) => void;
  /** Of the programs that train (RunSummary.versions). */
  readonly versions?: Readonly<Record<string, string>>;
  readonly owners?: Owners;
  readonly now?: () => Date;
}

export class RunsService {
  readonly #options: RunsOptions;
  readonly #owners: Owners;
  readonly #store: RunStore;
  /** Runs that this process is training, as they are now. */
  readonly #live = new Map<string, RunSummary>();
  readonly #monitors = new Map<string, Monitor | null>();
  readonly #journals = new Map<string, RunJournal>();
  readonly #recorder: Recorder;
  readonly #orphans: Orphans;
  readonly retention: Retention;
  readonly transfer: RunTransfer;
  readonly models: ModelImport;
  #isClosed = false;

  constructor(options: RunsOptions) {
    this.#options = options;
    this.#owners = options.owners ?? processOwners;
    this.#store = new RunStore(join(options.folder, 'runs.db'), this.#owners);
    const folderOf = (runId: string): string => this.checkpointDir(runId);
    this.#recorder = new Recorder(this.#store, folderOf, options.onFault);
    this.retention = new Retention({
      ...{ store: this.#store, folderOf, onChanged: options.onChanged },
      summaryOf: (runId) => this.#summary(runId),
      now: () => this.#now(),
    });
    const arrivals = {
      ...{ store: this.#store, folderOf, owner: this.#owners.self },
      summaryOf: (runId: string) => this.#summary(runId),
      onArrived: (runId: string) => this.retention.measure(runId, true),
    };
    this.transfer = new RunTransfer({ ...arrivals, restore: (runId) => this.restore(runId) });
    this.models = new ModelImport({ ...arrivals, now: () => this.#now() });
    this.#orphans = new Orphans({
      ...{ store: this.#store, owners: this.#owners, folderOf },
      isOurs: (runId) => this.#live.has(runId) || this.#recorder.has(runId),
      onEnded: (summary, events) => {
        options.onChanged(summary);
        for (const event of events) options.onEvent?.(summary.id, event);
      },
    });
    try {
      this.#orphans.bury();
    } catch (error) {
      // Said to whoever asks for the runs.
      if (!(error instanceof InputError)) throw error;
    }
  }

  /** Why nothing can be recorded; null where it can. */
  get refusal(): InputError | null {
    return this.#store.refusal;
  }

  checkpointDir(runId: string): string {
    return join(this.#options.folder, 'checkpoints', runId);
  }

  create(document: NetworkDocument, known: KnownBefore = {}): RunSummary {
    const { versions } = this.#options;
    const { id = randomUUID() } = known;
    const run = { id, createdAt: this.#now().toISOString(), owner: this.#owners.self, document };
    const summary = this.#store.create(run, (number) =>
      newSummary(document, run, { versions, ...known }, number),
    );
    this.#live.set(id, summary);
    this.#options.onChanged(summary);
    return summary;
  }

  /** A run that can go on, as it is now; throws where it cannot. */
  resumable(runId: string): Holding {
    this.flush();
    const seen = this.#store.holding(runId) ?? unknownRun(runId);
    const { state } = seen.summary.progress;
    if (isActive(state) || state === 'finished' || state === 'imported') {
      throw inputError(
        'run.not-resumable',
        `This run is ${state}; only one that was cut off goes on.`,
      );
    }
    return seen;
  }

  /** This process goes on with it, unless another one was quicker. */
  claim(seen: Holding): RunSummary {
    const summary = resumedRun(seen.summary);
    if (!this.#store.swap(seen, { owner: this.#owners.self, summary })) {
      throw inputError('run.taken', 'Another Netloom has just gone on with this run.');
    }
    this.#live.set(summary.id, summary);
    this.#options.onChanged(summary);
    return summary;
  }

  /** It did not come to that: the run is what it was before. */
  putBack(before: RunSummary): void {
    const now = this.#live.get(before.id);
    this.#live.delete(before.id);
    this.#recorder.drop(before.id);
    if (!now) return;
    const owner = this.#owners.self;
    this.#store.swap({ owner, summary: now }, { owner, summary: before });
    this.#options.onChanged(this.#summary(before.id));
  }

  /** A run that this process created and that never began. */
  async withdraw(runId: string): Promise<void> {
    if (!this.#live.has(runId)) return;
    try {
      this.#store.withdraw(runId, this.#owners.self);
      this.#recorder.drop(runId);
      this.#live.delete(runId);
      this.#options.onRemoved(runId);
      await this.#removeFiles(runId);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      // Whoever comes to write next finds that it never began.
      this.#live.delete(runId);
    }
  }

  started(runId: string, reply: StartReply): RunSummary {
    const { device, threads, parameters, dataFingerprint } = reply;
    return this.#change(runId, { device, threads, parameters, dataFingerprint });
  }

  moved({ runId, device, threads }: EngineEvents['device']): void {
    const run = this.#live.get(runId);
    if (!run) return;
    this.#tell(runId, movedTo(run.progress, device));
    this.#change(runId, { device, threads });
  }

  list(): readonly RunSummary[] {
    this.#orphans.bury();
    return this.#store.summaries().map((summary) => this.#current(summary));
  }

  /** Newest first, as lists and filters take them: all, those of these that there are, or the newest few. */
  rows(runIds?: readonly string[], newest?: number): readonly RunRow[] {
    this.#orphans.bury();
    return this.#store.rows(runIds, newest).map((row) => ({ ...row, ...this.#current(row) }));
  }

  /** What became of them since an earlier answer, by whatever program. */
  changes(since?: string): RunChanges {
    this.#orphans.bury();
    // The tables do not have what is newest of these.
    const ahead = [...this.#live.keys(), ...this.#recorder.runIds(), ...this.#orphans.runIds()];
    const changes = this.#store.changes(since, ahead);
    return { ...changes, rows: changes.rows.map((row) => this.#current(row)) };
  }

  summary(runId: string): RunSummary {
    return this.#summary(runId);
  }

  document(runId: string): NetworkDocument {
    return this.#store.document(runId) ?? unknownRun(runId);
  }

  detail(runId: string, since?: MetricPosition, buckets?: number): RunDetail {
    this.flush();
    const summary = this.#summary(runId);
    return {
      ...summary,
      document: this.document(runId),
      curves: this.#store.curves(runId, since, buckets),
      events: this.#store.events(runId),
      log: this.#store.log(runId),
      snapshots: this.#store.snapshots(runId),
    };
  }

  /** A part of some of its curves, one answer for each. */
  curves(runId: string, range: CurveRange): readonly RunCurves[] {
    this.flush();
    this.#summary(runId);
    return this.#store.curvesIn(runId, range);
  }

  smallCurves(runIds: readonly string[], metric: string, points: number): readonly SmallCurve[] {
    this.flush();
    return this.#store.smallCurves(runIds, metric, points);
  }

  atEpoch(runIds: readonly string[], figures: EpochFigures): Float64Array {
    this.flush();
    return this.#store.atEpoch(runIds, figures);
  }

  events(runId: string): readonly RunEvent[] {
    this.flush();
    return this.#store.events(runId);
  }

  /** Of which steps there are snapshots on the disk. */
  recorded(runId: string): RecordedSteps {
    this.flush();
    this.#summary(runId);
    return recordedSteps(this.checkpointDir(runId));
  }

  snapshots(runId: string, kind: SnapshotKind, steps: readonly number[]): readonly RunSnapshot[] {
    this.#summary(runId);
    return readSnapshots(this.checkpointDir(runId), runId, kind, steps);
  }

  gradients(runId: string, rows: number): GradientTrack {
    this.flush();
    this.#summary(runId);
    return readGradients(this.checkpointDir(runId), rows);
  }

  channels(runId: string, rows: number, until?: number): ChannelTrack {
    this.flush();
    this.#summary(runId);
    return readChannels(this.checkpointDir(runId), rows, until);
  }

  annotate(runId: string, change: Partial<Annotations>): RunSummary {
    const stored = this.#store.annotate(runId, change) ?? unknownRun(runId);
    const summary = this.#current(stored);
    this.#options.onChanged(summary);
    return summary;
  }

  /** Out of sight; `restore` brings it back as long as nobody has cleared it away (`purge`). */
  delete(runId: string): void {
    this.flush();
    this.#summary(runId);
    if (!this.#store.delete(runId, this.#now().toISOString())) {
      throw inputError('run.active', 'This run is being trained. Stop it first.');
    }
    this.#options.onRemoved(runId);
  }

  restore(runId: string): RunSummary {
    const summary = this.#store.restore(runId);
    if (!summary) throw inputError('run.not-deleted', 'There is no such run to be had back.');
    this.#options.onChanged(summary);
    return summary;
  }

  /**
   * What was deleted long enough ago goes for good, its files first: who is killed between leaves a run that
   * is still to go. Called once at start; what cannot be removed now is tried then.
   */
  async purge(): Promise<void> {
    try {
      const before = new Date(this.#now().getTime() - KEPT_DELETED_MS).toISOString();
      for (const runId of this.#isClosed ? [] : this.#store.doomed(before)) {
        await this.#removeFiles(runId);
        // The program may have ended meanwhile: what is still to go goes at the next start.
        if (!this.#isClosed) this.#store.purge(runId);
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
    await this.retention.measureAll(() => this.#isClosed);
  }

  /** Forgets what came after the checkpoint that a run goes on from. */
  rewind(runId: string, step: number): void {
    this.flush();
    const { best: _best, bests: _bests, last: _last, ...run } = this.#summary(runId);
    this.#store.forgetAfter(runId, step);
    this.#recorder.rewind(runId, step);
    this.#journals.get(runId)?.rewound();
    // Decimated as far as it goes a curve still has its ends and what is highest and lowest.
    const points = pointsOf(this.#store.curves(runId, {}, 1));
    const summary = { ...run, ...marked({}, points, this.#monitorOf(runId)) };
    if (this.#live.has(runId)) this.#live.set(runId, summary);
    this.#recorder.of(runId).summary = summary;
    this.#tell(runId, wentOn(run.progress, step));
  }

  /** Its engine died or this program ends: it is interrupted, what was recorded stays. */
  interrupted(runId: string, reason: string): void {
    const summary = this.#live.get(runId);
    if (!summary) return;
    this.flush();
    const { progress } = interruptedRun(summary, reason, toldOf(this.#store, runId));
    this.#tell(runId, ...changeOfState(summary.progress, progress));
    this.#change(runId, { progress });
    this.#leave(runId);
    this.flush();
  }

  progress({ runId, progress }: EngineEvents['progress']): void {
    const before = this.#live.get(runId);
    if (!before) return;
    this.#tell(runId, ...changeOfState(before.progress, progress));
    this.#change(runId, { progress });
    // Rare, and what a reader needs after a crash.
    if (progress.state !== before.progress.state) this.flush();
    if (!isActive(progress.state)) this.#leave(runId);
  }

  /** It trains no more. */
  #leave(runId: string): void {
    this.#live.delete(runId);
    this.#recorder.leave(runId);
    this.#monitors.delete(runId);
    this.#journals.delete(runId);
    this.retention.measure(runId, true);
  }

  metrics({ runId, points }: EngineEvents['metrics']): void {
    const run = this.#live.get(runId);
    if (!run) return;
    const summary = { ...run, ...marked(run, points, this.#monitorOf(runId)) };
    this.#live.set(runId, summary);
    const waiting = this.#recorder.of(runId);
    for (const point of points) waiting.points.push(point);
    waiting.summary = summary;
    this.#tell(runId, ...this.#journalOf(runId).metrics(points));
  }

  /** What says which point is best, of a run in training; null where nothing does. */
  #monitorOf(runId: string): Monitor | null {
    const known = this.#monitors.get(runId);
    if (known !== undefined) return known;
    const document = this.document(runId);
    const monitor = monitorOf(document.training, analyse(document));
    this.#monitors.set(runId, monitor);
    return monitor;
  }

  /** What is to be known of it beside what its engine tells, such as that the disk is about to be full. */
  remark(runId: string, level: RunEvent['level'], message: string): void {
    const run = this.#live.get(runId);
    if (run) this.#tell(runId, remarked(run.progress, level, message));
  }

  log(runId: string, entry: RunLogEntry): void {
    if (this.#live.has(runId)) this.#recorder.of(runId).entries.push(entry);
  }

  snapshot({ runId, kind, body }: RunSnapshot): void {
    if (!this.#live.has(runId)) return;
    const waiting = this.#recorder.of(runId);
    waiting.snapshots.set(kind, body);
    if (waiting.history.length < MOST_A_SECOND) {
      waiting.history.push({ kind, body, atMs: this.#now().getTime() });
    }
    if (kind === 'telemetry') this.#tell(runId, ...this.#journalOf(runId).frame(body));
  }

  checkpointed({ runId, which, step }: EngineEvents['checkpoint']): void {
    const run = this.#live.get(runId);
    if (!run) return;
    this.#tell(runId, saved(run.progress, which, step));
    this.retention.measure(runId);
    if (!run.hasCheckpoint) this.#change(runId, { hasCheckpoint: true });
  }

  /** Writes everything that is waiting; what cannot be written waits on. */
  flush(): void {
    this.#recorder.flush();
  }

  close(): void {
    this.#isClosed = true;
    this.#recorder.close();
    this.#store.close();
  }

  #summary(runId: string): RunSummary {
    return this.#current(this.#store.summary(runId) ?? unknownRun(runId));
  }

  /** The engine's part from memory, people's part from the store: either may be newer. */
  #current(stored: RunSummary): RunSummary {
    const { id } = stored;
    const live = this.#live.get(id) ?? this.#recorder.summaryOf(id) ?? this.#orphans.summaryOf(id);
    if (!live) return isActive(stored.progress.state) ? { ...stored, elsewhere: true } : stored;
    const { name, notes, tags, starred, archived, sizeBytes } = stored;
    return { ...live, name, notes, tags, starred, archived, sizeBytes };
  }

  /** What the engine tells must not fail because the store cannot be asked at the moment. */
  #named(live: RunSummary): RunSummary {
    try {
      return this.#summary(live.id);
    } catch {
      return live;
    }
  }

  #change(runId: string, change: Partial<RunSummary>): RunSummary {
    const live = this.#live.get(runId);
    const summary = { ...(live ? this.#named(live) : this.#summary(runId)), ...change };
    if (live) this.#live.set(runId, summary);
    this.#recorder.of(runId).summary = summary;
    this.#options.onChanged(summary);
    return summary;
  }

  async #removeFiles(runId: string): Promise<void> {
    const folder = this.checkpointDir(runId);
    await rm(folder, { recursive: true, force: true }).catch((error: unknown) => {
      throw asInputError(error, folder, 'writing');
    });
  }

  /** Kept with the run, and told to whoever shows it. */
  #tell(runId: string, ...events: readonly RunEvent[]): void {
    for (const event of events) {
      this.#recorder.of(runId).events.push(event);
      this.#options.onEvent?.(runId, event);
    }
  }

  #journalOf(runId: string): RunJournal {
    const journal = this.#journals.get(runId) ?? new RunJournal();
    this.#journals.set(runId, journal);
    return journal;
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }
}

function unknownRun(runId: string): never {
  throw inputError('run.unknown', `There is no run "${runId}".`);
}

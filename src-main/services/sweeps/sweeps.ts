/**
 * The sweeps service: begins the trials of sweeps, hears what they tell, stops those that come to nothing, and
 * keeps all of it. One sweep belongs to one process, as a run does; what a dead process left can be gone on
 * with. What is tried and when a trial ends early is for search/ to say, how it is trained for the trainer.
 */
import { randomUUID } from 'node:crypto';
import { analyse } from '#engine/check/analyse.ts';
import { monitorOf } from '#engine/check/monitor.ts';
import type { DataAccess } from '#engine/datasets/index.ts';
import { errorSentence } from '#engine/ir/errors.ts';
import { InputError, inputError, type NetworkDocument } from '#engine/ir/index.ts';
import { own } from '#engine/ir/record.ts';
import {
  type EngineEvents,
  type MetricPoint,
  RemoteError,
  type RunSummary,
  type SweepInfo,
  type SweepRequest,
  type SweepState,
} from '#engine/protocol/index.ts';
import {
  boundParameter,
  checkSpace,
  Sweep,
  type SweepPlan,
  type SweepTrial,
  trialName,
} from '#engine/search/index.ts';
import { type Owners, processOwners } from '../runs/owner.ts';
import { afterMs } from './afterMs.ts';
import { type StoredSweep, type SweepBody, SweepStore } from './store.ts';
import type { TrialTrainer } from './trainer.ts';

export interface SweepsOptions {
  readonly folder: string;
  readonly trainer: TrialTrainer;
  readonly onChanged: (sweep: SweepInfo) => void;
  readonly onFault: (message: string) => void;
  readonly owners?: Owners;
  readonly now?: () => Date;
}

export type NewSweep = Omit<SweepRequest, 'project'> & {
  readonly access: DataAccess;
  /** Of the search's random numbers; the document's seed where none is named. */
  readonly seed?: number;
};

interface TrialAtWork {
  readonly number: number;
  /** Null until it has begun. */
  run: string | null;
  /** Why the sweep ends it. */
  stopReason: string | null;
}

/** A sweep that this process is at work on. */
interface AtWork {
  readonly id: string;
  readonly sweep: Sweep;
  body: SweepBody;
  /** When this stretch of work began, in ms. */
  readonly sinceMs: number;
  readonly elapsedBeforeMs: number;
  /** Nothing more is begun. */
  isStopping: boolean;
  /** Those that train, side by side where that makes sense. */
  readonly trials: Set<TrialAtWork>;
  work: Promise<void>;
}

const MS_PER_MINUTE = 60_000;
const formatMinutes = (minutes: number): string =>
  minutes === 1 ? 'minute' : `${minutes} minutes`;

/** Whether anything more is begun: it was not asked to stop, and has no reason to end. */
const goesOn = ({ isStopping, body }: AtWork): boolean => !isStopping && body.reason === '';

export class SweepsService {
  readonly #options: SweepsOptions;
  readonly #owners: Owners;
  readonly #atWork = new Map<string, AtWork>();
  #opened: SweepStore | null = null;
  /** The program ends: what trains is suspended, not over. */
  #isClosing = false;

  constructor(options: SweepsOptions) {
    this.#options = options;
    this.#owners = options.owners ?? processOwners;
    options.trainer.onMetrics((event) => this.#metrics(event));
  }

  list(): readonly SweepInfo[] {
    return this.#store.list().map((stored) => this.#info(stored));
  }

  get(id: string): SweepInfo {
    return this.#info(this.#stored(id));
  }

  /** Resolves once it has begun; `done` once it is over. */
  start({ document, access, seed, ...request }: NewSweep): SweepInfo {
    const [first, ...others] = analyse(document).problems.filter((p) => p.severity === 'error');
    if (first) throw new InputError([first, ...others]);
    const monitor = monitorOf(document.training, analyse(document));
    if (!monitor) {
      throw inputError(
        'search.no-monitor',
        'Nothing says which trial is best. Choose the metric that training watches.',
        { path: 'training.monitor' },
      );
    }
    const { name, strategy, stopping, trials, minutes, seeds } = request;
    const space = request.space.map((parameter) => boundParameter(parameter, document));
    checkSpace(document, space);
    const plan: SweepPlan = {
      ...{ name, space, strategy, stopping, trials, minutes, seeds, monitor },
      seed: seed ?? document.training.seed,
    };
    const sweep = new Sweep(plan, document);
    const id = randomUUID();
    const body: SweepBody = {
      createdAt: this.#now().toISOString(),
      documentId: document.id ?? null,
      projectName: document.name,
      ...{ plan, access, elapsedMs: 0, reason: '' },
    };
    this.#store.add({ id, owner: this.#owners.self, state: 'running', body }, document);
    return this.#begin(id, sweep, body);
  }

  /** What is varied. */
  document(id: string): NetworkDocument {
    const document = this.#store.document(id);
    if (!document) throw inputError('sweep.unknown', `There is no sweep "${id}".`);
    return document;
  }

  /** Goes on with what was cut off or stopped, or with more settings and minutes than were planned. */
  resume(
    id: string,
    more: { readonly trials?: number; readonly minutes?: number } = {},
  ): SweepInfo {
    const stored = this.#stored(id);
    if (this.#isAlive(stored)) {
      throw inputError('sweep.active', 'This sweep is at work already.');
    }
    const document = this.#store.document(id);
    if (!document || !this.#store.claim(stored, this.#owners.self)) {
      throw inputError('sweep.active', 'Another Netloom has just gone on with this sweep.');
    }
    const { plan: before } = stored.body;
    const minutes = before.minutes === null ? null : before.minutes + (more.minutes ?? 0);
    const plan = { ...before, trials: before.trials + (more.trials ?? 0), minutes };
    const sweep = new Sweep(plan, document, stored.trials);
    return this.#begin(id, sweep, { ...stored.body, plan, reason: '' });
  }

  /** What trains is stopped and goes on with the sweep. */
  async pause(id: string): Promise<void> {
    const at = this.#atWork.get(id);
    if (!at) throw inputError('sweep.not-active', 'This sweep is not at work here.');
    at.isStopping = true;
    const runs = [...at.trials].flatMap(({ run }) => run ?? []);
    await Promise.all(runs.map((run) => this.#options.trainer.stop(run)));
    await at.work;
  }

  /** Once a sweep of this process is over, or paused. */
  async done(id: string): Promise<SweepInfo> {
    await this.#atWork.get(id)?.work;
    return this.get(id);
  }

  /** Whether something is at work that nobody needs to look at. */
  get isBusy(): boolean {
    return this.#atWork.size > 0;
  }

  /** The program ends; what trains is still to be suspended. */
  stopBeginning(): void {
    this.#isClosing = true;
    for (const at of this.#atWork.values()) at.isStopping = true;
  }

  async close(): Promise<void> {
    this.#options.trainer.close();
    await Promise.all([...this.#atWork.values()].map(({ work }) => work));
    this.#opened?.close();
    this.#opened = null;
  }

  // ------------------------------------------------------------------------------------- work

  #begin(id: string, sweep: Sweep, body: SweepBody): SweepInfo {
    const at: AtWork = {
      ...{
        id,
        sweep,
        body,
        isStopping: false,
        trials: new Set<TrialAtWork>(),
        work: Promise.resolve(),
      },
      sinceMs: this.#now().getTime(),
      elapsedBeforeMs: body.elapsedMs,
    };
    this.#atWork.set(id, at);
    this.#put(at, 'running');
    const stopClock = this.#startClock(at);
    at.work = this.#trials(at)
      .catch((error: unknown) => {
        at.body = { ...at.body, reason: errorSentence(error) };
        this.#options.onFault(`The sweep ${body.plan.name} ended: ${errorSentence(error)}`);
      })
      .finally(() => {
        stopClock();
        this.#atWork.delete(id);
        this.#put(at, this.#isDone(at) ? 'finished' : 'paused');
      });
    return this.get(id);
  }

  /** Once the minutes are over nothing more begins, and what trains is stopped and kept. */
  #startClock(at: AtWork): () => void {
    const { minutes } = at.sweep.plan;
    if (minutes === null) return () => undefined;
    const end = (): void => {
      const reason = `The ${formatMinutes(minutes)} were over.`;
      at.body = { ...at.body, reason };
      for (const trial of at.trials) this.#stopTrial(trial, reason);
    };
    const leftMs = minutes * MS_PER_MINUTE - at.elapsedBeforeMs;
    if (leftMs > 0) return afterMs(leftMs, end);
    end();
    return () => undefined;
  }

  /** It is kept with what it has come to; its first reason is the one that counts. */
  #stopTrial(trial: TrialAtWork, reason: string): void {
    if (trial.stopReason !== null) return;
    trial.stopReason = reason;
    // One that is about to begin is stopped once it has.
    if (trial.run !== null) void this.#stop(trial.run);
  }

  /** It may be over already. */
  async #stop(run: string): Promise<void> {
    await this.#options.trainer.stop(run).catch(() => undefined);
  }

  #isDone({ sweep, isStopping, body }: AtWork): boolean {
    return (
      !isStopping && body.reason === '' && sweep.trials.every(({ state }) => state !== 'running')
    );
  }

  async #trials(at: AtWork): Promise<void> {
    const left = at.sweep.trials.filter(({ state }) => state === 'running');
    const next = (): SweepTrial | null => {
      if (!goesOn(at)) return null;
      const cutOff = left.shift();
      if (cutOff) return cutOff;
      const trial = at.sweep.next();
      if (trial) this.#putTrial(at, trial);
      return trial;
    };
    const oneByOne = async (): Promise<void> => {
      for (let trial = next(); trial; trial = next()) await this.#trial(at, trial);
    };
    const atOnce = await this.#options.trainer.atOnce(this.document(at.id));
    const ways = Array.from({ length: atOnce }, oneByOne);
    // What goes wrong with one of them is said once the others are done.
    await Promise.allSettled(ways);
    await Promise.all(ways);
  }

  async #trial(at: AtWork, { number }: SweepTrial): Promise<void> {
    const { trainer } = this.#options;
    const trial: TrialAtWork = { number, run: null, stopReason: null };
    at.trials.add(trial);
    try {
      const begun = await this.#begun(at, number);
      if (!begun) return;
      trial.run = begun.id;
      this.#putTrial(at, at.sweep.begun(number, begun.id));
      // It was asked to stop, or its time was over, while the run was about to begin.
      if (this.#mustStop(at)) await this.#stop(begun.id);
      const ended = await trainer.end(begun.id);
      // What it told before this process had it, or while nobody listened.
      this.#told(at, trial, trainer.points(begun.id), false);
      this.#ended(at, trial, ended);
    } catch (error) {
      if (!(error instanceof InputError || error instanceof RemoteError)) throw error;
      this.#putTrial(at, at.sweep.ended(number, 'failed', errorSentence(error)));
    } finally {
      at.trials.delete(trial);
      this.#put(at, 'running');
    }
  }

  #mustStop(at: AtWork): boolean {
    return !goesOn(at) && !this.#isClosing;
  }

  /** Null where nothing is begun any more. */
  async #begun(at: AtWork, number: number): Promise<RunSummary | null> {
    const { trainer } = this.#options;
    const { sweep, body } = at;
    const wanted = (): boolean => goesOn(at);
    const { run } = sweep.trial(number);
    const before = run === null ? null : trainer.summary(run);
    if (before) {
      const { state } = before.progress;
      if (state === 'finished' || state === 'failed') return before;
      try {
        return await trainer.goOn(before.id, wanted);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        // It left nothing to go on from.
        trainer.discard(before.id);
      }
    }
    const trial = sweep.again(number);
    const { plan } = body;
    const document = sweep.document(trial);
    const request = { document, name: trialName(document, plan, trial), tags: [plan.name] };
    return trainer.begin({ ...request, access: body.access }, wanted);
  }

  #ended(at: AtWork, trial: TrialAtWork, { progress }: RunSummary): void {
    const { sweep } = at;
    const { state, reason, problem } = progress;
    const why = (state === 'stopped' ? trial.stopReason : null) ?? problem?.message ?? reason;
    const isCutOff =
      state === 'interrupted' ? this.#isClosing : at.isStopping && state === 'stopped';
    // It goes on with the sweep.
    if (isCutOff && trial.stopReason === null) return;
    // It may have come to its end before it was told to stop.
    const isStopped = state === 'stopped' && trial.stopReason !== null;
    const isDone = state === 'finished' || state === 'stopped';
    const ended = isStopped ? 'stopped' : isDone ? 'finished' : 'failed';
    this.#putTrial(at, sweep.ended(trial.number, ended, why));
  }

  #metrics({ runId, points }: EngineEvents['metrics']): void {
    for (const at of this.#atWork.values()) {
      for (const trial of at.trials) {
        if (trial.run === runId) this.#told(at, trial, points, true);
      }
    }
  }

  #told(at: AtWork, trial: TrialAtWork, points: readonly MetricPoint[], mayStop: boolean): void {
    const { sweep } = at;
    const { key } = sweep.plan.monitor;
    for (const { split, epoch, values } of points) {
      const value = split === 'validation' ? own(values, key) : undefined;
      if (value === undefined) continue;
      const reason = sweep.report(trial.number, epoch, value);
      this.#putTrial(at, sweep.trial(trial.number));
      if (mayStop && reason !== null && trial.run !== null) this.#stopTrial(trial, reason);
    }
  }

  // ----------------------------------------------------------------------------------- keeping

  #putTrial(at: AtWork, trial: SweepTrial): void {
    this.#store.putTrial(at.id, trial);
    this.#options.onChanged(this.get(at.id));
  }

  #put(at: AtWork, state: SweepState): void {
    at.body = { ...at.body, elapsedMs: this.#elapsedMs(at) };
    this.#store.put(at.id, state, at.body);
    this.#options.onChanged(this.get(at.id));
  }

  #elapsedMs({ sinceMs, elapsedBeforeMs }: AtWork): number {
    return elapsedBeforeMs + this.#now().getTime() - sinceMs;
  }

  #info(stored: StoredSweep): SweepInfo {
    const { id, trials, body } = stored;
    const { access: _access, ...shown } = body;
    const state = stored.state === 'running' && !this.#isAlive(stored) ? 'paused' : stored.state;
    return { id, ...shown, state, trials };
  }

  #isAlive({ id, owner, state }: StoredSweep): boolean {
    if (owner === this.#owners.self) return this.#atWork.has(id);
    return state === 'running' && this.#owners.isAlive(owner);
  }

  #stored(id: string): StoredSweep {
    const stored = this.#store.get(id);
    if (!stored) throw inputError('sweep.unknown', `There is no sweep "${id}".`);
    return stored;
  }

  /** Made when it is first needed: most programs never sweep. */
  get #store(): SweepStore {
    return (this.#opened ??= new SweepStore(this.#options.folder));
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }
}

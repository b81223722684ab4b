/**
 * The run loop: steps, epochs, evaluation, and when the parts that save, show and report have their turn.
 * Runs in slices so that pause and stop are heard within a step or two. Not the compiler and not the process.
 */
import { type Backend, DeviceLostError, type LoadedProgram } from '../backends/backend.ts';
import { monitorOf } from '../check/monitor.ts';
import type { CompiledRun } from '../compile/index.ts';
import type { Program } from '../compile/program.ts';
import { inputError, type Problem } from '../ir/problem.ts';
import type { Platform } from '../platform/platform.ts';
import type { Attention, TrainingPace } from '../protocol/watching.ts';
import type { WeightsReport } from '../protocol/engineContract.ts';
import { type AugmentedColumns, augmentedColumns } from './augmenter.ts';
import {
  checkpointPath,
  loadCheckpoint,
  loadFitting,
  loadToTrainOn,
  saveModel,
} from './checkpoint.ts';
import { Checkpoints } from './checkpoints.ts';
import { Display } from './display.ts';
import { dataMetadata } from './fittedData.ts';
import { EarlyStopping } from './earlyStopping.ts';
import type { Evaluation } from './evaluate.ts';
import { RunMemory } from './memory.ts';
import type { Prepared } from './prepare.ts';
import { ProgressMeter } from './progress.ts';
import { type EmitEvent, problemOf, Reporter, type RunEnd } from './reporter.ts';
import type { RunPosition } from './runPosition.ts';
import { loadTrainPrograms, Steps, type TrainPrograms } from './steps.ts';
import { TrainingCurve } from './trainingCurve.ts';
import { Validator } from './validator.ts';

export interface TrainerOptions {
  readonly runId: string;
  readonly platform: Platform;
  readonly backend: Backend;
  readonly prepared: Prepared;
  readonly compiled: CompiledRun;
  readonly emit: EmitEvent;
  readonly checkpointDir?: string;
  readonly resume?: boolean;
  readonly initWeights?: string;
  readonly trainOn?: string;
  readonly saveWeights?: string;
  readonly paused?: boolean;
  readonly maxSteps?: number;
  readonly judgeTraining?: number;
  readonly telemetryHz: number;
  readonly attention: Attention;
  readonly evaluateBatch: number;
  readonly sampleRows: Int32Array;
}

/** Training goes on at most this long before messages are heard. */
const SLICE_MS = 12;
/** As much of the processor as the engine takes is left to a hand that moves; a longer rest is of no use. */
const LONGEST_REST_MS = 60;
/** How long a step takes at least. */
const STEP_MS: Readonly<Record<TrainingPace, number>> = { full: 0, realTime: 100, slow: 1_000 };
const NOT_KEPT = 'The last weights could not be kept on the disk.';

type Command = 'run' | 'pause' | 'step' | 'stop';
type Programs = ReadonlyMap<number, LoadedProgram>;

export class Trainer {
  readonly #options: TrainerOptions;
  readonly #memory: RunMemory;
  readonly #display: Display;
  readonly #steps: Steps;
  readonly #validator: Validator;
  readonly #meter: ProgressMeter;
  readonly #reporter: Reporter;
  readonly #checkpoints: Checkpoints;
  readonly #stopping: EarlyStopping;
  #step = 0;
  readonly #curve: TrainingCurve;
  #command: Command;
  #attention: Attention;
  #wake: () => void = () => undefined;
  #yieldedAt = -Infinity;
  /** An epoch has ended, its evaluation has not. */
  #evaluationDue = false;
  #problem: Problem | null = null;
  /** What of the weights it was to begin with fitted. */
  weights: WeightsReport | null = null;

  private constructor(
    options: TrainerOptions,
    memory: RunMemory,
    display: Display,
    programs: { readonly train: TrainPrograms; readonly evaluate: Programs },
    augmented: AugmentedColumns,
  ) {
    const { prepared, platform } = options;
    const { training } = prepared.document;
    this.#options = options;
    this.#memory = memory;
    this.#display = display;
    this.#steps = new Steps(prepared, memory, programs.train, options.maxSteps, augmented);
    const { stepsPerEpoch } = this.#steps;
    this.#meter = new ProgressMeter(platform, this.totalSteps);
    this.#reporter = new Reporter({
      ...options,
      meter: this.#meter,
      totalSteps: this.totalSteps,
      totalEpochs: training.epochs,
      stepsPerEpoch,
      watching: () => display.report(),
    });
    this.#validator = new Validator({
      ...options,
      memory,
      programs: programs.evaluate,
      reporter: this.#reporter,
      yieldToEventLoop: () => this.#yieldToEventLoop(),
    });
    const { checkpointDir } = options;
    this.#checkpoints = new Checkpoints({
      ...options,
      memory,
      data: dataMetadata(prepared),
      ...(checkpointDir === undefined ? {} : { folder: checkpointDir }),
    });
    this.#stopping = new EarlyStopping(
      training.earlyStopping,
      monitorOf(training, prepared.analysis),
    );
    this.#curve = new TrainingCurve({
      ...options,
      memory,
      steps: this.#steps,
      meter: this.#meter,
      reporter: this.#reporter,
      onProblem: (problem) => (this.#problem = problem),
    });
    this.#command = options.paused === true ? 'pause' : 'run';
    this.#attention = options.attention;
  }

  /** Allocates, compiles, writes data and first (or saved) weights. */
  static async open(options: TrainerOptions): Promise<Trainer> {
    const { backend, compiled, prepared, platform } = options;
    const session = await backend.open(compiled.memory);
    const memory = new RunMemory(session, compiled, prepared);
    const loadAll = async (programs: ReadonlyMap<number, Program>): Promise<Programs> => {
      const loaded = new Map<number, LoadedProgram>();
      for (const [batch, program] of programs) loaded.set(batch, await session.load(program));
      return loaded;
    };
    try {
      const programs = {
        train: await loadTrainPrograms(session, compiled),
        evaluate: await loadAll(compiled.evaluate),
      };
      const display = await Display.open({ ...options, memory, rows: options.sampleRows });
      memory.initialise(prepared.document.training.seed);
      await memory.open(prepared);
      const columns = await augmentedColumns(prepared, memory);
      const trainer = new Trainer(options, memory, display, programs, columns);
      if (options.initWeights !== undefined) {
        trainer.weights = await loadFitting(platform, options.initWeights, memory);
      }
      if (options.resume === true && options.checkpointDir !== undefined) {
        const path = checkpointPath(options.checkpointDir, 'last');
        trainer.#restore(await loadCheckpoint(platform, path, memory));
      } else if (options.trainOn !== undefined) {
        const { stepsPerEpoch } = trainer.#steps;
        trainer.#goOnAnew(await loadToTrainOn(platform, options.trainOn, memory, stepsPerEpoch));
      }
      return trainer;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  get totalSteps(): number {
    return this.#steps.total;
  }

  get stepsDone(): number {
    return this.#step;
  }

  get isPaused(): boolean {
    return this.#command === 'pause';
  }

  /** Its last state has been told; only its memory is still to be given back. */
  get hasEnded(): boolean {
    return this.#reporter.hasEnded;
  }

  pause(): void {
    this.#ask('pause');
  }
  resume(): void {
    this.#ask('run');
  }
  step(): void {
    this.#ask('step');
  }
  stop(): void {
    this.#ask('stop');
  }

  attend(attention: Attention): void {
    this.#display.attend(attention);
    this.#attention = attention;
    this.#wake();
  }

  async saveWeights(path: string): Promise<void> {
    const { platform, prepared } = this.#options;
    await saveModel(platform, path, this.#memory, dataMetadata(prepared));
  }

  /** Trains to the end; never rejects: a failure is the run's last state. Lost: another can go on. */
  async run(): Promise<'ended' | DeviceLostError> {
    try {
      await this.#loop();
    } catch (error) {
      if (error instanceof DeviceLostError) return error;
      this.fail(error);
    } finally {
      await this.#memory.session.close();
    }
    return 'ended';
  }

  #ask(command: Command): void {
    this.#command = command;
    this.#wake();
  }

  async #loop(): Promise<void> {
    const { platform } = this.#options;
    this.#reporter.enter('running', this.#step);
    await this.#display.show(this.#step, this.#steps.seed, true);
    if (this.#evaluationDue) {
      const early = await this.#endEpoch();
      if (early) return this.#finish('stopped', early);
    }
    while (this.#step < this.totalSteps) {
      if (this.#command === 'stop') return this.#finish('stopped', 'Stopped by the user.');
      if (this.#command === 'pause') {
        await this.#waitPaused();
        continue;
      }
      const single = this.#command === 'step';
      if (single) this.#command = 'pause';
      const early = await this.#slice(single);
      if (this.#problem) return this.#finish('failed');
      if (early) return this.#finish('stopped', early);
      await platform.yieldToEventLoop();
    }
    await this.#finish('finished');
  }

  /** Steps for a few milliseconds; answers why training should stop, if it should. */
  async #slice(single: boolean): Promise<string | null> {
    const { platform } = this.#options;
    const started = (this.#yieldedAt = platform.now());
    const until = started + SLICE_MS;
    // At a pace that eyes can follow every step is shown, as a single one is.
    const shown = single || this.#attention.pace !== 'full';
    let now: number;
    do {
      const rows = this.#steps.rows(this.#step);
      const far = this.#steps.reach(this.#step, rows);
      if (far) await far;
      const waiting = this.#oneStep(rows, shown) ?? this.#memory.session.pace?.();
      if (waiting) await waiting;
      const epochDone = this.#step % this.#steps.stepsPerEpoch === 0;
      now = platform.now();
      if (epochDone || shown || this.#curve.isDue(now, this.#step)) {
        if (!(await this.#curve.point(this.#step, epochDone || shown))) return null;
      }
      if (epochDone) {
        const reason = await this.#endEpoch();
        if (reason) return reason;
      } else if (this.#display.validationDue(now)) await this.#validateMidway(now);
      if (shown || this.#display.isDue(now)) {
        await this.#display.show(this.#step, this.#steps.seed, shown);
      }
      if (shown || this.#reporter.isDue(now)) this.#reporter.progress(this.#step);
      if (this.#checkpoints.isDue(now, epochDone))
        await this.#checkpoints.last(await this.#position());
    } while (!shown && this.#command === 'run' && this.#step < this.totalSteps && now < until);
    if (!single) await this.#keepPace(started);
    return null;
  }

  /** Waits for the next step's time, and for a hand that moves; commands and another pace end it. */
  async #keepPace(started: number): Promise<void> {
    if (this.#command !== 'run' || this.#step >= this.totalSteps) return;
    const { platform } = this.#options;
    const workedMs = platform.now() - started;
    const restMs = Math.max(STEP_MS[this.#attention.pace] - workedMs, this.#restMs(workedMs));
    if (restMs > 0) await this.#rest(restMs);
  }

  /** How long to leave the processor to a hand that moves, after working for so long. */
  #restMs(workedMs: number): number {
    return this.#attention.handMoves ? Math.min(workedMs, LONGEST_REST_MS) : 0;
  }

  /** At most so long: whatever is asked for meanwhile comes first. */
  async #rest(ms: number): Promise<void> {
    await Promise.race([this.#options.platform.wait(ms), this.#woken()]);
  }

  /** Until somebody asks for something. */
  #woken(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  /** A promise only for a step that is watched: most are not, and may be very short. */
  #oneStep(rows: Int32Array, forceWatch: boolean): Promise<void> | null {
    // The last step is watched, so that what stays on show is what the run has come to.
    const last = this.#step + 1 === this.totalSteps;
    const { platform } = this.#options;
    // One that only adds gradients, or trains some of the objectives, changes fewer weights than there are.
    const watched =
      (forceWatch || last || this.#steps.updatesAll(this.#step)) &&
      this.#display.prepareWatch(platform.now(), forceWatch || last);
    this.#steps.run(this.#step, rows);
    this.#step += 1;
    this.#curve.count(rows.length);
    this.#meter.count(rows.length, this.#step);
    return watched ? this.#watched(rows, last) : null;
  }

  async #watched(rows: Int32Array, last: boolean): Promise<void> {
    const at = { step: this.#step, epoch: this.#epoch, timeMs: this.#meter.elapsedMs };
    this.#curve.watched(await this.#display.watched(rows, at, last));
  }

  get #epoch(): number {
    return Math.floor(this.#step / this.#steps.stepsPerEpoch);
  }

  async #endEpoch(): Promise<string | null> {
    this.#evaluationDue = true;
    const evaluation = await this.#validate('validation');
    this.#evaluationDue = false;
    if (!evaluation) return null;
    this.#display.validated();
    const { improved, stop, value } = this.#stopping.observe(evaluation);
    if (value !== null) this.#steps.observe(-value);
    if (improved) await this.#checkpoints.improved(await this.#position());
    const patience = this.#options.prepared.document.training.earlyStopping?.patience ?? 0;
    return stop ? `No improvement for ${patience} epochs.` : null;
  }

  /** Only for the curves: it counts neither for early stopping nor for the best model. */
  async #validateMidway(started: number): Promise<void> {
    await this.#validate('validation');
    this.#display.validatedMidway(this.#options.platform.now() - started);
  }

  #validate(split: 'validation' | 'test'): Promise<Evaluation | null> {
    const last = split === 'test' || this.#step === this.totalSteps;
    return this.#validator.run(split, this.#curve.place(this.#step), last);
  }

  /** Between batches of an evaluation; false when there is no point in going on. */
  async #yieldToEventLoop(): Promise<boolean> {
    const { platform } = this.#options;
    const workedMs = platform.now() - this.#yieldedAt;
    if (workedMs >= SLICE_MS) {
      const restMs = this.#restMs(workedMs);
      await (restMs > 0 ? this.#rest(restMs) : platform.yieldToEventLoop());
      this.#yieldedAt = platform.now();
    }
    // A single step, from a pause, is done with its evaluation.
    if (this.#command === 'pause' && this.#reporter.state === 'running') await this.#waitPaused();
    return this.#command !== 'stop';
  }

  async #position(): Promise<RunPosition> {
    await this.#curve.tellComing();
    return {
      step: this.#step,
      epoch: this.#epoch,
      elapsedMs: this.#meter.elapsedMs,
      seed: this.#steps.seed,
      stepsPerEpoch: this.#steps.stepsPerEpoch,
      best: this.#stopping.best,
      epochsSinceBest: this.#stopping.epochsSinceBest,
      schedules: this.#steps.schedules,
      pending: await this.#curve.pending(),
      ...(this.#evaluationDue ? { evaluationDue: true as const } : {}),
      ...(this.#steps.isMidUpdate(this.#step) ? { midUpdate: true as const } : {}),
    };
  }

  #restore(position: RunPosition): void {
    this.#stand(position);
    this.#meter.restore(position.elapsedMs);
    this.#stopping.restore(position.best, position.epochsSinceBest);
    this.#reporter.log('info', `Resumed at step ${position.step}.`);
  }

  /** As a run of its own: its time and the best that it comes to begin here. */
  #goOnAnew(position: RunPosition): void {
    const { step } = position;
    if (step >= this.totalSteps) {
      throw inputError(
        'run.nothing-left',
        `It is at step ${step} already, and the run is to end at step ${this.totalSteps}. Train for more epochs.`,
      );
    }
    this.#stand(position);
  }

  #stand(position: RunPosition): void {
    this.#step = position.step;
    this.#curve.restore(position);
    this.#steps.restoreSchedules(position.schedules ?? []);
    this.#evaluationDue = position.evaluationDue === true;
  }

  async #waitPaused(): Promise<void> {
    if (this.#reporter.state !== 'paused') {
      const position = await this.#position();
      // Told first: a checkpoint takes longer than a user should wait for the button to turn.
      this.#reporter.enter('paused', this.#step);
      await this.#checkpoints.last(position);
    }
    while (this.#command === 'pause') await this.#woken();
    if (this.#command === 'run') this.#reporter.enter('running', this.#step);
  }

  async #finish(state: 'finished' | 'stopped' | 'failed', reason?: string): Promise<void> {
    if (state !== 'failed') {
      if (!(await this.#curve.point(this.#step, true))) return this.#end('failed');
      const kept = await this.#checkpoints.last(await this.#position());
      if (!kept) reason = `${reason === undefined ? '' : `${reason} `}${NOT_KEPT}`;
      if (this.#command !== 'stop') {
        await this.#restoreBest();
        await this.#validate('test');
        await this.#validator.judgeTraining();
      }
      await this.#display.show(this.#step, this.#steps.seed, true);
      const { saveWeights } = this.#options;
      if (saveWeights !== undefined) await this.saveWeights(saveWeights);
    }
    this.#end(state, reason);
  }

  /** A run that watches for its best epoch is to end with it. */
  async #restoreBest(): Promise<void> {
    if (this.#options.prepared.document.training.earlyStopping === null) return;
    const step = await this.#checkpoints.restoreBest();
    if (step === null || step === this.#step) return;
    const epoch = Math.round(step / this.#steps.stepsPerEpoch);
    this.#reporter.log('info', `The weights are those of epoch ${epoch}, the best.`);
  }

  /** What augmented pictures cost, where there were any. */
  #logAugmenting(): void {
    const { augmentMs } = this.#steps;
    if (augmentMs === null || this.#step === 0) return;
    const stepMs = this.#meter.elapsedMs / this.#step;
    const besides = this.#options.backend.name === 'webgpu' ? ', while the GPU worked' : '';
    this.#reporter.log(
      'info',
      `Augmentation took ${augmentMs.toPrecision(2)} ms a step${besides}; a step with all that goes with it took ${stepMs.toPrecision(3)} ms.`,
    );
  }

  /** Ends the run with this as its last word. */
  fail(error: unknown): void {
    this.#problem = problemOf(error);
    this.#end('failed', this.#problem.message);
  }

  #end(state: 'finished' | 'stopped' | 'failed', reason?: string): void {
    const problem = this.#problem;
    const end: RunEnd = {
      ...(reason === undefined ? {} : { reason }),
      ...(problem && { problem }),
    };
    if (problem) this.#reporter.log('error', problem.message, problem.node);
    const said = reason ?? (state === 'finished' ? 'Training finished.' : 'Training failed.');
    if (said !== problem?.message) this.#reporter.log('info', said);
    this.#logAugmenting();
    this.#reporter.enter(state, this.#step, end);
  }
}

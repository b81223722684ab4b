/**
 * The run loop: steps, epochs, evaluation, checkpoints, and what is told to the outside meanwhile. Runs in
 * slices so that pause and stop are heard within a step or two. Not the compiler and not the process.
 */
import type { Backend, LoadedProgram } from '../backends/backend.ts';
import { ACCUMULATORS, type CompiledRun, mainHead, optimizerAttrs } from '../compile/index.ts';
import type { Program } from '../compile/program.ts';
import { InputError, type Problem } from '../ir/problem.ts';
import type { Platform } from '../platform/platform.ts';
import type { EngineEvents } from '../protocol/engineContract.ts';
import type { MetricPoint, MetricSplit, RunLogLevel, RunState } from '../protocol/run.ts';
import { BatchOrder } from './batches.ts';
import {
  checkpointPath,
  loadCheckpoint,
  loadModel,
  type RunPosition,
  saveCheckpoint,
  saveModel,
} from './checkpoint.ts';
import { Display } from './display.ts';
import { EarlyStopping } from './earlyStopping.ts';
import { type Evaluation, evaluate, type EvaluateRequest } from './evaluate.ts';
import { RunMemory } from './memory.ts';
import type { Prepared } from './prepare.ts';
import { ProgressMeter } from './progress.ts';

export type EmitEvent = <K extends keyof EngineEvents>(event: K, payload: EngineEvents[K]) => void;

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
  readonly saveWeights?: string;
  readonly paused?: boolean;
  readonly maxSteps?: number;
  readonly telemetryHz: number;
  readonly evaluateBatch: number;
  readonly sampleRows: Int32Array;
}

/** Training goes on at most this long before messages are heard. */
const SLICE_MS = 12;
const POINT_INTERVAL_MS = 50;
const CHECKPOINT_INTERVAL_MS = 10_000;
const PROGRESS_INTERVAL_MS = 100;
/** Between epoch ends validation comes this often at most, and takes at most one part in so many. */
const VALIDATION_INTERVAL_MS = 2_000;
const VALIDATION_RARITY = 20;

type Wish = 'run' | 'pause' | 'step' | 'stop';
type Programs = ReadonlyMap<number, LoadedProgram>;

export class Trainer {
  readonly #options: TrainerOptions;
  readonly #memory: RunMemory;
  readonly #display: Display;
  readonly #train: Programs;
  readonly #evaluate: Programs;
  readonly #order: BatchOrder;
  readonly #meter: ProgressMeter;
  readonly #stopping: EarlyStopping;
  readonly #learningRate: number;
  readonly totalSteps: number;
  #step = 0;
  #pending = { loss: 0, correct: 0, samples: 0 };
  #state: RunState = 'preparing';
  #wish: Wish;
  #wake: () => void = () => undefined;
  #norms: { readonly gradientNorm?: number; readonly parameterNorm?: number } = {};
  /** Milliseconds of a plain step, averaged. */
  #stepMs = 0;
  readonly #last = { point: 0, checkpoint: 0, progress: 0, validation: 0, validationMs: 0 };
  #end: { readonly reason?: string; readonly problem?: Problem } = {};

  private constructor(
    options: TrainerOptions,
    memory: RunMemory,
    display: Display,
    programs: { readonly train: Programs; readonly evaluate: Programs },
  ) {
    const { training } = options.prepared.document;
    const { train } = options.prepared.splits;
    this.#options = options;
    this.#memory = memory;
    this.#display = display;
    this.#train = programs.train;
    this.#evaluate = programs.evaluate;
    this.#order = new BatchOrder(train, training.batchSize, training.seed, training.shuffle);
    const planned = this.#order.stepsPerEpoch * training.epochs;
    this.totalSteps = Math.min(planned, options.maxSteps ?? planned);
    this.#meter = new ProgressMeter(options.platform, this.totalSteps);
    this.#stopping = new EarlyStopping(training.earlyStopping);
    this.#learningRate = Number(optimizerAttrs(options.prepared.document)['lr'] ?? 0);
    this.#wish = options.paused === true ? 'pause' : 'run';
  }

  /** Allocates, compiles, writes data and first (or saved) weights. */
  static async open(options: TrainerOptions): Promise<Trainer> {
    const { backend, compiled, prepared, platform } = options;
    const session = await backend.open(compiled.memory);
    const memory = new RunMemory(session, compiled);
    const loadAll = async (programs: ReadonlyMap<number, Program>): Promise<Programs> => {
      const loaded = new Map<number, LoadedProgram>();
      for (const [batch, program] of programs) loaded.set(batch, await session.load(program));
      return loaded;
    };
    try {
      const programs = {
        train: await loadAll(compiled.train),
        evaluate: await loadAll(compiled.evaluate),
      };
      const display = await Display.open({ ...options, memory, rows: options.sampleRows });
      memory.initialise(prepared.document.training.seed);
      memory.writeData(prepared.table.columns, prepared.table.count);
      const trainer = new Trainer(options, memory, display, programs);
      if (options.initWeights !== undefined) {
        await loadModel(platform, options.initWeights, memory);
      }
      if (options.resume === true && options.checkpointDir !== undefined) {
        const path = checkpointPath(options.checkpointDir, 'last');
        trainer.#restore(await loadCheckpoint(platform, path, memory));
      }
      return trainer;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  get stepsDone(): number {
    return this.#step;
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

  async saveWeights(path: string): Promise<void> {
    const { platform, prepared } = this.#options;
    await saveModel(platform, path, this.#memory, prepared.binding);
  }

  /** Trains to the end; never rejects: a failure is the run's last state. */
  async run(): Promise<void> {
    try {
      await this.#loop();
    } catch (error) {
      this.#fail(error);
    }
    await this.#memory.session.close();
  }

  #ask(wish: Wish): void {
    this.#wish = wish;
    this.#wake();
  }

  async #loop(): Promise<void> {
    const { platform } = this.#options;
    this.#last.checkpoint = platform.now();
    this.#enter('running');
    await this.#display.show(this.#step, this.#seed, true);
    while (this.#step < this.totalSteps) {
      if (this.#wish === 'stop') return this.#finish('stopped', 'Stopped by the user.');
      if (this.#wish === 'pause') {
        await this.#waitPaused();
        continue;
      }
      const single = this.#wish === 'step';
      if (single) this.#wish = 'pause';
      const early = await this.#slice(single);
      if (this.#end.problem) return this.#finish('failed');
      if (early) return this.#finish('stopped', early);
      await platform.breathe();
    }
    await this.#finish('finished');
  }

  /** Steps for a few milliseconds; answers why training should stop, if it should. */
  async #slice(single: boolean): Promise<string | null> {
    const { platform } = this.#options;
    const until = platform.now() + SLICE_MS;
    do {
      await this.#oneStep(single);
      const epochDone = this.#step % this.#order.stepsPerEpoch === 0;
      const now = platform.now();
      if (epochDone || single || now - this.#last.point >= POINT_INTERVAL_MS) {
        if (!(await this.#point())) return null;
      }
      if (epochDone) {
        const reason = await this.#endEpoch();
        if (reason) return reason;
      } else await this.#validateMidway();
      await this.#display.show(this.#step, this.#seed, epochDone || single);
      if (single || now - this.#last.progress >= PROGRESS_INTERVAL_MS) this.#report();
      if (now - this.#last.checkpoint >= CHECKPOINT_INTERVAL_MS) await this.#checkpoint('last');
    } while (
      !single &&
      this.#wish === 'run' &&
      this.#step < this.totalSteps &&
      platform.now() < until
    );
    return null;
  }

  async #oneStep(forceWatch: boolean): Promise<void> {
    const { platform } = this.#options;
    const rows = this.#order.rows(this.#step);
    const plain = this.#train.get(rows.length);
    if (!plain) throw new Error(`no training program for ${rows.length} samples`);
    const started = platform.now();
    // A partial batch is never watched: the watching program has the full size.
    const probe = this.#display.probeDue(forceWatch ? Infinity : started);
    const program = probe && this.#train.keys().next().value === rows.length ? probe : plain;
    this.#memory.writeStep(this.#seed, this.#step, this.#learningRate);
    this.#memory.writeRows(rows);
    this.#memory.session.run(program);
    this.#step += 1;
    this.#pending.samples += rows.length;
    this.#meter.count(rows.length, this.#step);
    if (program === probe) {
      this.#norms = await this.#display.watched(
        started,
        this.#stepMs,
        this.#step,
        this.#epoch,
        this.#meter.elapsedMs,
      );
    } else {
      const tookMs = platform.now() - started;
      this.#stepMs = this.#stepMs === 0 ? tookMs : 0.95 * this.#stepMs + 0.05 * tookMs;
    }
  }

  get #seed(): number {
    return this.#options.prepared.document.training.seed;
  }
  get #epoch(): number {
    return Math.floor(this.#step / this.#order.stepsPerEpoch);
  }

  /** Reads and clears the sums; false when the loss is no longer a number. */
  async #point(): Promise<boolean> {
    const { loss, correct } = ACCUMULATORS.train;
    const samples = this.#pending.samples;
    if (samples === 0) return true;
    const sums = {
      loss: this.#pending.loss + (await this.#memory.readBuffer(loss)),
      correct: this.#pending.correct + (await this.#memory.readBuffer(correct)),
    };
    this.#memory.clearBuffer(loss);
    this.#memory.clearBuffer(correct);
    this.#pending = { loss: 0, correct: 0, samples: 0 };
    this.#last.point = this.#options.platform.now();
    const mean = sums.loss / samples;
    const judged = mainHead(this.#options.prepared.analysis)?.classifies === true;
    this.#emitPoint({
      ...this.#pointBase('train'),
      loss: mean,
      ...(judged ? { accuracy: sums.correct / samples } : {}),
      learningRate: this.#learningRate,
      ...this.#norms,
      samplesPerSecond: this.#meter.samplesPerSecond,
    });
    this.#norms = {};
    if (Number.isFinite(mean)) return true;
    await this.#blame(mean);
    return false;
  }

  #pointBase(split: MetricSplit) {
    const epoch = this.#step / this.#order.stepsPerEpoch;
    return { split, step: this.#step, epoch, timeMs: this.#meter.elapsedMs };
  }

  #emitPoint(point: MetricPoint): void {
    this.#options.emit('metrics', { runId: this.#options.runId, points: [point] });
  }

  async #blame(loss: number): Promise<void> {
    const node = await this.#display.blame();
    const culprit = node ?? this.#options.prepared.analysis.lossNodes[0];
    const what = Number.isNaN(loss) ? 'NaN' : 'an infinite number';
    this.#end = {
      problem: {
        code: 'training.non-finite',
        severity: 'error',
        ...(culprit === undefined ? {} : { node: culprit }),
        message: `${culprit ?? 'The loss'} produced ${what} at step ${this.#step}; learning rate ${this.#learningRate}.`,
        explanation:
          'Usually the learning rate is too high. Try a tenth of it, or clip the gradient norm.',
      },
    };
  }

  async #endEpoch(): Promise<string | null> {
    const evaluation = await this.#validate('validation');
    const { improved, stop } = evaluation
      ? this.#stopping.observe(evaluation)
      : { improved: false, stop: false };
    if (improved) await this.#checkpoint('best');
    await this.#checkpoint('last');
    const patience = this.#options.prepared.document.training.earlyStopping?.patience ?? 0;
    return stop ? `No improvement for ${patience} epochs.` : null;
  }

  async #validateMidway(): Promise<void> {
    const since = this.#options.platform.now() - this.#last.validation;
    const { validationMs } = this.#last;
    if (since < Math.max(VALIDATION_INTERVAL_MS, validationMs * VALIDATION_RARITY)) return;
    await this.#validate('validation');
  }

  async #validate(split: 'validation' | 'test'): Promise<Evaluation | null> {
    const { platform, prepared, runId, emit } = this.#options;
    const started = platform.now();
    const evaluation = await evaluate(this.#evaluateRequest(prepared.splits[split]));
    this.#last.validation = platform.now();
    this.#last.validationMs = platform.now() - started;
    if (!evaluation) return null;
    const { loss, accuracy, confusion } = evaluation;
    this.#emitPoint({
      ...this.#pointBase(split),
      loss,
      ...(accuracy === undefined ? {} : { accuracy }),
    });
    const classNames = this.#classNames();
    if (confusion) {
      emit('confusion', {
        runId,
        frame: { step: this.#step, split, classNames, counts: confusion },
      });
    }
    return evaluation;
  }

  #labelColumn() {
    return this.#options.prepared.table.columns.find(({ field }) => field.role === 'label');
  }

  #classNames(): readonly string[] {
    const field = this.#labelColumn()?.field;
    return field?.classNames ?? Array.from({ length: field?.classes ?? 0 }, (_, i) => String(i));
  }

  #evaluateRequest(rows: Int32Array): EvaluateRequest {
    const labels = this.#labelColumn();
    const classes = labels?.field.classes;
    return {
      memory: this.#memory,
      programs: this.#evaluate,
      rows,
      batch: this.#options.evaluateBatch,
      seed: this.#seed,
      ...(labels?.stored instanceof Int32Array && classes !== undefined
        ? { labels: { values: labels.stored, classes } }
        : {}),
      breathe: async () => {
        await this.#options.platform.breathe();
        return this.#wish !== 'stop';
      },
    };
  }

  async #checkpoint(which: 'last' | 'best'): Promise<void> {
    const { checkpointDir, platform, prepared, runId, emit } = this.#options;
    this.#last.checkpoint = platform.now();
    if (checkpointDir === undefined) return;
    const { loss, correct } = ACCUMULATORS.train;
    const position: RunPosition = {
      step: this.#step,
      epoch: this.#epoch,
      elapsedMs: this.#meter.elapsedMs,
      seed: this.#seed,
      best: this.#stopping.best,
      epochsSinceBest: this.#stopping.epochsSinceBest,
      pending: {
        loss: this.#pending.loss + (await this.#memory.readBuffer(loss)),
        correct: this.#pending.correct + (await this.#memory.readBuffer(correct)),
        samples: this.#pending.samples,
      },
    };
    const path = checkpointPath(checkpointDir, which);
    await saveCheckpoint(platform, path, this.#memory, position, prepared.binding);
    emit('checkpoint', { runId, which, step: this.#step });
  }

  #restore(position: RunPosition): void {
    this.#step = position.step;
    this.#pending = { ...position.pending };
    this.#meter.restore(position.elapsedMs);
    this.#stopping.restore(position.best, position.epochsSinceBest);
    this.#log('info', `Resumed at step ${position.step}.`);
  }

  async #waitPaused(): Promise<void> {
    if (this.#state !== 'paused') {
      await this.#checkpoint('last');
      this.#enter('paused');
    }
    const wish = await this.#nextWish();
    if (wish === 'run') this.#enter('running');
  }

  /** Waits while the wish is to pause. */
  async #nextWish(): Promise<Wish> {
    if (this.#wish === 'pause') await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = () => undefined;
    return this.#wish;
  }

  async #finish(state: 'finished' | 'stopped' | 'failed', reason?: string): Promise<void> {
    if (state !== 'failed') {
      await this.#point();
      await this.#checkpoint('last');
      if (this.#wish !== 'stop') await this.#validate('test');
      await this.#display.show(this.#step, this.#seed, true);
      const { saveWeights } = this.#options;
      if (saveWeights !== undefined) await this.saveWeights(saveWeights);
    }
    this.#end = { ...this.#end, ...(reason === undefined ? {} : { reason }) };
    const { problem } = this.#end;
    if (problem) this.#log('error', problem.message, problem.node);
    this.#log('info', reason ?? (state === 'finished' ? 'Training finished.' : 'Training failed.'));
    this.#enter(state);
  }

  #fail(error: unknown): void {
    const problem: Problem =
      error instanceof InputError && error.problems[0]
        ? error.problems[0]
        : {
            code: 'engine.fault',
            severity: 'error',
            message: error instanceof Error ? error.message : String(error),
          };
    this.#end = { problem, reason: problem.message };
    this.#log('error', problem.message, problem.node);
    this.#enter('failed');
  }

  #log(level: RunLogLevel, message: string, node?: string): void {
    const { runId, emit } = this.#options;
    const timeMs = this.#meter.elapsedMs;
    emit('log', {
      runId,
      entry: { timeMs, level, message, ...(node === undefined ? {} : { node }) },
    });
  }

  #enter(state: RunState): void {
    this.#state = state;
    if (state === 'running') this.#meter.start();
    else this.#meter.pause();
    this.#report();
  }

  #report(): void {
    const { runId, emit, platform, prepared } = this.#options;
    this.#last.progress = platform.now();
    const ended = this.#state !== 'running' && this.#state !== 'paused';
    const elapsedMs = this.#meter.elapsedMs;
    emit('progress', {
      runId,
      progress: {
        state: this.#state,
        step: this.#step,
        totalSteps: this.totalSteps,
        epoch: this.#epoch,
        totalEpochs: prepared.document.training.epochs,
        stepsPerEpoch: this.#order.stepsPerEpoch,
        elapsedMs,
        samplesPerSecond:
          ended && elapsedMs > 0
            ? (this.#meter.samples / elapsedMs) * 1000
            : this.#meter.samplesPerSecond,
        etaMs: ended ? null : this.#meter.etaMs(this.#step),
        ...this.#end,
      },
    });
  }
}

/**
 * Tells the outside how a run goes: state and progress, metric points, the log. Points are gathered and
 * sent together with the next progress, since epochs may be shorter than a millisecond.
 */
import { errorMessage } from '../ir/errors.ts';
import { InputError, type Problem } from '../ir/problem.ts';
import type { Platform } from '../platform/platform.ts';
import type { EngineEvents } from '../protocol/engineContract.ts';
import type { MetricPoint, RunLogLevel, TrainingScore } from '../protocol/run.ts';
import { isActive, type RunState } from '../protocol/runState.ts';
import type { WatchReport } from '../protocol/watching.ts';
import type { ProgressMeter } from './progress.ts';

export type EmitEvent = <K extends keyof EngineEvents>(event: K, payload: EngineEvents[K]) => void;

const PROGRESS_INTERVAL_MS = 100;

export interface ReporterOptions {
  readonly runId: string;
  readonly platform: Pick<Platform, 'now'>;
  readonly emit: EmitEvent;
  readonly meter: ProgressMeter;
  readonly totalSteps: number;
  readonly totalEpochs: number;
  readonly stepsPerEpoch: number;
  readonly watching: () => WatchReport | null;
}

/** Why a run ended, where there is more to say than that it did. */
export interface RunEnd {
  readonly reason?: string;
  readonly problem?: Problem;
}

export class Reporter {
  readonly #options: ReporterOptions;
  #state: RunState = 'preparing';
  #points: MetricPoint[] = [];
  #reportedAt = 0;
  #trained: TrainingScore | null = null;

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  get state(): RunState {
    return this.#state;
  }

  get hasEnded(): boolean {
    return !isActive(this.#state);
  }

  enter(state: RunState, step: number, end: RunEnd = {}): void {
    const { meter } = this.#options;
    this.#state = state;
    if (state === 'running') meter.start();
    else meter.pause();
    this.progress(step, end);
  }

  isDue(now: number): boolean {
    return now - this.#reportedAt >= PROGRESS_INTERVAL_MS;
  }

  point(point: MetricPoint): void {
    this.#points.push(point);
  }

  /** Told with the end. */
  trained(score: TrainingScore): void {
    this.#trained = score;
  }

  progress(step: number, end: RunEnd = {}): void {
    const { runId, emit, meter, platform, totalSteps, totalEpochs, stepsPerEpoch } = this.#options;
    this.#sendPoints();
    this.#reportedAt = platform.now();
    const elapsedMs = meter.elapsedMs;
    const watching = this.#state === 'running' ? this.#options.watching() : null;
    const mean = elapsedMs > 0 ? (meter.samples / elapsedMs) * 1000 : 0;
    emit('progress', {
      runId,
      progress: {
        state: this.#state,
        step,
        totalSteps,
        epoch: Math.floor(step / stepsPerEpoch),
        totalEpochs,
        stepsPerEpoch,
        elapsedMs,
        samplesPerSecond: this.hasEnded && mean > 0 ? mean : meter.samplesPerSecond,
        etaMs: this.hasEnded ? null : meter.etaMs(step),
        ...(watching && { watching }),
        ...(this.hasEnded && this.#trained && { trained: this.#trained }),
        ...end,
      },
    });
  }

  log(level: RunLogLevel, message: string, node?: string): void {
    const { runId, emit, meter } = this.#options;
    const timeMs = meter.elapsedMs;
    emit('log', {
      runId,
      entry: { timeMs, level, message, ...(node === undefined ? {} : { node }) },
    });
  }

  #sendPoints(): void {
    if (this.#points.length === 0) return;
    const { runId, emit } = this.#options;
    emit('metrics', { runId, points: this.#points });
    this.#points = [];
  }
}

/** What a run that failed says of it: its input's problem, or a fault of the engine. */
export function problemOf(error: unknown): Problem {
  if (error instanceof InputError && error.problems[0]) return error.problems[0];
  const message = errorMessage(error);
  return { code: 'engine.fault', severity: 'error', message };
}

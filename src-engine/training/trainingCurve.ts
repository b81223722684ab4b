/**
 * The training curve: what steps have left in their sums since the last point, told as a point with the
 * rate and the norms of then. Where its loss is NaN, says which node it came from. When a point is due is
 * said here; the trainer asks.
 */
import type { Backend } from '../backends/backend.ts';
import { objectiveKeys } from '../check/objectiveParts.ts';
import type { Problem } from '../ir/problem.ts';
import { own } from '../ir/record.ts';
import { metricKey } from '../metrics/names.ts';
import type { Platform } from '../platform/platform.ts';
import type { MetricPoint } from '../protocol/run.ts';
import type { RunPosition } from './runPosition.ts';
import { locateNonFinite } from './diagnose.ts';
import type { Norms } from './display.ts';
import type { RunMemory } from './memory.ts';
import { objectiveLosses } from './objectiveLosses.ts';
import type { Prepared } from './prepare.ts';
import type { ProgressMeter } from './progress.ts';
import type { Reporter } from './reporter.ts';
import type { Steps } from './steps.ts';
import { SystemFigures } from './systemFigures.ts';
import { TrainSums } from './trainSums.ts';
import type { PointPlace } from './validator.ts';

const POINT_INTERVAL_MS = 50;

export interface TrainingCurveOptions {
  readonly platform: Pick<Platform, 'now' | 'usage'>;
  readonly backend: Backend;
  readonly prepared: Prepared;
  readonly memory: RunMemory;
  readonly steps: Steps;
  readonly meter: ProgressMeter;
  readonly reporter: Reporter;
  /** The loss is NaN: training cannot go on. */
  readonly onProblem: (problem: Problem) => void;
}

/** A point, and where to look if its loss is NaN. */
interface ComingPoint {
  readonly point: MetricPoint;
  readonly badStep: number;
}

export class TrainingCurve {
  readonly #options: TrainingCurveOptions;
  readonly #sums: TrainSums;
  readonly #system: SystemFigures;
  /** Taken, not there yet. */
  #coming: Promise<ComingPoint> | null = null;
  #norms: Norms = {};
  #last = { atMs: 0, step: 0 };

  constructor(options: TrainingCurveOptions) {
    this.#options = options;
    this.#system = new SystemFigures(options.platform, options.meter);
    this.#sums = new TrainSums(options.memory, options.prepared.analysis);
  }

  /** After each step. */
  count(samples: number): void {
    this.#sums.count(samples);
  }

  /** Of a step that was watched; told with the next point. */
  watched(norms: Norms): void {
    this.#norms = norms;
  }

  /** Where in the run a point of now stands. */
  place(step: number): PointPlace {
    const { steps, meter } = this.#options;
    return { step, epoch: step / steps.stepsPerEpoch, timeMs: meter.elapsedMs };
  }

  /**
   * Not shortly before the end of an epoch, which has a point of its own: the mean of the few samples left
   * for that would stand out of the curve.
   */
  isDue(now: number, step: number): boolean {
    const sinceMs = now - this.#last.atMs;
    if (sinceMs < POINT_INTERVAL_MS) return false;
    const stepMs = sinceMs / Math.max(1, step - this.#last.step);
    const { stepsPerEpoch } = this.#options.steps;
    const leftMs = (stepsPerEpoch - (step % stepsPerEpoch)) * stepMs;
    return leftMs >= POINT_INTERVAL_MS / 2;
  }

  /**
   * A point after `step` steps; false when the loss is NaN. Where reading takes a while, the point is told
   * with the next one, so that training need not wait for it; `now` waits.
   */
  async point(step: number, now: boolean): Promise<boolean> {
    const { platform, memory } = this.#options;
    const earlier = this.#coming;
    this.#coming = this.#sums.isEmpty ? null : this.#take(step);
    this.#last = { atMs: platform.now(), step };
    if (earlier && !(await this.#tell(await earlier))) return false;
    return now || !memory.session.pace ? this.tellComing() : true;
  }

  /** What has been taken is in neither the sums nor the curve until it is told. */
  async tellComing(): Promise<boolean> {
    const coming = this.#coming;
    this.#coming = null;
    return coming === null || this.#tell(await coming);
  }

  /** The sums since the last point, for a checkpoint. */
  pending(): Promise<RunPosition['pending']> {
    return this.#sums.read();
  }

  restore(position: Pick<RunPosition, 'step' | 'pending'>): void {
    this.#sums.restore(position);
  }

  #take(step: number): Promise<ComingPoint> {
    const { prepared, steps, meter } = this.#options;
    const place = this.place(step);
    const { objectives: parts } = prepared.analysis;
    const keys = parts.length > 1 ? objectiveKeys(parts) : [];
    const rest = {
      learningRate: steps.rateBefore(step),
      ...Object.fromEntries(
        keys.map((key, i) => [metricKey(key, 'learningRate'), steps.rateBefore(step, i)]),
      ),
      ...this.#norms,
      samplesPerSecond: meter.samplesPerSecond,
      ...(steps.augmentMs !== null && { augmentMs: steps.augmentMs }),
      ...this.#system.take(),
    };
    this.#norms = {};
    const coming = this.#sums.take(step).then(({ values, badStep }) => ({
      point: {
        split: 'train' as const,
        ...place,
        values: { ...values, ...objectiveLosses(parts, values), ...rest },
      },
      badStep,
    }));
    // A run that fails before it is told has no use for it.
    coming.catch(() => undefined);
    return coming;
  }

  async #tell({ point, badStep }: ComingPoint): Promise<boolean> {
    const { backend, prepared, memory, steps, reporter, onProblem } = this.#options;
    reporter.point(point);
    const loss = own(point.values, 'loss');
    // Without one no label has counted since the last point.
    if (loss === undefined || Number.isFinite(loss)) return true;
    // The weights are still those before that step, counted from 1: see compile/update.ts.
    const problem = await locateNonFinite({
      backend,
      prepared,
      memory,
      seed: prepared.document.training.seed,
      step: badStep - 1,
      rows: steps.rows(badStep - 1),
      loss,
    });
    onProblem(problem);
    return false;
  }
}

/**
 * What is shown while training: telemetry, samples, boundaries, each at its own pace, and slower where
 * watching would cost more than a few per cent of training.
 */
import type { LoadedProgram } from '../backends/backend.ts';
import type { CompiledRun } from '../compile/index.ts';
import type { Platform } from '../platform/platform.ts';
import { BoundaryReader, boundaryField } from './boundary.ts';
import type { RunMemory } from './memory.ts';
import type { Prepared } from './prepare.ts';
import { SampleReader } from './samples.ts';
import { TelemetryReader } from './telemetry.ts';
import type { EmitEvent } from './trainer.ts';

/** Share of training time that all watching together may take. */
const BUDGET = 0.03;
const SAMPLES_INTERVAL_MS = 700;
const BOUNDARY_INTERVAL_MS = 250;

export interface DisplayOptions {
  readonly runId: string;
  readonly platform: Platform;
  readonly prepared: Prepared;
  readonly compiled: CompiledRun;
  readonly memory: RunMemory;
  readonly emit: EmitEvent;
  readonly telemetryHz: number;
  /** Rows shown as samples. */
  readonly rows: Int32Array;
}

/** So many costs are remembered; their median stands for all. */
const COSTS_KEPT = 5;

/**
 * Something shown now and then: when it is due follows from what it costs. The median, so that one step
 * the machine was busy with something else does not still the picture for half a minute.
 */
class Pace {
  readonly #intervalMs: number;
  readonly #share: number;
  readonly #costsMs: number[] = [];
  #due = 0;

  constructor(intervalMs: number, share: number) {
    this.#intervalMs = intervalMs;
    this.#share = share;
  }

  isDue(now: number): boolean {
    return now >= this.#due;
  }

  /** `costMs`: what it took beyond plain training; null while there is nothing to compare with. */
  done(now: number, costMs: number | null): void {
    if (costMs !== null) {
      this.#costsMs.push(Math.max(0, costMs));
      if (this.#costsMs.length > COSTS_KEPT) this.#costsMs.shift();
    }
    const sorted = this.#costsMs.toSorted((a, b) => a - b);
    const median = sorted[sorted.length >> 1] ?? 0;
    this.#due = now + Math.max(this.#intervalMs, median / this.#share);
  }
}

export class Display {
  readonly #options: DisplayOptions;
  readonly #probe: LoadedProgram | null;
  readonly #telemetry: TelemetryReader | null;
  readonly #samples: SampleReader | null;
  readonly #boundary: BoundaryReader | null;
  readonly #telemetryPace: Pace;
  readonly #samplesPace = new Pace(SAMPLES_INTERVAL_MS, BUDGET / 4);
  readonly #boundaryPace = new Pace(BOUNDARY_INTERVAL_MS, BUDGET / 4);

  private constructor(
    options: DisplayOptions,
    programs: Readonly<Record<'probe' | 'samples' | 'predict', LoadedProgram | null>>,
  ) {
    const { memory, prepared, telemetryHz, rows } = options;
    this.#options = options;
    this.#probe = programs.probe;
    this.#telemetryPace = new Pace(telemetryHz > 0 ? 1000 / telemetryHz : Infinity, BUDGET / 2);
    this.#telemetry = programs.probe
      ? new TelemetryReader(memory, programs.probe, prepared.analysis)
      : null;
    this.#samples = programs.samples
      ? new SampleReader(memory, programs.samples, prepared, rows)
      : null;
    const field = boundaryField(prepared);
    this.#boundary =
      programs.predict && field
        ? new BoundaryReader(memory, programs.predict, prepared, field)
        : null;
  }

  static async open(options: DisplayOptions): Promise<Display> {
    const { session } = options.memory;
    const { probe, samples, predict } = options.compiled;
    const load = (program: typeof probe) => (program ? session.load(program) : null);
    return new Display(options, {
      probe: await load(probe),
      samples: await load(samples),
      predict: await load(predict),
    });
  }

  /** The program for the next step where that step is to be watched. */
  probeDue(now: number): LoadedProgram | null {
    return this.#options.telemetryHz > 0 && this.#telemetryPace.isDue(now) ? this.#probe : null;
  }

  /** After a watched step; `stepMs` is what a plain one takes, 0 before the first. */
  async watched(started: number, stepMs: number, step: number, epoch: number, timeMs: number) {
    const { platform, runId, emit } = this.#options;
    const telemetry = this.#telemetry;
    if (!telemetry) return {};
    const frame = await telemetry.frame(step, epoch, timeMs);
    const norms = await telemetry.norms();
    emit('telemetry', { runId, frame });
    const now = platform.now();
    this.#telemetryPace.done(now, stepMs > 0 ? now - started - stepMs : null);
    return norms;
  }

  /** Samples and boundary, where due; `force` at the end of epochs and after single steps. */
  async show(step: number, seed: number, force: boolean): Promise<void> {
    const { platform, runId, emit, telemetryHz } = this.#options;
    if (telemetryHz === 0) return;
    const samples = this.#samples;
    if (samples && (force || this.#samplesPace.isDue(platform.now()))) {
      const started = platform.now();
      const frame = await samples.frame(step, seed);
      if (frame) emit('samples', { runId, frame });
      this.#samplesPace.done(platform.now(), platform.now() - started);
    }
    const boundary = this.#boundary;
    if (boundary && (force || this.#boundaryPace.isDue(platform.now()))) {
      const started = platform.now();
      const frame = await boundary.frame(step);
      if (frame) emit('boundary', { runId, frame });
      this.#boundaryPace.done(platform.now(), platform.now() - started);
    }
  }

  /** Which node made the first number that is none; runs one more watched step to find out. */
  async blame(): Promise<string | null> {
    if (!this.#probe || !this.#telemetry) return null;
    this.#options.memory.session.run(this.#probe);
    return this.#telemetry.firstNonFinite();
  }
}

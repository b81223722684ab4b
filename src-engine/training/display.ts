/**
 * What is shown while training: telemetry, samples, boundaries, validation between epochs. Each at its own
 * pace, and all together in no more than a few per cent of the time.
 */
import type { LoadedProgram } from '../backends/backend.ts';
import type { CompiledRun } from '../compile/index.ts';
import type { Platform } from '../platform/platform.ts';
import { BoundaryReader, boundaryField } from './boundary.ts';
import type { RunMemory } from './memory.ts';
import { Pace } from './pace.ts';
import type { Prepared } from './prepare.ts';
import { SampleReader } from './samples.ts';
import { SilenceCount } from './silence.ts';
import { TelemetryReader } from './telemetry.ts';
import type { UnitSilence } from '../protocol/run.ts';
import type { EmitEvent } from './reporter.ts';

/**
 * Share of time that all watching together may take as measured here. Three per cent is the promise; the
 * rest is for what cannot be measured here (sending frames, caches gone cold).
 */
const BUDGET = 0.024;
const INTERVAL_MS = { samples: 700, boundary: 250, silence: 2_000, validation: 2_000 };
/** Usually the end of an epoch comes first and tells what a validation costs. */
const FIRST_VALIDATION_MS = 30_000;
/** How the budget is divided among what a run can show. */
const WEIGHT = { telemetry: 3, samples: 2, boundary: 2, silence: 2, validation: 1 };
type Shown = keyof typeof WEIGHT;

export interface DisplayOptions {
  readonly runId: string;
  readonly platform: Platform;
  readonly prepared: Prepared;
  readonly compiled: CompiledRun;
  readonly memory: RunMemory;
  readonly emit: EmitEvent;
  /** 0 shows nothing at all. */
  readonly telemetryHz: number;
  /** Rows shown as samples. */
  readonly rows: Int32Array;
}

interface Readers {
  readonly telemetry: TelemetryReader | null;
  readonly silence: SilenceCount | null;
  readonly samples: SampleReader | null;
  readonly boundary: BoundaryReader | null;
}

/** Norms of the whole gradient and of all parameters, where a step was watched. */
export type Norms = Partial<ReturnType<TelemetryReader['norms']>>;

export class Display {
  readonly #options: DisplayOptions;
  readonly #readers: Readers;
  readonly #paces: Readonly<Record<Shown, Pace>>;
  #keptMs = 0;
  #silence: ReadonlyMap<string, UnitSilence> = new Map();

  private constructor(options: DisplayOptions, readers: Readers) {
    const { telemetryHz, prepared } = options;
    this.#options = options;
    this.#readers = readers;
    const present: Readonly<Record<Shown, boolean>> = {
      telemetry: readers.telemetry !== null,
      samples: readers.samples !== null,
      boundary: readers.boundary !== null,
      silence: readers.silence !== null,
      validation: telemetryHz > 0 && prepared.splits.validation.length > 0,
    };
    const intervals = { ...INTERVAL_MS, telemetry: 1000 / telemetryHz };
    const kinds = Object.keys(WEIGHT) as Shown[]; // as declared
    const whole = kinds.reduce((sum, kind) => sum + (present[kind] ? WEIGHT[kind] : 0), 0);
    const paceOf = (kind: Shown) =>
      new Pace(present[kind] ? intervals[kind] : Infinity, (BUDGET * WEIGHT[kind]) / whole);
    this.#paces = {
      telemetry: paceOf('telemetry'),
      samples: paceOf('samples'),
      boundary: paceOf('boundary'),
      silence: paceOf('silence'),
      validation: paceOf('validation'),
    };
    this.#paces.validation.postpone(options.platform.now(), FIRST_VALIDATION_MS);
  }

  static async open(options: DisplayOptions): Promise<Display> {
    const { compiled, memory, prepared, rows } = options;
    const { session } = memory;
    const load = (program: CompiledRun['samples']): Promise<LoadedProgram | null> =>
      program ? session.load(program) : Promise.resolve(null);
    const [keep, look] = [await load(compiled.probe?.keep), await load(compiled.probe?.look)];
    const samples = await load(compiled.samples);
    const predict = await load(compiled.predict);
    const count = await load(compiled.silence?.count);
    const field = boundaryField(prepared);
    return new Display(options, {
      telemetry:
        keep && look && compiled.probe
          ? new TelemetryReader(memory, { keep, look, samples: compiled.probe.samples }, prepared)
          : null,
      silence:
        count && compiled.silence
          ? new SilenceCount(memory, { ...compiled.silence, program: count }, prepared)
          : null,
      samples: samples && new SampleReader(memory, samples, prepared, rows),
      boundary: predict && field && new BoundaryReader(memory, predict, prepared, field),
    });
  }

  /** Before a step; answers whether it is to be watched. `force` for single steps. */
  prepareWatch(now: number, force: boolean): boolean {
    const { telemetry } = this.#readers;
    if (!telemetry || !(force || this.#paces.telemetry.isDue(now))) return false;
    telemetry.keep();
    this.#keptMs = this.#options.platform.now() - now;
    return true;
  }

  /** After a watched step; `last`: no other comes. */
  async watched(
    rows: Int32Array,
    at: { readonly step: number; readonly epoch: number; readonly timeMs: number },
    last: boolean,
  ): Promise<Norms> {
    const { telemetry } = this.#readers;
    const { platform, runId, emit } = this.#options;
    if (!telemetry) return {};
    await this.#countSilence(at.step, last);
    const started = platform.now();
    telemetry.look(rows);
    const frame = await telemetry.frame(at, this.#silence);
    const norms = telemetry.norms();
    emit('snapshot', { runId, kind: 'telemetry', body: frame });
    const now = platform.now();
    this.#paces.telemetry.spent(now, now - started + this.#keptMs);
    return norms;
  }

  async #countSilence(step: number, force: boolean): Promise<void> {
    const { silence } = this.#readers;
    const { platform } = this.#options;
    const started = platform.now();
    if (!silence || !(force || this.#paces.silence.isDue(started))) return;
    this.#silence = await silence.count(step);
    this.#paces.silence.spent(platform.now(), platform.now() - started);
  }

  /** Whether anything but telemetry is due; `show` and `validated` say that it was done. */
  isDue(now: number): boolean {
    return this.#paces.samples.isDue(now) || this.#paces.boundary.isDue(now);
  }

  /** Samples and boundary, where due; `force` at the start, the end and after single steps. */
  async show(step: number, seed: number, force: boolean): Promise<void> {
    const { platform, runId, emit } = this.#options;
    const { samples, boundary } = this.#readers;
    if (samples && (force || this.#paces.samples.isDue(platform.now()))) {
      const started = platform.now();
      const frame = await samples.frame(step, seed);
      if (frame) emit('snapshot', { runId, kind: 'samples', body: frame });
      this.#paces.samples.spent(platform.now(), platform.now() - started);
    }
    if (boundary && (force || this.#paces.boundary.isDue(platform.now()))) {
      const started = platform.now();
      const frame = await boundary.frame(step);
      if (frame) emit('snapshot', { runId, kind: 'boundary', body: frame });
      this.#paces.boundary.spent(platform.now(), platform.now() - started);
    }
  }

  /** Whether the curves should get a point of validation before the epoch is over. */
  validationDue(now: number): boolean {
    return this.#paces.validation.isDue(now);
  }

  validated(now: number, costMs: number): void {
    this.#paces.validation.spent(now, costMs);
  }
}

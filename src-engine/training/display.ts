/**
 * What is shown while training: telemetry, samples, boundaries, validation between epochs. Each at its own
 * rate, and all together within the share of the time that whoever looks gives for it.
 */
import type { LoadedProgram } from '../backends/backend.ts';
import type { CompiledRun } from '../compile/index.ts';
import type { Platform } from '../platform/platform.ts';
import { BoundaryReader, boundaryPlanes } from './boundary.ts';
import { LatentReader, plottedRows } from './latents.ts';
import type { RunMemory } from './memory.ts';
import type { Prepared } from './prepare.ts';
import { SampleReader } from './samples.ts';
import { signsIn } from './signs/index.ts';
import { SilenceCount } from './silence.ts';
import { TelemetryReader } from './telemetry.ts';
import { WatchBudget } from './watchBudget.ts';
import { WatchMeter } from './watchMeter.ts';
import type { UnitSilence } from '../protocol/run.ts';
import type { Attention, WatchReport } from '../protocol/watching.ts';
import type { EmitEvent } from './reporter.ts';

/**
 * Share of time that all watching together may take as measured here. A quarter and a hundredth are the
 * promise; the rest is for what cannot be measured here (sending snapshots, caches gone cold).
 */
const SHARE: Readonly<Record<Attention['level'], number>> = {
  full: 0.24,
  balanced: 0.048,
  hidden: 0.008,
  off: 0,
};
/** A page whose canvas moves holds back what it is told: then it is told less. */
function shareOf({ level, handMoves }: Attention): number {
  return handMoves ? Math.min(SHARE[level], SHARE.hidden) : SHARE[level];
}

const INTERVAL_MS = {
  ...{ samples: 400, boundary: 200, latents: 400 },
  ...{ silence: 2_000, validation: 2_000 },
};
/** Usually the end of an epoch comes first and tells what a validation costs. */
const FIRST_VALIDATION_MS = 30_000;
/** How the share is divided among what a run can show, where all want more than there is. */
const WEIGHT = {
  ...{ telemetry: 6, samples: 2, boundary: 2, latents: 2 },
  ...{ silence: 1, validation: 1 },
};
type Shown = keyof typeof WEIGHT;
const SHOWN_BETWEEN_STEPS = ['samples', 'boundary', 'latents'] as const;

export interface DisplayOptions {
  readonly runId: string;
  readonly platform: Platform;
  readonly prepared: Prepared;
  readonly compiled: CompiledRun;
  readonly memory: RunMemory;
  readonly emit: EmitEvent;
  /** 0 shows nothing at all. */
  readonly telemetryHz: number;
  readonly attention: Attention;
  /** Rows shown as samples. */
  readonly rows: Int32Array;
}

interface Readers {
  readonly telemetry: TelemetryReader | null;
  readonly silence: SilenceCount | null;
  readonly samples: SampleReader | null;
  readonly boundary: BoundaryReader | null;
  readonly latents: LatentReader | null;
}

/** Norms of the whole gradient and of all parameters, where a step was watched. */
export type Norms = ReturnType<TelemetryReader['norms']>;

export class Display {
  readonly #options: DisplayOptions;
  readonly #readers: Readers;
  readonly #budget: WatchBudget<Shown>;
  readonly #meter = new WatchMeter();
  #copiedMs = 0;
  #silence: ReadonlyMap<string, UnitSilence> = new Map();

  private constructor(options: DisplayOptions, readers: Readers) {
    const { telemetryHz, prepared, attention, platform } = options;
    this.#options = options;
    this.#readers = readers;
    const present: Readonly<Record<Shown, boolean>> = {
      telemetry: readers.telemetry !== null,
      samples: readers.samples !== null,
      boundary: readers.boundary !== null,
      latents: readers.latents !== null,
      silence: readers.silence !== null,
      validation: telemetryHz > 0 && prepared.splits.validation.length > 0,
    };
    const intervals = { ...INTERVAL_MS, telemetry: 1000 / telemetryHz };
    const demandOf = (kind: Shown) => ({
      intervalMs: present[kind] ? intervals[kind] : Infinity,
      weight: WEIGHT[kind],
    });
    this.#budget = new WatchBudget(
      {
        telemetry: demandOf('telemetry'),
        samples: demandOf('samples'),
        boundary: demandOf('boundary'),
        latents: demandOf('latents'),
        silence: demandOf('silence'),
        validation: demandOf('validation'),
      },
      shareOf(attention),
    );
    this.#budget.postpone('validation', platform.now(), FIRST_VALIDATION_MS);
  }

  static async open(options: DisplayOptions): Promise<Display> {
    const { compiled, memory, prepared, rows } = options;
    const { session } = memory;
    const load = (program: CompiledRun['samples']): Promise<LoadedProgram | null> =>
      program ? session.load(program) : Promise.resolve(null);
    const [copyWeights, inspect] = [
      await load(compiled.probe?.copyWeights),
      await load(compiled.probe?.inspect),
    ];
    const samples = await load(compiled.samples);
    const predict = await load(compiled.predict);
    const count = await load(compiled.silence?.count);
    const encode = await load(compiled.codes?.encode);
    const decode = await load(compiled.codes?.decode);
    const planes = boundaryPlanes(prepared);
    const silence =
      count && compiled.silence
        ? new SilenceCount(memory, { ...compiled.silence, program: count }, prepared)
        : null;
    await silence?.open();
    await memory.rowsInFile?.hold(rows);
    return new Display(options, {
      telemetry:
        copyWeights && inspect && compiled.probe
          ? new TelemetryReader(
              memory,
              { copyWeights, inspect, samples: compiled.probe.samples },
              prepared,
            )
          : null,
      silence,
      samples: samples && new SampleReader(memory, samples, prepared, rows),
      boundary: predict && new BoundaryReader(memory, predict, prepared, planes),
      latents:
        encode && decode
          ? new LatentReader(memory, { encode, decode }, prepared, plottedRows(prepared, rows))
          : null,
    });
  }

  /** Before a step; answers whether it is to be watched. `force` for single steps. */
  prepareWatch(now: number, force: boolean): boolean {
    const { telemetry } = this.#readers;
    if (!telemetry || !(force || this.#budget.isDue('telemetry', now))) return false;
    telemetry.copyWeights();
    this.#copiedMs = this.#options.platform.now() - now;
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
    telemetry.inspect(rows);
    const seen = this.#readers.samples?.seen;
    const signs = seen ? signsIn({ ...this.#options.prepared, seen, epoch: at.epoch }) : [];
    const frame = await telemetry.frame(at, this.#silence, signs);
    const norms = telemetry.norms();
    emit('snapshot', { runId, kind: 'telemetry', body: frame });
    this.#spent('telemetry', platform.now() - started + this.#copiedMs);
    return norms;
  }

  async #countSilence(step: number, force: boolean): Promise<void> {
    const { silence } = this.#readers;
    const { platform } = this.#options;
    const started = platform.now();
    if (!silence || !(force || this.#budget.isDue('silence', started))) return;
    this.#silence = await silence.count(step);
    this.#spent('silence', platform.now() - started);
  }

  /** Whether anything but telemetry is due; `show` and `validated` say that it was done. */
  isDue(now: number): boolean {
    return SHOWN_BETWEEN_STEPS.some((kind) => this.#budget.isDue(kind, now));
  }

  /** Samples, boundary and latents, where due; `force` at the start, the end and after single steps. */
  async show(step: number, seed: number, force: boolean): Promise<void> {
    const { platform, runId, emit } = this.#options;
    const { samples, boundary, latents } = this.#readers;
    const isDue = (kind: Shown): boolean => force || this.#budget.isDue(kind, platform.now());
    if (samples && isDue('samples')) {
      const started = platform.now();
      const frame = await samples.frame(step, seed);
      if (frame) emit('snapshot', { runId, kind: 'samples', body: frame });
      this.#spent('samples', platform.now() - started);
    }
    if (boundary && isDue('boundary')) {
      const started = platform.now();
      const frame = await boundary.frame(step);
      if (frame) emit('snapshot', { runId, kind: 'boundary', body: frame });
      this.#spent('boundary', platform.now() - started);
    }
    if (latents && isDue('latents')) {
      const started = platform.now();
      const frame = await latents.frame(step, seed);
      if (frame) emit('snapshot', { runId, kind: 'latents', body: frame });
      this.#spent('latents', platform.now() - started);
    }
  }

  /** Whether the curves should get a point of validation before the epoch is over. */
  validationDue(now: number): boolean {
    return this.#budget.isDue('validation', now);
  }

  /** Between epochs. */
  validatedMidway(costMs: number): void {
    this.#spent('validation', costMs);
  }

  /** At the end of an epoch: that is training's own, and the next one for the curves can wait. */
  validated(): void {
    this.#budget.postpone('validation', this.#options.platform.now(), INTERVAL_MS.validation);
  }

  /** From now on. */
  attend(attention: Attention): void {
    this.#budget.setShare(this.#options.platform.now(), shareOf(attention));
  }

  /** Null where nothing is shown. */
  report(): WatchReport | null {
    return this.#budget.share === 0 ? null : this.#meter.report(this.#options.platform.now());
  }

  #spent(kind: Shown, costMs: number): void {
    const now = this.#options.platform.now();
    const heldBack = this.#budget.spent(kind, now, costMs);
    if (kind === 'telemetry') this.#meter.count(now, costMs, heldBack);
    else this.#meter.count(now, costMs);
  }
}

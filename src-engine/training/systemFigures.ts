/**
 * What training takes of the machine, about once a second beside the points of the curve: processor time since
 * the last figure, and memory. Of the process that trains: of a GPU, and of a window that has one, it says nothing.
 */
import type { Platform } from '../platform/platform.ts';
import type { MetricValues } from '../protocol/run.ts';
import type { ProgressMeter } from './progress.ts';

const INTERVAL_MS = 1_000;

export class SystemFigures {
  readonly #platform: Pick<Platform, 'usage'>;
  /** Pauses are not counted: nothing is trained in them, and little is used. */
  readonly #meter: Pick<ProgressMeter, 'elapsedMs'>;
  #last: { readonly atMs: number; readonly cpuMs: number } | null = null;

  constructor(platform: Pick<Platform, 'usage'>, meter: Pick<ProgressMeter, 'elapsedMs'>) {
    this.#platform = platform;
    this.#meter = meter;
  }

  /** To be told with a point; nothing where the last ones are not a second old, and with the first point. */
  take(): MetricValues {
    const atMs = this.#meter.elapsedMs;
    if (this.#last && atMs - this.#last.atMs < INTERVAL_MS) return {};
    const used = this.#platform.usage?.();
    if (!used) return {};
    const before = this.#last;
    this.#last = { atMs, cpuMs: used.cpuMs };
    if (!before) return {};
    return {
      cpuUse: (used.cpuMs - before.cpuMs) / (atMs - before.atMs),
      memoryUse: used.memoryBytes,
    };
  }
}

/** How far and how fast: elapsed training time (pauses not counted), throughput, time left. */
import type { Platform } from '../platform/platform.ts';

/** Throughput is averaged over about this long. */
const WINDOW_MS = 2_000;

export class ProgressMeter {
  readonly #platform: Pick<Platform, 'now'>;
  readonly #totalSteps: number;
  #elapsedMs = 0;
  #runningSince: number | null = null;
  #window: { readonly at: number; readonly samples: number; readonly steps: number }[] = [];
  #samples = 0;

  constructor(platform: Pick<Platform, 'now'>, totalSteps: number) {
    this.#platform = platform;
    this.#totalSteps = totalSteps;
  }

  restore(elapsedMs: number): void {
    this.#elapsedMs = elapsedMs;
  }

  start(): void {
    this.#runningSince ??= this.#platform.now();
    this.#window = [];
  }

  pause(): void {
    this.#elapsedMs = this.elapsedMs;
    this.#runningSince = null;
  }

  get elapsedMs(): number {
    const since = this.#runningSince;
    return this.#elapsedMs + (since === null ? 0 : this.#platform.now() - since);
  }

  /** Samples trained by this process, for the mean throughput of a run. */
  get samples(): number {
    return this.#samples;
  }

  count(samples: number, step: number): void {
    this.#samples += samples;
    const at = this.#platform.now();
    const last = this.#window.at(-1);
    if (last && at - last.at < WINDOW_MS / 40) return;
    this.#window.push({ at, samples: this.#samples, steps: step });
    while (this.#window.length > 2 && at - (this.#window[0]?.at ?? at) > WINDOW_MS) {
      this.#window.shift();
    }
  }

  get samplesPerSecond(): number {
    const [first, last] = [this.#window[0], this.#window.at(-1)];
    if (!first || !last || last.at === first.at) return 0;
    return ((last.samples - first.samples) / (last.at - first.at)) * 1000;
  }

  etaMs(step: number): number | null {
    const [first, last] = [this.#window[0], this.#window.at(-1)];
    if (!first || !last || last.steps === first.steps) return null;
    return ((last.at - first.at) / (last.steps - first.steps)) * (this.#totalSteps - step);
  }
}

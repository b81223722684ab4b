/** Watches one metric of validation: which epoch was best, and whether it is time to stop. */
import { type Monitor, monitored } from '../check/monitor.ts';
import type { TrainingSettings } from '../ir/document.ts';
import { own } from '../ir/record.ts';
import type { Evaluation } from './evaluate.ts';

const LOSS: Monitor = { key: 'loss', better: 'lower' };

export class EarlyStopping {
  readonly #settings: TrainingSettings['earlyStopping'];
  readonly #monitor: Monitor | null;
  #best: number | null = null;
  #epochsSinceBest = 0;

  /** `monitor`: null where no number says which epoch is best; then nothing is, and nothing stops. */
  constructor(settings: TrainingSettings['earlyStopping'], monitor: Monitor | null) {
    this.#settings = settings;
    this.#monitor = monitor;
  }

  get best(): number | null {
    return this.#best;
  }
  get epochsSinceBest(): number {
    return this.#epochsSinceBest;
  }

  restore(best: number | null, epochsSinceBest: number): void {
    this.#best = best;
    this.#epochsSinceBest = epochsSinceBest;
  }

  /** Call once per epoch. `improved` also where nothing stops early: it marks the best checkpoint. */
  observe({ values }: Pick<Evaluation, 'values'>): {
    readonly improved: boolean;
    readonly stop: boolean;
    /** What is watched, larger being better; null: nothing is. */
    readonly value: number | null;
  } {
    if (!this.#monitor) return { improved: false, stop: false, value: null };
    // The warning of check/monitor.ts says that the loss stands in.
    const told = own(values, this.#monitor.key) !== undefined;
    const value = monitored(told ? this.#monitor : LOSS, values);
    const best = this.#best ?? -Infinity;
    // NaN is never an improvement.
    const improved = value > best + (this.#settings?.minDelta ?? 0);
    if (improved) this.#best = value;
    this.#epochsSinceBest = improved ? 0 : this.#epochsSinceBest + 1;
    const stop = this.#settings !== null && this.#epochsSinceBest >= this.#settings.patience;
    return { improved, stop, value };
  }
}

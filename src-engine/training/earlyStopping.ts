/** Watches a validation metric: which epoch was best, and whether it is time to stop. */
import type { TrainingSettings } from '../ir/document.ts';
import type { Evaluation } from './evaluate.ts';

export class EarlyStopping {
  readonly #settings: TrainingSettings['earlyStopping'];
  #best: number | null = null;
  #epochsSinceBest = 0;

  constructor(settings: TrainingSettings['earlyStopping']) {
    this.#settings = settings;
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
  observe(evaluation: Evaluation): {
    readonly improved: boolean;
    readonly stop: boolean;
    /** What is watched; larger is better. */
    readonly value: number;
  } {
    // Larger is better inside: accuracy, or the loss negated.
    const watched = this.#settings?.metric ?? 'loss';
    const { loss = NaN, accuracy } = evaluation.values;
    const value = watched === 'accuracy' && accuracy !== undefined ? accuracy : -loss;
    const best = this.#best ?? -Infinity;
    // A loss that is no number is never an improvement.
    const improved = value > best + (this.#settings?.minDelta ?? 0);
    if (improved) this.#best = value;
    this.#epochsSinceBest = improved ? 0 : this.#epochsSinceBest + 1;
    const stop = this.#settings !== null && this.#epochsSinceBest >= this.#settings.patience;
    return { improved, stop, value };
  }
}

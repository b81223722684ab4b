/**
 * The sums of loss and hits that training steps leave on the device, between one point of the curves and
 * the next. Taking them clears them; what was taken may arrive later, while further steps run.
 */
import { ACCUMULATORS } from '../compile/index.ts';
import type { RunPosition } from './checkpoint.ts';
import type { RunMemory } from './memory.ts';

/** The means since the last point. */
export interface TakenSums {
  readonly loss: number;
  /** Share of hits, where the network is judged by them. */
  readonly accuracy: number;
  /** The first step, counted from 1, whose loss was no number; meaningful if `loss` is none. */
  readonly badStep: number;
}

export class TrainSums {
  readonly #memory: RunMemory;
  /** What a checkpoint brought; the device's part was started anew with the process. */
  #pending = { loss: 0, correct: 0, samples: 0 };
  /** The step at which the device's sums were cleared. */
  #clearedAt = 0;

  constructor(memory: RunMemory) {
    this.#memory = memory;
  }

  get isEmpty(): boolean {
    return this.#pending.samples === 0;
  }

  /** After each step. */
  count(samples: number): void {
    this.#pending.samples += samples;
  }

  /** Reads and clears at once; resolves when the numbers are there. `step` steps have been done. */
  async take(step: number): Promise<TakenSums> {
    const { samples } = this.#pending;
    const clearedAt = this.#clearedAt;
    // Asked for before anything is cleared: a read sees memory as it is when asked for.
    const reading = Promise.all([this.read(), this.#memory.readBuffer(ACCUMULATORS.train.finite)]);
    for (const name of Object.values(ACCUMULATORS.train)) this.#memory.clearBuffer(name);
    this.#pending = { loss: 0, correct: 0, samples: 0 };
    this.#clearedAt = step;
    const [{ loss, correct }, finiteSteps] = await reading;
    return {
      loss: loss / samples,
      accuracy: correct / samples,
      badStep: clearedAt + finiteSteps + 1,
    };
  }

  /** The sums as they are, for a checkpoint. */
  async read(): Promise<RunPosition['pending']> {
    const { loss, correct, samples } = this.#pending;
    const names = [ACCUMULATORS.train.loss, ACCUMULATORS.train.correct];
    const [more = 0, hits = 0] = await Promise.all(names.map((n) => this.#memory.readBuffer(n)));
    return { loss: loss + more, correct: correct + hits, samples };
  }

  restore({ step, pending }: Pick<RunPosition, 'step' | 'pending'>): void {
    this.#clearedAt = step;
    this.#pending = { ...pending };
  }
}

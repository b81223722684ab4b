/**
 * The sums over samples that training steps leave on the device, between one point of the curves and the
 * next. Taking them clears them; what was taken may arrive later, while further steps run.
 */
import {
  FINITE_STEPS,
  isTrainCount,
  trainCount,
  trainSum,
  trainSumKeys,
} from '../compile/index.ts';
import type { Analysis } from '../check/analysis.ts';
import { own } from '../ir/record.ts';
import type { MetricValues } from '../protocol/run.ts';
import type { RunPosition } from './runPosition.ts';
import type { RunMemory } from './memory.ts';

/** The means since the last point; those over labels are left out where none counted. */
export interface TakenSums {
  readonly values: MetricValues;
  /** The first step, counted from 1, whose loss was NaN; meaningful if the mean is. */
  readonly badStep: number;
}

export class TrainSums {
  readonly #memory: RunMemory;
  readonly #keys: readonly string[];
  /** What a checkpoint brought; the device's part was started anew with the process. */
  #pending: RunPosition['pending'] = { samples: 0, sums: {} };
  /** The step at which the device's sums were cleared. */
  #clearedAt = 0;

  constructor(memory: RunMemory, analysis: Analysis) {
    this.#memory = memory;
    this.#keys = trainSumKeys(analysis);
  }

  get isEmpty(): boolean {
    return this.#pending.samples === 0;
  }

  /** After each step. */
  count(samples: number): void {
    this.#pending = { ...this.#pending, samples: this.#pending.samples + samples };
  }

  /** Reads and clears at once; resolves when the numbers are there. `step` steps have been done. */
  async take(step: number): Promise<TakenSums> {
    const { samples } = this.#pending;
    const clearedAt = this.#clearedAt;
    // Asked for before anything is cleared: a read sees memory as it is when asked for.
    const reading = Promise.all([this.read(), this.#memory.readBuffer(FINITE_STEPS)]);
    for (const key of this.#keys) this.#memory.clearBuffer(trainSum(key));
    this.#memory.clearBuffer(FINITE_STEPS);
    this.#pending = { samples: 0, sums: {} };
    this.#clearedAt = step;
    const [{ sums }, finiteSteps] = await reading;
    const means = Object.entries(sums).flatMap(([key, sum]) => {
      if (isTrainCount(key)) return [];
      const count = own(sums, trainCount(key)) ?? samples;
      // Of labels that are all ignored there is no mean; a sum that is no number stays one.
      return count === 0 && sum === 0 ? [] : [[key, sum / count] as const];
    });
    return { values: Object.fromEntries(means), badStep: clearedAt + finiteSteps + 1 };
  }

  /** The sums as they are, for a checkpoint. */
  async read(): Promise<RunPosition['pending']> {
    const { samples, sums } = this.#pending;
    const read = this.#keys.map(async (key) => {
      const onDevice = await this.#memory.readBuffer(trainSum(key));
      return [key, (own(sums, key) ?? 0) + onDevice] as const;
    });
    return { samples, sums: Object.fromEntries(await Promise.all(read)) };
  }

  restore({ step, pending }: Pick<RunPosition, 'step' | 'pending'>): void {
    this.#clearedAt = step;
    this.#pending = pending;
  }
}

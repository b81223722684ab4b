/**
 * What the steps of a run are: of each its rows, its program and its learning rates, from the number of
 * steps before it alone. Enqueues them; when and how many is the loop's affair (trainer.ts).
 */
import type { LoadedProgram } from '../backends/backend.ts';
import type { PlateauState } from '../schedules/index.ts';
import { BatchOrder } from './batches.ts';
import { LearningRates } from './learningRates.ts';
import type { RunMemory } from './memory.ts';
import type { Prepared } from './prepare.ts';

/** Training programs by batch size. */
export type TrainPrograms = ReadonlyMap<number, LoadedProgram>;

export class Steps {
  readonly stepsPerEpoch: number;
  readonly total: number;
  readonly seed: number;
  readonly #memory: RunMemory;
  readonly #programs: TrainPrograms;
  readonly #order: BatchOrder;
  readonly #rates: LearningRates;

  constructor(
    { document: { training }, splits }: Prepared,
    memory: RunMemory,
    programs: TrainPrograms,
    maxSteps?: number,
  ) {
    this.#memory = memory;
    this.#programs = programs;
    this.#order = new BatchOrder(splits.train, training);
    this.seed = training.seed;
    this.stepsPerEpoch = this.#order.stepsPerEpoch;
    const planned = this.stepsPerEpoch * training.epochs;
    this.total = Math.min(planned, maxSteps ?? planned);
    const { stepsPerEpoch, total: totalSteps } = this;
    this.#rates = new LearningRates(training.objectives, { stepsPerEpoch, totalSteps });
  }

  /** Rows of the step that comes after `step` steps. */
  rows(step: number): Int32Array {
    return this.#order.rows(step);
  }

  /** Enqueues the step that comes after `step` steps. */
  run(step: number, rows: Int32Array): void {
    const program = this.#programs.get(rows.length);
    if (!program) throw new Error(`no training program for ${rows.length} samples`);
    this.#memory.writeStep(this.seed, step, this.#rates.at(step));
    this.#memory.writeRows(rows);
    this.#memory.session.run(program);
  }

  /** An objective's rate of the step that made it `step` steps. */
  rateBefore(step: number, objective = 0): number {
    return this.#rates.at(Math.max(0, step - 1))(objective, 1);
  }

  /** Once an epoch, with what is watched; smaller is better. */
  observe(value: number): void {
    this.#rates.observe(value);
  }

  get schedules(): readonly PlateauState[] {
    return this.#rates.states;
  }

  restoreSchedules(states: readonly PlateauState[]): void {
    this.#rates.restore(states);
  }
}

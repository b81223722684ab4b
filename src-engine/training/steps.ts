/**
 * What the steps of a run are: of each its rows, its program and its learning rates, from the number of
 * steps before it alone. Enqueues them; when and how many is the loop's affair (trainer.ts).
 */
import type { LoadedProgram, Session } from '../backends/backend.ts';
import {
  BATCH_SHARE,
  changesWeights,
  EMA_SHARE,
  type CompiledRun,
  type StepProgram,
  type TrainPhase,
} from '../compile/index.ts';
import { turnBits, turnsOf } from '../ir/turns.ts';
import type { Objective } from '../ir/document.ts';
import type { PlateauState } from '../schedules/index.ts';
import { Augmenter, type AugmentedColumns, type AugmentedRun } from './augmenter.ts';
import { BatchOrder, type SampleOrder } from './batches.ts';
import { LearningRates } from './learningRates.ts';
import type { RunMemory } from './memory.ts';
import { StreamedOrder } from './streaming/order.ts';

export type TrainPrograms = readonly (Omit<StepProgram, 'program'> & {
  readonly program: LoadedProgram;
})[];

export async function loadTrainPrograms(
  session: Session,
  { steps }: CompiledRun,
): Promise<TrainPrograms> {
  const loaded: TrainPrograms[number][] = [];
  for (const step of steps) loaded.push({ ...step, program: await session.load(step.program) });
  return loaded;
}

/** Programs by the size of the batch, of each as many as there are sets of objectives (see turnBits). */
type PhasePrograms = Map<number, (LoadedProgram | undefined)[]>;

/** What steps read of a prepared run. */
export type SteppedRun = AugmentedRun;

/** The update that a step belongs to. */
interface UpdatePart {
  /** Updates before it. */
  readonly updates: number;
  readonly phase: TrainPhase;
  /** Of the update's samples, those of this step. */
  readonly share: number;
}

export class Steps {
  readonly stepsPerEpoch: number;
  readonly total: number;
  readonly seed: number;
  readonly #memory: RunMemory;
  readonly #programs: Readonly<Record<TrainPhase, PhasePrograms>>;
  readonly #order: SampleOrder;
  readonly #augmenter: Augmenter;
  readonly #rates: LearningRates;
  /** Steps that make one update. */
  readonly #accumulate: number;
  readonly #emaDecay: number | null;
  /** How often objectives have their turn, where that is not always. */
  readonly #turns: readonly number[];

  constructor(
    prepared: SteppedRun,
    memory: RunMemory,
    programs: TrainPrograms,
    maxSteps?: number,
    augmented: AugmentedColumns = prepared.table.columns,
  ) {
    const { splits, weights, streamed } = prepared;
    const { training } = prepared.document;
    this.#memory = memory;
    this.#augmenter = new Augmenter(prepared, augmented);
    this.#order = streamed
      ? new StreamedOrder(streamed.rows.buckets, training, weights.drawing)
      : new BatchOrder(splits.train, training, weights.drawing);
    this.seed = training.seed;
    this.stepsPerEpoch = this.#order.stepsPerEpoch;
    const planned = this.stepsPerEpoch * training.epochs;
    this.total = Math.min(planned, maxSteps ?? planned);
    this.#accumulate = training.accumulateSteps;
    this.#emaDecay = training.ema?.decay ?? null;
    this.#turns = turnsOf(training.objectives);
    this.#programs = tableOf(programs, training.objectives, this.#turns);
    // For schedules a step is an update.
    this.#rates = new LearningRates(training.objectives, {
      stepsPerEpoch: Math.ceil(this.stepsPerEpoch / this.#accumulate),
      totalSteps: this.#updatesBefore(this.total),
    });
  }

  /** Updates begun by the first `step` steps. */
  #updatesBefore(step: number): number {
    const epoch = Math.floor(step / this.stepsPerEpoch);
    const within = step % this.stepsPerEpoch;
    const perEpoch = Math.ceil(this.stepsPerEpoch / this.#accumulate);
    return epoch * perEpoch + Math.ceil(within / this.#accumulate);
  }

  /** Batches of one epoch make an update, as many as are to; the last ones of it may be fewer. */
  #partOf(step: number): UpdatePart {
    const within = step % this.stepsPerEpoch;
    const first = within - (within % this.#accumulate);
    const end = Math.min(first + this.#accumulate, this.stepsPerEpoch);
    const last = within === end - 1;
    return {
      updates: this.#updatesBefore(step - (within - first)),
      phase: first === end - 1 ? 'whole' : last ? 'end' : within === first ? 'begin' : 'add',
      share: this.#order.samples(within, within + 1) / this.#order.samples(first, end),
    };
  }

  /** Whether gradients of the steps before wait for an update. */
  isMidUpdate(step: number): boolean {
    return (step % this.stepsPerEpoch) % this.#accumulate !== 0;
  }

  /** Whether the step that comes after `step` steps changes all weights that are trained. */
  updatesAll(step: number): boolean {
    const { updates, phase } = this.#partOf(step);
    return changesWeights(phase) && this.#turns.every((every) => (updates + 1) % every === 0);
  }

  /** Rows of the step that comes after `step` steps. */
  rows(step: number): Int32Array {
    return this.#order.rows(step);
  }

  /** Null where rows of the step that comes after `step` steps are here. */
  reach(step: number, rows: Int32Array): Promise<void> | null {
    return this.#memory.reach(rows, this.#memory.streamed ? this.#order.ahead(step) : null);
  }

  /** Enqueues the step that comes after `step` steps. Its rows have been reached. */
  run(step: number, rows: Int32Array): void {
    const { updates, phase, share } = this.#partOf(step);
    const turns = turnBits(this.#turns, updates + 1);
    const program = this.#programs[phase].get(rows.length)?.[turns];
    if (!program) throw new Error(`no program for ${phase} of ${rows.length}, turns ${turns}`);
    this.#memory.writeStep(this.seed, step, this.#rates.at(updates), updates);
    if (phase !== 'whole') this.#memory.writeScalar(BATCH_SHARE, share);
    if (this.#emaDecay !== null && changesWeights(phase)) {
      this.#memory.writeScalar(EMA_SHARE, updates === 0 ? 1 : 1 - this.#emaDecay);
    }
    this.#memory.writeRows(rows);
    this.#augmenter.write(this.#memory, Math.floor(step / this.stepsPerEpoch), rows);
    this.#memory.session.run(program);
  }

  /** What augmenting a batch takes on average; null where nothing is augmented. */
  get augmentMs(): number | null {
    return this.#augmenter.batchMs;
  }

  /** An objective's rate of the step that made it `step` steps. */
  rateBefore(step: number, objective = 0): number {
    return this.#rates.at(this.#partOf(Math.max(0, step - 1)).updates)(objective, 1);
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

function tableOf(
  programs: TrainPrograms,
  objectives: readonly Objective[],
  turns: readonly number[],
): Readonly<Record<TrainPhase, PhasePrograms>> {
  const table: Record<TrainPhase, PhasePrograms> = {
    whole: new Map(),
    begin: new Map(),
    add: new Map(),
    end: new Map(),
  };
  for (const { phase, batch, due, program } of programs) {
    const sets = table[phase];
    const bits = turns.reduce(
      (all, every, place) =>
        due.some((index) => objectives[index]?.every === every) ? all | (1 << place) : all,
      0,
    );
    const list = sets.get(batch) ?? [];
    list[bits] = program;
    sets.set(batch, list);
  }
  return table;
}

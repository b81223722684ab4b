/**
 * The learning rate of each objective, step by step: its optimiser's own, moved by its schedule, after a
 * warm-up. Knows no ops: rates are computed here in double and fed.
 */
import { chosenOptimizer, type RateOf } from '../compile/index.ts';
import type { Objective } from '../ir/document.ts';
import {
  epochOf,
  FIRST_STATE,
  type PlateauState,
  type RatePlan,
  type ScheduledRate,
  scheduledRate,
  schedules,
} from '../schedules/index.ts';

interface Scheduled extends ScheduledRate {
  readonly base: number;
}

export class LearningRates {
  readonly #plan: RatePlan;
  readonly #objectives: readonly Scheduled[];
  #states: readonly PlateauState[];

  constructor(objectives: readonly Objective[], plan: RatePlan) {
    this.#plan = plan;
    this.#objectives = objectives.map((objective) => scheduled(objective, plan));
    this.#states = objectives.map(() => FIRST_STATE);
  }

  /** For the step that comes after `step` updates. */
  at(step: number): RateOf {
    return (objective, factor, before = 0) => {
      const own = this.#objectives[objective];
      if (!own) throw new Error(`there is no objective ${objective}`);
      const state = this.#states[objective] ?? FIRST_STATE;
      const time = { step: step - before, ...this.#plan };
      // What was watched since then had not been seen.
      const isOfBefore = epochOf(time) < epochOf({ step, ...this.#plan });
      const cuts = isOfBefore ? (state.cutsBefore ?? state.cuts) : state.cuts;
      return own.rate(own.base * factor, time, { ...state, cuts });
    };
  }

  /** Once an epoch, with what is watched; smaller is better. */
  observe(value: number): void {
    this.#states = this.#states.map((state, i) => {
      const next = this.#objectives[i]?.observe(state, value) ?? state;
      return { ...next, cutsBefore: state.cuts };
    });
  }

  get states(): readonly PlateauState[] {
    return this.#states;
  }

  restore(states: readonly PlateauState[]): void {
    this.#states = this.#states.map((first, i) => states[i] ?? first);
  }
}

function scheduled(objective: Objective, plan: RatePlan): Scheduled {
  const definition = schedules.get(objective.schedule.type);
  if (!definition) throw new Error('the schedule was not checked');
  const base = Number(chosenOptimizer(objective).attrs['lr'] ?? 0);
  return { base, ...scheduledRate(definition, objective.schedule, plan) };
}

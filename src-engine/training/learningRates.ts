/**
 * The learning rate of each objective, step by step: its optimiser's own, moved by its schedule, after a
 * warm-up. Knows no ops: rates are computed here in double and fed.
 */
import { chosenOptimizer, type RateOf } from '../compile/index.ts';
import { type AttrSchema, type AttrValues, defaultAttrs } from '../ir/attrs.ts';
import type { Objective } from '../ir/document.ts';
import {
  FIRST_STATE,
  type PlateauState,
  type ScheduleDefinition,
  schedules,
  type ScheduleTime,
} from '../schedules/index.ts';

interface Scheduled {
  readonly base: number;
  readonly schedule: ScheduleDefinition;
  readonly attrs: AttrValues<AttrSchema>;
  readonly warmupSteps: number;
}

export type Plan = Omit<ScheduleTime, 'step'>;

export class LearningRates {
  readonly #plan: Plan;
  readonly #objectives: readonly Scheduled[];
  #states: readonly PlateauState[];

  constructor(objectives: readonly Objective[], plan: Plan) {
    this.#plan = plan;
    this.#objectives = objectives.map((objective) => scheduled(objective, plan));
    this.#states = objectives.map(() => FIRST_STATE);
  }

  /** For the step that comes after `step` updates. */
  at(step: number): RateOf {
    return (objective, factor) => {
      const own = this.#objectives[objective];
      if (!own) throw new Error(`there is no objective ${objective}`);
      const { base, schedule, attrs, warmupSteps } = own;
      // A tick after 0, so that the first step moves something.
      const warm = step < warmupSteps ? (step + 1) / (warmupSteps + 1) : 1;
      const state = this.#states[objective] ?? FIRST_STATE;
      return warm * schedule.rate(base * factor, { step, ...this.#plan }, attrs, state);
    };
  }

  /** Once an epoch, with what is watched; smaller is better. */
  observe(value: number): void {
    this.#states = this.#states.map((state, i) => {
      const own = this.#objectives[i];
      return own?.schedule.observe?.(state, value, own.attrs) ?? state;
    });
  }

  get states(): readonly PlateauState[] {
    return this.#states;
  }

  restore(states: readonly PlateauState[]): void {
    this.#states = this.#states.map((first, i) => states[i] ?? first);
  }
}

function scheduled(objective: Objective, { stepsPerEpoch }: Plan): Scheduled {
  const { type, attrs, warmupEpochs } = objective.schedule;
  const schedule = schedules.get(type);
  if (!schedule) throw new Error('the schedule was not checked');
  // Values fit the schedule's own schema (check/objectives.ts); its type is erased here.
  const set = attrs as AttrValues<AttrSchema>;
  return {
    base: Number(chosenOptimizer(objective).attrs['lr'] ?? 0),
    schedule,
    attrs: { ...defaultAttrs(schedule.attrs), ...set },
    warmupSteps: Math.round(warmupEpochs * stepsPerEpoch),
  };
}

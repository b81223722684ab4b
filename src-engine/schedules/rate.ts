/**
 * The rate of a step, its warm-up included: what trains is what the page draws. In double, on the host.
 */
import { type AttrSchema, type AttrValues, defaultAttrs } from '../ir/attrs.ts';
import type { Objective } from '../ir/document.ts';
import type { PlateauState, ScheduleDefinition, ScheduleTime } from './define.ts';

export type RatePlan = Omit<ScheduleTime, 'step'>;

export interface ScheduledRate {
  /** Of the step after `time.step` updates; `base` is the optimiser's own. */
  readonly rate: (base: number, time: ScheduleTime, state: PlateauState) => number;
  readonly observe: (state: PlateauState, value: number) => PlateauState;
}

export function scheduledRate(
  definition: ScheduleDefinition,
  { attrs: given, warmupEpochs }: Objective['schedule'],
  { stepsPerEpoch }: RatePlan,
): ScheduledRate {
  // Values fit the schedule's own schema (check/training.ts); its type is erased here.
  const attrs = { ...defaultAttrs(definition.attrs), ...(given as AttrValues<AttrSchema>) };
  const warmupSteps = Math.round(warmupEpochs * stepsPerEpoch);
  return {
    rate(base, time, state) {
      // A tick after 0, so that the first step moves something.
      const warm = time.step < warmupSteps ? (time.step + 1) / (warmupSteps + 1) : 1;
      return warm * definition.rate(base, time, attrs, state);
    },
    observe: (state, value) => definition.observe?.(state, value, attrs) ?? state,
  };
}

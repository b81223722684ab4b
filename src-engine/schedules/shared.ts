/** Attributes that several schedules share. */
import type { NumberAttr } from '../ir/attrs.ts';
import type { ScheduleTime } from './define.ts';

export const gamma = (value: number): NumberAttr => ({
  kind: 'number',
  default: value,
  min: 0,
  max: 1,
  help: 'What the learning rate is multiplied by each time.',
});

export const etaMin: NumberAttr = {
  kind: 'number',
  label: 'Lowest rate',
  default: 0,
  min: 0,
  max: 100,
  logarithmic: true,
  help: 'The learning rate at the lowest point.',
};

/** How much of the run is over, 0 to 1. */
export const done = ({ step, totalSteps }: ScheduleTime): number => Math.min(1, step / totalSteps);

/** From `high` (share 0) to `low` (share 1) along half a cosine. */
export const alongCosine = (high: number, low: number, share: number): number =>
  low + ((high - low) * (1 + Math.cos(Math.PI * share))) / 2;

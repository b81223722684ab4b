/** The registry of schedules: every file of this folder that has a default export. Pure. */
import { registry } from '../ir/registry.ts';
import type { ScheduleDefinition } from './define.ts';

export const schedules: ReadonlyMap<string, ScheduleDefinition> = registry(
  import.meta.glob<{ readonly default?: ScheduleDefinition }>(
    ['./*.ts', '!./index.ts', '!./define.ts', '!./rate.ts', '!./shared.ts'],
    { eager: true },
  ),
  { kind: 'schedule', nameOf: ({ type }) => type },
);
export { type RatePlan, type ScheduledRate, scheduledRate } from './rate.ts';
export {
  epochOf,
  FIRST_STATE,
  type PlateauState,
  type ScheduleDefinition,
  type ScheduleTime,
} from './define.ts';

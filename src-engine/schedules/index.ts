/** The registry of schedules: every file of this folder that has a default export. Pure. */
import { camelCase } from '../ir/naming.ts';
import type { ScheduleDefinition } from './define.ts';

const modules = import.meta.glob<{ readonly default?: ScheduleDefinition }>(
  ['./*.ts', '!./index.ts', '!./define.ts', '!./rate.ts', '!./shared.ts'],
  { eager: true },
);

function collect(): ReadonlyMap<string, ScheduleDefinition> {
  const found = new Map<string, ScheduleDefinition>();
  for (const [path, module] of Object.entries(modules)) {
    const definition = module.default;
    if (!definition) throw new Error(`${path} has no default export`);
    if (path !== `./${camelCase(definition.type)}.ts`) {
      throw new Error(`${path} defines ${definition.type}`);
    }
    found.set(definition.type, definition);
  }
  return found;
}

export const schedules: ReadonlyMap<string, ScheduleDefinition> = collect();
export { type RatePlan, type ScheduledRate, scheduledRate } from './rate.ts';
export {
  FIRST_STATE,
  type PlateauState,
  type ScheduleDefinition,
  type ScheduleTime,
} from './define.ts';

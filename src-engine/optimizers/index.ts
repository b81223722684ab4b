/** The registry of optimisers: every file of this folder that has a default export. */
import type { OptimizerDefinition } from './define.ts';

const modules = import.meta.glob<{ readonly default?: OptimizerDefinition }>(
  ['./*.ts', '!./index.ts', '!./define.ts', '!./shared.ts', '!./adamUpdate.ts'],
  { eager: true },
);

function collect(): ReadonlyMap<string, OptimizerDefinition> {
  const found = new Map<string, OptimizerDefinition>();
  for (const [path, module] of Object.entries(modules)) {
    const definition = module.default;
    if (!definition) throw new Error(`${path} has no default export`);
    if (found.has(definition.type)) throw new Error(`two optimisers are called ${definition.type}`);
    if (!('lr' in definition.attrs)) throw new Error(`${definition.type} has no attribute lr`);
    found.set(definition.type, definition);
  }
  return found;
}

export const optimizers: ReadonlyMap<string, OptimizerDefinition> = collect();
export {
  type OptimizerDefinition,
  slotsOf,
  type StepPosition,
  type UpdateContext,
} from './define.ts';

/** The registry of optimisers: every file of this folder that has a default export. */
import { registry } from '../ir/registry.ts';
import type { OptimizerDefinition } from './define.ts';

export const optimizers: ReadonlyMap<string, OptimizerDefinition> = registry(
  import.meta.glob<{ readonly default?: OptimizerDefinition }>(
    ['./*.ts', '!./index.ts', '!./define.ts', '!./shared.ts', '!./adamUpdate.ts'],
    { eager: true },
  ),
  { kind: 'optimiser', nameOf: ({ type }) => type, rank: ({ order }) => order },
);
for (const { type, attrs } of optimizers.values()) {
  if (!('lr' in attrs)) throw new Error(`${type} has no attribute lr`);
}
export {
  type OptimizerDefinition,
  slotsOf,
  type StepPosition,
  type TorchModule,
  type UpdateContext,
} from './define.ts';

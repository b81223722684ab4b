/** The registry of rules that stop trials: every file of this folder that has a default export. */
import { registry } from '#engine/ir/registry.ts';
import type { StoppingRule } from '../defineStopping.ts';

export const stoppingRules: ReadonlyMap<string, StoppingRule> = registry(
  import.meta.glob<{ readonly default?: StoppingRule }>(['./*.ts', '!./index.ts'], {
    eager: true,
  }),
  { kind: 'stopping rule', nameOf: ({ id }) => id, rank: ({ rank }) => rank },
);

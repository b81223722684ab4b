/** The registry of search strategies: every file of this folder that has a default export. */
import { registry } from '#engine/ir/registry.ts';
import type { SearchStrategy } from '../defineStrategy.ts';

export const strategies: ReadonlyMap<string, SearchStrategy> = registry(
  import.meta.glob<{ readonly default?: SearchStrategy }>(['./*.ts', '!./index.ts'], {
    eager: true,
  }),
  { kind: 'search strategy', nameOf: ({ id }) => id, rank: ({ rank }) => rank },
);

/** The patterns of this folder, in the order in which they are tried. */
import { registry } from '#engine/ir/registry.ts';
import type { Pattern } from './define.ts';

export const patterns: readonly Pattern[] = [
  ...registry(
    import.meta.glob<{ readonly default: Pattern }>(
      ['./*.ts', '!./index.ts', '!./define.ts', '!./products.ts', '!./sequences.ts'],
      { eager: true },
    ),
    { kind: 'pattern', nameOf: ({ name }) => name, rank: ({ order }) => order },
  ).values(),
];

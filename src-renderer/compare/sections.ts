/** Every section of Compare, found by file name, in their order. */
import { registry } from '#engine/ir/registry.ts';
import type { SectionDefinition } from './defineSection.ts';

type Modules = Readonly<Record<string, { readonly default?: SectionDefinition }>>;

export function sectionsOf(modules: Modules): readonly SectionDefinition[] {
  const found = registry(modules, {
    kind: 'section',
    nameOf: ({ id }: SectionDefinition) => id,
    rank: ({ order }) => order,
    suffix: '.section.tsx',
  });
  return [...found.values()];
}

export const sections = sectionsOf(import.meta.glob('../**/*.section.tsx', { eager: true }));

/** Every view, found by file name. */
import { registry } from '#engine/ir/registry.ts';
import type { ViewDefinition, ViewFacts } from './defineView.ts';

type Modules = Readonly<Record<string, { readonly default?: ViewDefinition }>>;

/** In the order of the switch. */
export function viewsOf(modules: Modules): readonly ViewDefinition[] {
  const found = registry(modules, {
    kind: 'view',
    nameOf: ({ id }: ViewDefinition) => id,
    rank: ({ order }) => order,
    suffix: '.view.tsx',
  });
  return [...found.values()];
}

export const views = viewsOf(import.meta.glob('../**/*.view.tsx', { eager: true }));

export function offeredViews(
  facts: ViewFacts,
  all: readonly ViewDefinition[] = views,
): readonly ViewDefinition[] {
  return all.filter(({ when }) => when?.(facts) ?? true);
}

/** The one in front, of those that are offered: the first where the chosen one is not among them. */
export function viewInFront(
  id: string | null,
  offered: readonly ViewDefinition[],
): ViewDefinition | undefined {
  return offered.find((view) => view.id === id) ?? offered[0];
}

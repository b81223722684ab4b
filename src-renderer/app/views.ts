/** Every view, found by file name; which one is in front, for the length of a browser tab. */
import { createStore } from 'zustand/vanilla';
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

const FRONT_KEY = 'netloom.view';

export interface FrontView {
  /** As it was chosen: it may no longer be there. */
  readonly id: string | null;
}

export const frontViewStore = createStore<FrontView>(() => ({
  id: globalThis.sessionStorage?.getItem(FRONT_KEY) ?? null,
}));

export function showView(id: string): void {
  frontViewStore.setState({ id });
  globalThis.sessionStorage?.setItem(FRONT_KEY, id);
}

/** The one in front, of those that are offered: the first where the chosen one is not among them. */
export function viewInFront(
  id: string | null,
  offered: readonly ViewDefinition[],
): ViewDefinition | undefined {
  return offered.find((view) => view.id === id) ?? offered[0];
}

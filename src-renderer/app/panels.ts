/** Every panel, found by file name, in the order of their tabs. */
import type { Analysis } from '#engine/check/analysis.ts';
import { registry } from '#engine/ir/registry.ts';
import type { PanelDefinition } from './definePanel.ts';

type Modules = Readonly<Record<string, { readonly default?: PanelDefinition }>>;

export function panelsOf(modules: Modules): readonly PanelDefinition[] {
  const found = registry(modules, {
    kind: 'panel',
    nameOf: ({ id }: PanelDefinition) => id,
    rank: ({ order }) => order,
    suffix: '.panel.tsx',
  });
  return [...found.values()];
}

export const panels = panelsOf(import.meta.glob('../**/*.panel.tsx', { eager: true }));

export function panelApplies({ applies }: PanelDefinition, analysis: Analysis): boolean {
  return applies?.(analysis) ?? true;
}

/** Every dock panel: the default exports of src-renderer/dock/*.tsx, by group order. */
import type { Analysis } from '#engine/check/analysis.ts';
import type { PanelDefinition } from './definePanel.ts';

const modules = import.meta.glob<{ readonly default: PanelDefinition }>('../dock/*.tsx', {
  eager: true,
});

export const panels: readonly PanelDefinition[] = Object.values(modules)
  .map((module) => module.default)
  .toSorted((a, b) => a.order - b.order);

export function panelApplies({ applies }: PanelDefinition, analysis: Analysis): boolean {
  return applies?.(analysis) ?? true;
}

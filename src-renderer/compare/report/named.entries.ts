/** Comparisons that were kept, in the palette: `Compare: Rates` opens it. */
import type { NamedEntries } from '#renderer/commands/defineEntries.ts';
import { viewStore } from '#renderer/state/view.ts';
import { formatCount } from '#renderer/ui/format.ts';
import { openComparison } from './named.ts';

const entries: NamedEntries = () =>
  viewStore.getState().comparisons.map((comparison) => ({
    id: `compare.named:${comparison.name}`,
    group: 'Comparisons',
    title: `Compare: ${comparison.name}`,
    keywords: ['kept', 'comparison', 'runs'],
    icon: 'compare',
    aside: formatCount(comparison.runs.length, 'run'),
    run: () => openComparison(comparison),
  }));

export default entries;

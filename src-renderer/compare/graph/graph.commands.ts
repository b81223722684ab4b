/** Walking through the differences of two graphs, wherever the keys are. */
import { defineCommand } from '#renderer/commands/defineCommand.ts';
import { viewStore } from '#renderer/state/view.ts';
import { pairStore } from '../pair.ts';
import { graphStore, walkDifferences } from './graphStore.ts';

/** The next of the others is drawn against the baseline; from the last one the first. */
function nextPair(by: 1 | -1): void {
  const { chosenRuns, baselineRun } = viewStore.getState();
  const base =
    baselineRun !== null && chosenRuns.includes(baselineRun) ? baselineRun : chosenRuns[0];
  const others = chosenRuns.filter((id) => id !== base);
  const at = others.indexOf(pairStore.getState().other ?? '');
  const next = others.at((Math.max(0, at) + by) % others.length);
  if (next !== undefined) pairStore.setState({ other: next });
}

const hasDifferences = (): boolean => graphStore.getState().list.length > 0;

export default [
  ...([1, -1] as const).map((by) =>
    defineCommand({
      id: by === 1 ? 'compare.nextPair' : 'compare.previousPair',
      title: `Compare: the ${by === 1 ? 'next' : 'previous'} run with the baseline`,
      group: 'View',
      icon: 'compare',
      view: 'compare',
      keywords: ['pair', 'graph', 'other', 'choose', 'inside'],
      when: () => viewStore.getState().chosenRuns.length > 2,
      run: () => nextPair(by),
    }),
  ),
  defineCommand({
    id: 'compare.nextDifference',
    title: 'Compare: next difference of the graphs',
    group: 'View',
    icon: 'compare',
    view: 'compare',
    keywords: ['graph', 'node', 'changed', 'added', 'removed'],
    when: hasDifferences,
    run: () => walkDifferences(1),
  }),
  defineCommand({
    id: 'compare.previousDifference',
    title: 'Compare: previous difference of the graphs',
    group: 'View',
    icon: 'compare',
    view: 'compare',
    keywords: ['graph', 'node', 'changed', 'added', 'removed'],
    when: hasDifferences,
    run: () => walkDifferences(-1),
  }),
];

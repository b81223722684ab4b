/** Going to a section of Compare, and what is done with the compared runs. */
import { defineCommand } from '../commands/defineCommand.ts';
import { chooseRuns, pinBaseline } from '../state/chosenRuns.ts';
import { showView } from '../state/frontView.ts';
import { viewStore } from '../state/view.ts';
import { runStore } from '../state/runs.ts';
import { compareWithPrevious } from './comparePrevious.ts';
import { compareStore } from './compareStore.ts';
import { foldAll, resetSections } from './sectionActions.ts';
import { sections } from './sections.ts';

const chosen = (): readonly string[] => viewStore.getState().chosenRuns;

export default [
  ...sections.map(({ id, label, icon }) =>
    defineCommand({
      id: `compare.section.${id}`,
      title: `Compare: ${label}`,
      group: 'View',
      icon,
      keywords: ['runs', 'section', 'side by side'],
      when: () => chosen().length > 1,
      run: () => {
        showView('compare');
        compareStore.setState({ wanted: id });
      },
    }),
  ),
  defineCommand({
    id: 'compare.previous',
    title: 'Compare with the previous run',
    group: 'Training',
    icon: 'compare',
    keywords: ['outcome', 'what changed', 'baseline', 'difference'],
    when: () => runStore.getState().shownRunId !== null,
    run: compareWithPrevious,
  }),
  defineCommand({
    id: 'compare.ghost',
    title: 'Baseline under the curves',
    titleNow: () =>
      viewStore.getState().ghost
        ? 'Hide the baseline under the curves'
        : 'Show the baseline under the curves',
    group: 'View',
    icon: 'chart',
    keywords: ['ghost', 'overlay'],
    when: () => viewStore.getState().baselineRun !== null,
    run: () => viewStore.setState(({ ghost }) => ({ ghost: !ghost })),
  }),
  defineCommand({
    id: 'compare.unpin',
    title: 'Compare: no baseline',
    group: 'View',
    icon: 'star',
    view: 'compare',
    when: () => viewStore.getState().baselineRun !== null,
    run: () => pinBaseline(null),
  }),
  defineCommand({
    id: 'compare.nextBaseline',
    title: 'Compare: the next run as baseline',
    group: 'View',
    icon: 'starFilled',
    view: 'compare',
    when: () => chosen().length > 1,
    run: () => {
      const ids = chosen();
      const { baselineRun: baseline } = viewStore.getState();
      const at = baseline === null ? -1 : ids.indexOf(baseline);
      pinBaseline(ids[(at + 1) % ids.length] ?? null);
    },
  }),
  ...[true, false].map((isFolded) =>
    defineCommand({
      id: isFolded ? 'compare.foldAll' : 'compare.unfoldAll',
      title: isFolded ? 'Compare: fold all sections' : 'Compare: unfold all sections',
      group: 'View',
      icon: isFolded ? 'chevronRight' : 'chevronDown',
      view: 'compare',
      keywords: ['collapse', 'expand', 'arrange'],
      when: () => chosen().length > 1,
      run: () => foldAll(isFolded),
    }),
  ),
  defineCommand({
    id: 'compare.resetSections',
    title: 'Compare: sections as they were',
    group: 'View',
    icon: 'undo',
    view: 'compare',
    keywords: ['arrange', 'order', 'layout', 'reset'],
    when: () => chosen().length > 1,
    run: resetSections,
  }),
  defineCommand({
    id: 'compare.clear',
    title: 'Compare: take all runs out',
    group: 'View',
    icon: 'close',
    view: 'compare',
    when: () => chosen().length > 0,
    run: () => chooseRuns([]),
  }),
];

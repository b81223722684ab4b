/** What can be done with runs, in the table of them. Keys that walk and choose are the table's own. */
import { defineCommand, type Command } from '../commands/defineCommand.ts';
import { pinBaseline } from '../state/chosenRuns.ts';
import { showView } from '../state/frontView.ts';
import { viewStore } from '../state/view.ts';
import { archive, compare, remove, runAtCursor, star, targets, whyNotCompare } from './actions.ts';
import { branchRun, trainRunOn } from './branchRun.ts';
import { cursorStore } from './cursor.ts';
import { openGraphOf, reopen } from './openRun.ts';
import { changeTable, tableState } from './tableState.ts';

const VIEW = 'runs';
const hasCheckpoint = (): boolean => runAtCursor()?.hasCheckpoint === true;
const areArchived = (): boolean =>
  targets().length > 0 && targets().every(({ archived }) => archived);
const hasRun = (): boolean => runAtCursor() !== null;

const ofRuns = (command: Omit<Command, 'group' | 'view'>): Command =>
  defineCommand({ group: 'Runs', view: VIEW, ...command });

export default [
  defineCommand({
    id: 'runs.find',
    title: 'Find a run',
    group: 'Runs',
    icon: 'search',
    keys: ['$mod+Shift+f'],
    keywords: ['filter', 'search', 'table'],
    run: () => {
      showView(VIEW);
      requestAnimationFrame(focusFilter);
    },
  }),
  ofRuns({
    id: 'runs.filter',
    title: 'Filter the runs',
    icon: 'search',
    keys: ['/'],
    run: focusFilter,
  }),
  ofRuns({
    id: 'runs.open',
    title: 'Open the run as it was',
    keys: ['Enter'],
    nativeKeys: true,
    keywords: ['reopen', 'show', 'design'],
    when: hasRun,
    run: async () => {
      const run = runAtCursor();
      if (run) await reopen(run);
    },
  }),
  ofRuns({
    id: 'runs.openGraph',
    title: 'Open its graph as a project',
    keywords: ['copy', 'network', 'document'],
    when: hasRun,
    run: async () => {
      const run = runAtCursor();
      if (run) await openGraphOf(run);
    },
  }),
  ofRuns({
    id: 'runs.branch',
    title: 'Branch from its last checkpoint',
    icon: 'branch',
    keys: ['b'],
    keywords: ['begin with', 'weights', 'fork', 'fine-tune'],
    when: () => hasCheckpoint() || runAtCursor()?.progress.state === 'imported',
    run: async () => {
      const run = runAtCursor();
      if (run) await branchRun(run);
    },
  }),
  ofRuns({
    id: 'runs.trainOn',
    title: 'Train the run on for more epochs…',
    icon: 'play',
    keywords: ['continue', 'further', 'longer', 'resume'],
    when: () => hasCheckpoint() && runAtCursor()?.progress.state !== 'running',
    run: async () => {
      const run = runAtCursor();
      if (run) await trainRunOn(run);
    },
  }),
  ofRuns({
    id: 'runs.lineage',
    title: 'Show runs below the one that they began with, or not',
    keywords: ['parent', 'children', 'branch', 'tree', 'family'],
    run: () => changeTable({ lineage: !tableState().lineage }),
  }),
  ofRuns({
    id: 'runs.rename',
    title: 'Rename the run',
    icon: 'edited',
    keys: ['F2'],
    when: hasRun,
    run: () => cursorStore.setState({ renaming: runAtCursor()?.id ?? null }),
  }),
  ofRuns({
    id: 'runs.star',
    title: 'Star the runs',
    icon: 'star',
    keys: ['s'],
    keywords: ['favourite', 'mark'],
    when: () => targets().length > 0,
    run: () => star(targets()),
  }),
  ofRuns({
    id: 'runs.delete',
    title: 'Delete the runs',
    icon: 'trash',
    keys: ['Delete', 'Backspace'],
    keywords: ['remove'],
    when: () => targets().length > 0,
    run: () => remove(targets()),
  }),
  ofRuns({
    id: 'runs.archive',
    title: 'Archive the runs',
    titleNow: () => (areArchived() ? 'Take the runs out of the archive' : 'Archive the runs'),
    icon: 'archive',
    keys: ['e'],
    keywords: ['put away', 'hide', 'unarchive'],
    when: () => targets().length > 0,
    run: () => archive(targets()),
  }),
  ofRuns({
    id: 'runs.archived',
    title: 'Show or hide archived runs',
    titleNow: () => (tableState().archived ? 'Hide archived runs' : 'Show archived runs'),
    keywords: ['put away', 'unarchive', 'filter'],
    run: () => changeTable({ archived: !tableState().archived }),
  }),
  ofRuns({
    id: 'runs.baseline',
    title: 'Use as the baseline',
    icon: 'lock',
    keywords: ['pin', 'compare', 'reference'],
    when: hasRun,
    run: () => {
      const id = runAtCursor()?.id ?? null;
      pinBaseline(viewStore.getState().baselineRun === id ? null : id);
    },
  }),
  ofRuns({
    id: 'runs.compare',
    title: 'Compare the chosen runs',
    keywords: ['difference', 'side by side'],
    when: () => whyNotCompare(viewStore.getState().chosenRuns.length) === null,
    run: compare,
  }),
  ofRuns({
    id: 'runs.details',
    title: 'Show or hide the details of a run',
    icon: 'panelRight',
    run: () => changeTable({ details: !tableState().details }),
  }),
] satisfies readonly Command[];

function focusFilter(): void {
  document.querySelector<HTMLInputElement>('#runs-filter')?.focus();
}

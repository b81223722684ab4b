/** Runs to files and back. In the table those that are chosen go, elsewhere the run on show. */
import { defineCommand, type Command } from '../commands/defineCommand.ts';
import { frontViewStore } from '../state/frontView.ts';
import { runStore } from '../state/runs.ts';
import { targets } from './actions.ts';
import { chooseRunFiles, exportRuns } from './transfer.ts';

function meant(): readonly string[] {
  if (frontViewStore.getState().shown === 'runs') return targets().map(({ id }) => id);
  const { shownRunId } = runStore.getState();
  return shownRunId === null ? [] : [shownRunId];
}

export default [
  defineCommand({
    id: 'runs.export',
    title: 'Export this run…',
    titleNow: () => (meant().length > 1 ? 'Export these runs…' : 'Export this run…'),
    group: 'Runs',
    icon: 'export',
    keywords: ['save', 'file', 'zip', 'share', 'backup'],
    when: () => meant().length > 0,
    run: () => exportRuns(meant()),
  }),
  defineCommand({
    id: 'runs.import',
    title: 'Import runs…',
    group: 'Runs',
    icon: 'folder',
    keywords: ['open', 'file', 'zip', 'load', 'restore'],
    run: chooseRunFiles,
  }),
] satisfies readonly Command[];

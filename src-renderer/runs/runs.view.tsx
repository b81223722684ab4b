/** Runs: all that were trained, to be found, arranged, opened and compared. */
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { ConnectionBanner } from '../app/ConnectionBanner.tsx';
import { defineView } from '../app/defineView.ts';
import { commands, runCommand } from '../commands/registry.ts';
import { DESIGN, showView } from '../state/frontView.ts';
import { runList } from '../state/runList.ts';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { formatCount } from '../ui/format.ts';
import { cursorStore } from './cursor.ts';
import { RunDetails } from './RunDetails.tsx';
import { RunsBar } from './RunsBar.tsx';
import { RunsStatus } from './RunsStatus.tsx';
import { RunsTable } from './RunsTable.tsx';
import type { Search } from '#engine/runs/index.ts';
import { changeTable, useTable } from './tableState.ts';
import { useRuns } from './useRuns.ts';
import './runs.view.css';

function Runs() {
  useEffect(() => runList.follow(), []);
  const isRead = useStore(runList.store, (list) => list.isRead);
  const failure = useStore(runList.store, (list) => list.failure);
  const at = useStore(cursorStore, (cursor) => cursor.at);
  const details = useTable((table) => table.details);
  const { rows, catalogue, found, columns, lines, best } = useRuns();
  const run = rows.find(({ id }) => id === at) ?? null;
  return (
    <main className="runs">
      <ConnectionBanner />
      {failure !== null && <p className="empty danger">The runs cannot be read: {failure}</p>}
      {rows.length === 0 ? (
        isRead && <NoRuns />
      ) : (
        <>
          <RunsBar catalogue={catalogue} found={found} />
          {found.problem && (
            <p className="runs-fault">
              <Icon name="error" size={12} />
              The filter hides nothing: {found.problem.message}
            </p>
          )}
          <div className={details ? 'runs-main with-details' : 'runs-main'}>
            {lines.length === 0 ? (
              isRead && <NoneFound found={found} />
            ) : (
              <RunsTable lines={lines} columns={columns} best={best} />
            )}
            {details && <RunDetails run={run} catalogue={catalogue} />}
          </div>
        </>
      )}
    </main>
  );
}

function NoRuns() {
  return (
    <div className="runs-none">
      <h2>There are no runs yet</h2>
      <p>
        Each training is kept here as a run, those of <code>netloom train</code> too.
      </p>
      <div>
        <Button variant="primary" onClick={() => showView(DESIGN)}>
          Go to Design and train
        </Button>
        {commands().has('runs.import') && (
          <Button onClick={() => void runCommand('runs.import')}>Import runs</Button>
        )}
      </div>
    </div>
  );
}

function NoneFound({ found }: { readonly found: Search }) {
  const filter = useTable((table) => table.filter);
  const { putAway } = found;
  const them = putAway === 1 ? 'it' : 'them';
  return (
    <div className="runs-none">
      <p>
        {filter === '' ? 'All runs are archived.' : 'No run is found by this filter.'}
        {filter !== '' && putAway > 0 && ` ${formatCount(putAway, 'archived run')} would be.`}
      </p>
      <div>
        {putAway > 0 && (
          <Button onClick={() => changeTable({ archived: true })}>Show {them}</Button>
        )}
        {filter !== '' && (
          <Button onClick={() => changeTable({ filter: '' })}>Clear the filter</Button>
        )}
      </div>
    </div>
  );
}

export default defineView({
  id: 'runs',
  label: 'Runs',
  icon: 'table',
  order: 20,
  keywords: ['table', 'history', 'experiments', 'list'],
  Component: Runs,
  Status: RunsStatus,
});

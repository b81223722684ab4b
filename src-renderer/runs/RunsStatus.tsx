/** The status bar while the Runs view is in front: how many there are, are found, chosen and train. */
import { useMemo } from 'react';
import { useStore } from 'zustand';
import { runList } from '../state/runList.ts';
import { viewStore } from '../state/view.ts';
import { formatBytes, formatInteger } from '../ui/format.ts';
import { chosenThatAre } from './actions.ts';
import { isLive } from './columns.ts';
import { cursorStore } from './cursor.ts';
import { changeTable, useTable } from './tableState.ts';

export function RunsStatus() {
  const rows = useStore(runList.store, (list) => list.rows);
  const isRead = useStore(runList.store, (list) => list.isRead);
  const byId = useStore(runList.store, (list) => list.byId);
  const chosen = useStore(viewStore, (view) => view.chosenRuns);
  const isFiltered = useTable((table) => table.filter !== '');
  const shown = useStore(cursorStore, ({ lines }) => runsIn(lines));
  const count = chosenThatAre(chosen, byId).length;
  const live = useMemo(() => rows.filter(isLive).length, [rows]);
  const size = useMemo(() => rows.reduce((sum, row) => sum + (row.sizeBytes ?? 0), 0), [rows]);
  if (!isRead) return <span role="status">Reading the runs…</span>;
  return (
    <>
      <span role="status">
        {isFiltered && (
          <>
            <b>{formatInteger(shown)}</b> of{' '}
          </>
        )}
        <b>{formatInteger(rows.length)}</b> {rows.length === 1 ? 'run' : 'runs'}
      </span>
      {count > 0 && (
        <span>
          <b>{formatInteger(count)}</b> chosen
        </span>
      )}
      {live > 0 && (
        <button
          type="button"
          title="Show what trains"
          onClick={() =>
            changeTable({ filter: 'status = running or status = paused or status = preparing' })
          }
        >
          {formatInteger(live)} training
        </button>
      )}
      <span className="grow" />
      {size > 0 && <span>Runs use {formatBytes(size)} on disk</span>}
    </>
  );
}

/** Runs with a line, and those of groups that are folded away. */
function runsIn(lines: ReturnType<typeof cursorStore.getState>['lines']): number {
  return lines.reduce(
    (sum, line) => sum + (line.kind === 'run' ? 1 : line.isOpen ? 0 : line.runs.length),
    0,
  );
}

/** All that the Runs view shows, from the list of runs and the way the table is looked at. */
import { useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { RunRow } from '#engine/protocol/index.ts';
import { runList } from '../state/runList.ts';
import { atEpochName } from './atEpoch.ts';
import { createCatalogue, type Catalogue } from './catalogue.ts';
import { columnOf, NAME, type RunColumn } from './columns.ts';
import { cursorStore } from './cursor.ts';
import { epochFigures } from './epochFigures.ts';
import { type Line, linesOf } from './grouping.ts';
import { type Search, search } from '#engine/runs/index.ts';
import { sorted } from './sorting.ts';
import { type StandOut, standOut } from './standOut.ts';
import { tableState, useTable } from './tableState.ts';

/** A run that trains tells ten times a second how far it is; a table needs not be sorted as often. */
const CALM_MS = 300;

/** Rows of the list, at once where there are others, and seldom where only their numbers move. */
export function useCalmRows(): readonly RunRow[] {
  const [rows, setRows] = useState(knownRows);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const take = (): void => {
      timer = null;
      setRows(knownRows());
    };
    const stop = runList.store.subscribe((state, before) => {
      if (state.rows === before.rows && state.head === before.head) return;
      if (state.rows.length !== before.rows.length || !before.isRead) take();
      else timer ??= setTimeout(take, CALM_MS);
    });
    take();
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, []);
  return rows;
}

/** All; while they are read for the first time the newest, where they are those that stand first. */
function knownRows(): readonly RunRow[] {
  const { rows, head, isRead } = runList.store.getState();
  const { sort, groups, filter, lineage } = tableState();
  const isPlain = sort.length === 0 && groups.length === 0 && filter === '' && !lineage;
  return !isRead && isPlain ? head : rows;
}

export const catalogueOf = createCatalogue();

export interface ShownRuns {
  readonly rows: readonly RunRow[];
  readonly catalogue: Catalogue;
  readonly found: Search;
  readonly columns: readonly RunColumn[];
  readonly lines: readonly Line[];
  readonly best: StandOut;
}

/** The name is always there, and first: it is what a row is. */
export function shownIds(chosen: readonly string[] | null, usual: readonly string[]): string[] {
  return [NAME, ...(chosen ?? usual).filter((id) => id !== NAME)];
}

export function useRuns(): ShownRuns {
  const rows = useCalmRows();
  const chosen = useTable(({ columns }) => columns);
  const filter = useTable((table) => table.filter);
  const archived = useTable((table) => table.archived);
  const sort = useTable((table) => table.sort);
  const groups = useTable((table) => table.groups);
  const folded = useTable((table) => table.folded);
  const lineage = useTable((table) => table.lineage);
  const version = useStore(epochFigures.store, (state) => state.version);
  const catalogue = useMemo(() => catalogueOf(rows), [rows]);
  const columns = useMemo(() => {
    const known = shownIds(chosen, catalogue.usual).map((id) => columnOf(id, epochFigures.at));
    // Numbers at an epoch come after the columns are there: rows are to be drawn anew then.
    return version < 0 ? [] : known;
  }, [chosen, catalogue, version]);
  const found = useMemo(() => search(rows, filter, archived), [rows, filter, archived]);
  const lines = useMemo(() => {
    const ofId = (id: string): RunColumn =>
      columns.find((column) => column.id === id) ?? columnOf(id, epochFigures.at);
    return linesOf(sorted(found.rows, sort, ofId), groups.map(ofId), new Set(folded), lineage);
  }, [found, sort, groups, folded, lineage, columns]);
  const best = useMemo(() => standOut(found.rows, lines, columns), [found, lines, columns]);
  useEffect(() => cursorStore.setState({ lines }), [lines]);
  useEffect(() => {
    const asked = [...columns.map(({ id }) => id), ...sort.map(({ column }) => column), ...groups];
    epochFigures.want(
      [...new Set(asked)].filter((id) => atEpochName(id) !== null),
      rows,
    );
  }, [columns, sort, groups, rows]);
  return { rows, catalogue, found, columns, lines, best };
}

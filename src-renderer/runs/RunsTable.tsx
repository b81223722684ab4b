/**
 * The table of runs: only the lines in sight are in the page, and the body is one stop of Tab. Arrows, Page,
 * Home and End walk; with Shift a stretch is chosen, Space chooses one, Enter opens a run or folds a group, Left
 * and Right fold, Escape lets the choice go. What commands do (F2, Delete, S) is theirs (runs.commands.ts).
 */
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import {
  useCallback,
  useEffect,
  useMemo,
  useRef,
  type KeyboardEvent,
  type MouseEvent,
} from 'react';
import { useStore } from 'zustand';
import { addChosenRuns, chooseRuns, removeChosenRuns } from '../state/chosenRuns.ts';
import { viewStore } from '../state/view.ts';
import { ContextMenu } from '../ui/Menu.tsx';
import { commandMenu } from '../commands/menus.ts';
import { runCommand } from '../commands/registry.ts';
import type { RunColumn } from './columns.ts';
import { cursorStore, groupAbove, indexOf, movedTo, runsBetween } from './cursor.ts';
import type { Line } from './grouping.ts';
import { type LineProps, RunLineView } from './RunLineView.tsx';
import { type StandOut, standingOut } from './standOut.ts';
import { columnMenu, TableHead, widthOf } from './TableHead.tsx';
import { toggleFolded, useTable } from './tableState.ts';

export const LINE_HEIGHT = 28;
const BOX_WIDTH = 30;

const MENU = [
  ...[
    'runs.open',
    'runs.openGraph',
    'runs.branch',
    'runs.trainOn',
    '-',
    'runs.rename',
    'runs.star',
    '-',
  ],
  ...[
    'runs.baseline',
    'runs.compare',
    '-',
    'runs.export',
    'runs.archive',
    'runs.thin',
    'runs.delete',
  ],
];

export function RunsTable(props: {
  readonly lines: readonly Line[];
  readonly columns: readonly RunColumn[];
  readonly best: StandOut;
}) {
  const { lines, columns, best } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const chosenIds = useStore(viewStore, (view) => view.chosenRuns);
  const baseline = useStore(viewStore, (view) => view.baselineRun);
  const { at, renaming } = useStore(cursorStore);
  const widths = useTable((table) => table.widths);
  const isTree = useTable((table) => table.groups.length > 0 || table.lineage);
  const chosen = useMemo(() => new Set(chosenIds), [chosenIds]);
  const current = indexOf(lines, at);
  /** The line that is to have the focus once it is there. */
  const wanted = useRef<number | null>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    getItemKey: (index) => lines[index]?.key ?? index,
    overscan: 6,
    // Until it was measured: drawn once instead of twice.
    initialRect: { width: 0, height: window.innerHeight },
    // The head stands over the first lines.
    scrollPaddingStart: LINE_HEIGHT,
    // The line that the focus is or will be at stays, however far one scrolls.
    rangeExtractor: (range) =>
      [...new Set([...defaultRangeExtractor(range), current])].sort((a, b) => a - b),
  });
  useEffect(() => {
    if (wanted.current === null) return;
    const line = scroller.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"]`);
    if (!line) return;
    wanted.current = null;
    line.focus({ preventScroll: true });
  });

  const goTo = (index: number, anchor: string | null): void => {
    wanted.current = index;
    virtual.scrollToIndex(index);
    cursorStore.setState({ at: lines[index]?.key ?? null, anchor });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const line = lines[current];
    const isInBody =
      event.target instanceof HTMLElement && event.target.dataset['index'] !== undefined;
    if (!line || !isInBody || event.altKey) return;
    const done = (): void => {
      event.preventDefault();
      event.stopPropagation();
    };
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / LINE_HEIGHT) - 2);
    const next = movedTo(event.key, current, lines.length, page);
    if (next !== null && !event.ctrlKey && !event.metaKey) {
      const anchor = event.shiftKey ? (cursorStore.getState().anchor ?? line.key) : null;
      if (anchor !== null) chooseRuns(runsBetween(lines, indexOf(lines, anchor), next));
      goTo(next, anchor);
      return done();
    }
    if (event.ctrlKey || event.metaKey) {
      if (event.key !== 'a') return;
      chooseRuns(runsBetween(lines, 0, lines.length - 1));
      return done();
    }
    switch (event.key) {
      case ' ':
        toggleChosen(line, chosen);
        return done();
      case 'Enter':
        if (line.kind === 'group') toggleFolded(line.key);
        else void runCommand('runs.open');
        return done();
      case 'Escape':
        chooseRuns([]);
        return done();
      case 'ArrowRight':
      case 'ArrowLeft': {
        const opens = event.key === 'ArrowRight';
        if (line.kind === 'group' && line.isOpen !== opens) toggleFolded(line.key);
        else if (!opens) goTo(groupAbove(lines, current), null);
        return done();
      }
    }
  };
  const onClick = (event: MouseEvent): void => {
    const target = event.target instanceof Element ? event.target : null;
    const index = Number(target?.closest<HTMLElement>('[data-index]')?.dataset['index'] ?? NaN);
    const line = lines[index];
    if (!line) return;
    const { at: before, anchor } = cursorStore.getState();
    if (event.shiftKey) {
      const from = anchor ?? before;
      addChosenRuns(runsBetween(lines, indexOf(lines, from), index));
      goTo(index, from);
      return;
    }
    const isBox = target?.closest('[data-box]') !== null;
    if (isBox || event.ctrlKey || event.metaKey) toggleChosen(line, chosen);
    else if (line.kind === 'group') toggleFolded(line.key);
    goTo(index, null);
  };

  const all = useMemo(() => {
    const ids = lines.flatMap((line) => (line.kind === 'run' ? [line.run.id] : []));
    return stateOf(ids, chosen);
  }, [lines, chosen]);
  const chooseAll = useCallback(
    () => chooseRuns(all === 'none' ? runsBetween(lines, 0, lines.length - 1) : []),
    [all, lines],
  );
  const template = [BOX_WIDTH, ...columns.map((column) => widthOf(column, widths))];
  const width = template.reduce((sum, each) => sum + each, 0);
  /** The column whose head was pressed last; null for a line. */
  const pressed = useRef<RunColumn | null>(null);
  return (
    <ContextMenu
      entries={() => (pressed.current ? columnMenu(pressed.current, columns) : commandMenu(MENU))}
    >
      <div
        ref={scroller}
        className="runs-table"
        role={isTree ? 'treegrid' : 'grid'}
        aria-label="Runs"
        aria-rowcount={lines.length + 1}
        aria-colcount={columns.length + 1}
        aria-multiselectable="true"
        style={{
          '--runs-columns': template.map((each) => `${each}px`).join(' '),
          '--runs-width': `${width}px`,
        }}
        onKeyDown={onKeyDown}
        onClick={onClick}
        onScroll={({ currentTarget }) => {
          currentTarget.toggleAttribute('data-aside', currentTarget.scrollLeft > 0);
        }}
        // Whatever brought it there: commands are about the line that has the focus.
        onFocus={({ target }) => {
          const line = lines[Number(target.dataset['index'] ?? NaN)];
          if (line && line.key !== at) cursorStore.setState({ at: line.key });
        }}
        onContextMenuCapture={(event) => {
          const target = event.target instanceof Element ? event.target : null;
          const head = target?.closest<HTMLElement>('[data-column]')?.dataset['column'];
          pressed.current = columns.find(({ id }) => id === head) ?? null;
          const index = target?.closest<HTMLElement>('[data-index]')?.dataset['index'];
          const line = lines[Number(index ?? NaN)];
          if (line) cursorStore.setState({ at: line.key });
        }}
        onDoubleClick={(event) => {
          const target = event.target instanceof Element ? event.target : null;
          if (target?.closest('[data-index]') && !target.closest('[data-box], button, input')) {
            void runCommand('runs.open');
          }
        }}
      >
        <TableHead columns={columns} chosen={all} onChooseAll={chooseAll} />
        <div role="rowgroup" className="runs-body" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const line = lines[index];
            if (!line) return null;
            const own: LineProps = {
              ...{ line, index, top: start, columns, isTree },
              isAt: index === current,
              isLookedAt: line.kind === 'run' && line.key === at,
              best: standingOut(line, columns, best),
              chosen: stateOf(idsOf(line), chosen),
              isRenaming: line.key === renaming,
              isBaseline: line.key === baseline,
            };
            return <RunLineView key={line.key} {...own} />;
          })}
        </div>
      </div>
    </ContextMenu>
  );
}

const idsOf = (line: Line): readonly string[] =>
  line.kind === 'run' ? [line.run.id] : line.runs.map(({ id }) => id);

function stateOf(ids: readonly string[], chosen: ReadonlySet<string>): 'all' | 'some' | 'none' {
  const count = ids.filter((id) => chosen.has(id)).length;
  return count === 0 ? 'none' : count === ids.length ? 'all' : 'some';
}

function toggleChosen(line: Line, chosen: ReadonlySet<string>): void {
  const ids = idsOf(line);
  if (stateOf(ids, chosen) === 'all') removeChosenRuns(ids);
  else addChosenRuns(ids);
}

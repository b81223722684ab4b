/**
 * The columns of a table: only the lines in sight are in the page, and the body is one stop of Tab. Up and down walk
 * the columns, left and right the menus of one, Enter opens a menu; F, T and I make a feature, the target, or leave out.
 */
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { AttrSchema } from '#engine/ir/attrs.ts';
import type { ProfileRole } from '#engine/protocol/profileContract.ts';
import type { PartProps } from '../defineKind.ts';
import { dataViewStore } from '../dataViewStore.ts';
import { ColumnRow } from './ColumnRow.tsx';
import { setRole, type TableRow } from './useTableData.ts';

export const ROW_HEIGHT = 28;

const CELLS = ['name', 'role', 'encoding', 'fill'] as const;
const KEYS: ReadonlyMap<string, ProfileRole> = new Map([
  ['f', 'feature'],
  ['t', 'target'],
  ['i', 'ignore'],
]);

const HEADS = ['Column', 'Type', 'Role', 'Missing'] as const;

export function ColumnsTable(props: {
  readonly part: PartProps<'table'>;
  readonly rows: readonly TableRow[];
  readonly schema: AttrSchema;
  readonly at: string | null;
  /** What the colour in the distributions is the share of. */
  readonly legend: { readonly name: string; readonly word: string } | null;
}) {
  const { part, rows, schema, at, legend } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [stop, setStop] = useState<string>('name');
  const wanted = useRef<{ readonly index: number; readonly cell: string } | null>(null);
  const current = Math.max(
    0,
    rows.findIndex(({ column }) => column.name === at),
  );
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => rows[index]?.column.index ?? index,
    overscan: 8,
    initialRect: { width: 0, height: window.innerHeight },
    scrollPaddingStart: ROW_HEIGHT,
    rangeExtractor: (range) =>
      [...new Set([...defaultRangeExtractor(range), current])].sort((a, b) => a - b),
  });
  useEffect(() => {
    const goal = wanted.current;
    if (!goal) return;
    const line = scroller.current?.querySelector(`[data-index="${goal.index}"]`);
    if (!line) return;
    wanted.current = null;
    const cell = line.querySelector<HTMLElement>(`[data-cell="${goal.cell}"]`);
    (cell ?? line.querySelector<HTMLElement>('[data-cell="name"]'))?.focus({ preventScroll: true });
  });

  const goTo = (index: number, cell: string): void => {
    wanted.current = { index, cell };
    virtual.scrollToIndex(index);
    setStop(cell);
    dataViewStore.setState({ column: rows[index]?.column.name ?? null });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const target = event.target instanceof HTMLElement ? event.target : null;
    const cell = target?.dataset['cell'];
    if (cell === undefined || target?.dataset['state'] === 'open') return;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const done = (): void => {
      event.preventDefault();
      event.stopPropagation();
    };
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2);
    const next = movedBy(event.key, current, rows.length, page);
    if (next !== null) {
      goTo(next, cell);
      return done();
    }
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      const there = CELLS.filter((each) =>
        target?.closest('[data-index]')?.querySelector(`[data-cell="${each}"]`),
      );
      const to =
        there[there.findIndex((each) => each === cell) + (event.key === 'ArrowLeft' ? -1 : 1)];
      if (to !== undefined) goTo(current, to);
      return done();
    }
    const role = event.shiftKey ? undefined : KEYS.get(event.key.toLowerCase());
    const row = rows[current];
    if (role === undefined || !row) return;
    setRole(part, row.column, role);
    return done();
  };
  const onFocusOrClick = (target: EventTarget): void => {
    if (!(target instanceof Element)) return;
    const line = target.closest<HTMLElement>('[data-index]');
    const row = rows[Number(line?.dataset['index'] ?? NaN)];
    if (!row) return;
    const cell = target.closest<HTMLElement>('[data-cell]')?.dataset['cell'];
    if (cell !== undefined) setStop(cell);
    if (row.column.name !== at) dataViewStore.setState({ column: row.column.name });
  };
  // A cell that this column does not have is no stop.
  const here = rows[current];
  const hasMenus = here?.column.role === 'feature' && schema['recipe'] !== undefined;
  const stopHere = hasMenus || stop === 'role' ? stop : 'name';
  return (
    <div
      ref={scroller}
      className="data-columns"
      role="grid"
      aria-label="Columns"
      aria-rowcount={rows.length + 1}
      onKeyDown={onKeyDown}
      onFocus={({ target }) => onFocusOrClick(target)}
      onClick={({ target }) => onFocusOrClick(target)}
    >
      <div role="rowgroup" className="data-head">
        <div role="row" className="data-line head" aria-rowindex={1}>
          {HEADS.map((head) => (
            <span key={head} role="columnheader">
              {head}
            </span>
          ))}
          <span role="columnheader" className="data-legend">
            Distribution
            {legend && (
              <small title={`In colour: ${legend.name} = ${legend.word}`}>
                <span className="ellipsis">{legend.name}</span>
              </small>
            )}
          </span>
          <span role="columnheader" className="num">
            Unique
          </span>
          <span role="columnheader" className="data-encoding">
            Encoding
          </span>
          <span role="columnheader">Fill missing</span>
          <span role="columnheader" className="num">
            Inputs
          </span>
        </div>
      </div>
      <div role="rowgroup" className="data-lines" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const row = rows[index];
          return (
            row && (
              <ColumnRow
                key={key}
                {...{ part, row, schema, top: start, place: index, stop: stopHere }}
                isAt={index === current}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

function movedBy(key: string, at: number, count: number, page: number): number | null {
  const to = new Map<string, number>([
    ...([
      ['ArrowDown', at + 1],
      ['ArrowUp', at - 1],
    ] as const),
    ...([
      ['PageDown', at + page],
      ['PageUp', at - page],
    ] as const),
    ...([
      ['Home', 0],
      ['End', count - 1],
    ] as const),
  ]);
  const next = to.get(key);
  return next === undefined ? null : Math.min(count - 1, Math.max(0, next));
}

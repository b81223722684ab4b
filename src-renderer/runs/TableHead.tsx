/**
 * The head of the table: a click sorts, Shift adds a column, a drag moves the column, its edge makes it wider;
 * by keys Enter, Shift+Enter, Shift+Alt with an arrow, Alt with an arrow. The rest is in each column's menu.
 */
import { memo, useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { own } from '#engine/ir/record.ts';
import { Icon } from '../ui/Icon.tsx';
import type { MenuEntry } from '../ui/Menu.tsx';
import { NAME, type RunColumn } from './columns.ts';
import { type ColumnDrag, movedColumn, useColumnDrag } from './dragColumn.ts';
import { withSort, type SortKey } from './sorting.ts';
import { changeTable, setSort, tableState, useTable } from './tableState.ts';

const NARROWEST = 48;
const WIDEST = 900;
const STEP = 16;

export const widthOf = (
  { id, width }: RunColumn,
  widths: Readonly<Record<string, number>>,
): number => own(widths, id) ?? width;

export function setWidth(id: string, width: number): void {
  const kept = Math.round(Math.max(NARROWEST, Math.min(WIDEST, width)));
  changeTable({ widths: { ...tableState().widths, [id]: kept } });
}

/** Not drawn again while one scrolls: `onChooseAll` is to be the same function. */
export const TableHead = memo(function TableHead(props: {
  readonly columns: readonly RunColumn[];
  readonly chosen: 'all' | 'some' | 'none';
  readonly onChooseAll: () => void;
}) {
  const { columns } = props;
  const sort = useTable((table) => table.sort);
  const ids = columns.map(({ id }) => id);
  const drag = useColumnDrag(ids, setColumns);
  return (
    <div role="rowgroup" className="runs-head">
      <div role="row" aria-rowindex={1} className="runs-line head" onKeyDown={walkHead}>
        <span role="columnheader" aria-colindex={1} className="runs-cell box">
          <button
            type="button"
            className={`runs-box ${props.chosen}`}
            aria-label={props.chosen === 'none' ? 'Choose all runs in sight' : 'Choose none'}
            onClick={props.onChooseAll}
          >
            {props.chosen === 'all' && <Icon name="check" size={12} />}
            {props.chosen === 'some' && <Icon name="minus" size={12} />}
          </button>
        </span>
        {columns.map((column, i) => (
          <HeadCell key={column.id} {...{ column, columns, sort, drag }} index={i} />
        ))}
      </div>
    </div>
  );
});

/** Left and right go along the head; it is one stop of Tab for each of box and columns. */
function walkHead(event: KeyboardEvent<HTMLElement>): void {
  if (event.altKey || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) return;
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  const next = buttons[at + (event.key === 'ArrowRight' ? 1 : -1)];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
}

function HeadCell(props: {
  readonly column: RunColumn;
  readonly index: number;
  readonly columns: readonly RunColumn[];
  readonly sort: readonly SortKey[];
  readonly drag: ColumnDrag;
}) {
  const { column, index, columns, sort, drag } = props;
  const at = sort.findIndex((key) => key.column === column.id);
  const key = sort[at];
  const order = key === undefined ? 'none' : key.descending ? 'descending' : 'ascending';
  const classes = [
    ...['runs-cell', column.id === NAME ? 'name' : '', column.isNumber ? 'number' : ''],
    drag.to === index ? 'drop-before' : '',
    drag.to === columns.length && index === columns.length - 1 ? 'drop-behind' : '',
  ];
  return (
    <span
      role="columnheader"
      aria-colindex={index + 2}
      aria-sort={order}
      className={classes.filter(Boolean).join(' ')}
      data-column={column.id}
    >
      <button
        type="button"
        className={key ? 'runs-sort on' : 'runs-sort'}
        title={`${column.label}. Sort by it; with Shift beside what it is sorted by.`}
        tabIndex={index === 0 ? 0 : -1}
        {...drag.of(column.id)}
        onClick={(event) => {
          if (!drag.wasDragged()) setSort(withSort(sort, column, event.shiftKey));
        }}
        onKeyDown={(event) => {
          const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
          if (!event.altKey || by === 0) return;
          event.preventDefault();
          event.stopPropagation();
          if (event.shiftKey) moveColumn(column, columns, by);
          else setWidth(column.id, widthOf(column, tableState().widths) + by * STEP);
        }}
      >
        <span className="ellipsis">{column.label}</span>
        {key && (
          <span aria-hidden="true">
            {key.descending ? '↓' : '↑'}
            {sort.length > 1 && <small>{at + 1}</small>}
          </span>
        )}
      </button>
      <Edge column={column} />
    </span>
  );
}

/** Dragged, or set back by a double click. */
function Edge({ column }: { readonly column: RunColumn }) {
  const from = useRef<{ readonly x: number; readonly width: number } | null>(null);
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { x: event.clientX, width: widthOf(column, tableState().widths) };
  };
  return (
    <span
      className="runs-edge"
      onPointerDown={onPointerDown}
      onPointerMove={(event) => {
        if (from.current) setWidth(column.id, from.current.width + event.clientX - from.current.x);
      }}
      onPointerUp={() => {
        from.current = null;
      }}
      onDoubleClick={() => {
        const { [column.id]: _dragged, ...widths } = tableState().widths;
        changeTable({ widths });
      }}
    />
  );
}

const setColumns = (ids: readonly string[]): void => changeTable({ columns: [...ids] });

/** One to the left or to the right. */
function moveColumn({ id }: RunColumn, columns: readonly RunColumn[], by: number): void {
  const ids = columns.map((each) => each.id);
  const at = ids.indexOf(id);
  setColumns(movedColumn(ids, id, Math.min(ids.length, at + (by > 0 ? 2 : -1))));
}

/** What a press of the other button offers at a column's head. */
export function columnMenu(column: RunColumn, columns: readonly RunColumn[]): readonly MenuEntry[] {
  const ids = columns.map(({ id }) => id);
  const at = ids.indexOf(column.id);
  const { groups } = tableState();
  const isGrouped = groups.includes(column.id);
  const sorts = (descending: boolean): void => setSort([{ column: column.id, descending }]);
  const item = (id: string, title: string, run: () => void, disabled = false): MenuEntry => ({
    ...{ kind: 'item', id, title, run, disabled },
  });
  return [
    item('up', 'Sort ascending', () => sorts(false)),
    item('down', 'Sort descending', () => sorts(true)),
    item('group', isGrouped ? 'Group no longer' : 'Group by it', () =>
      changeTable({
        groups: isGrouped ? groups.filter((id) => id !== column.id) : [...groups, column.id],
      }),
    ),
    { kind: 'line' },
    // The name stays where it is.
    item('left', 'Move left', () => moveColumn(column, columns, -1), at <= 1),
    item(
      'right',
      'Move right',
      () => moveColumn(column, columns, 1),
      at === 0 || at === ids.length - 1,
    ),
    item('hide', 'Hide', () => setColumns(ids.filter((id) => id !== column.id)), at === 0),
  ];
}

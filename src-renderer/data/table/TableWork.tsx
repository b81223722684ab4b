/** The middle for tables: the columns with what becomes of them, and some rows before and after. */
import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import { dataViewStore, type ColumnFilter } from '../dataViewStore.ts';
import type { PartProps } from '../defineKind.ts';
import { useSourceName } from '../useDatasets.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { formatInteger } from '#renderer/ui/format.ts';
import { Icon } from '#renderer/ui/Icon.tsx';
import { Segments } from '#renderer/ui/Segments.tsx';
import { useSourceSchema } from '../useSourceSchema.ts';
import { ColumnsTable } from './ColumnsTable.tsx';
import { RowsPreview } from './RowsPreview.tsx';
import { isUsed } from './roles.ts';
import { useTablePreview } from './useTablePreview.ts';
import './table.css';
import { type TableRow, useTableRows } from './useTableData.ts';

export function TableWork(part: PartProps<'table'>) {
  const { data, profile } = part;
  const name = useSourceName(data.source);
  const answer = useTablePreview(data);
  const preview = answer.source === data.source ? answer.value : null;
  const schema = useSourceSchema(data.source);
  const rows = useTableRows(profile, preview);
  const search = useStore(dataViewStore, (view) => view.search);
  const filter = useStore(dataViewStore, (view) => view.filter);
  const column = useStore(dataViewStore, (view) => view.column);
  const shown = useMemo(() => narrowed(rows, search, filter), [rows, search, filter]);
  const at = shown.find(({ column: { name } }) => name === column) ?? firstWorth(shown);
  useEffect(() => {
    if (column === null && at) dataViewStore.setState({ column: at.column.name });
  }, [column, at]);
  return (
    <div className="data-table">
      <header className="data-bar">
        <h1 className="ellipsis">{name}</h1>
        <small className="ellipsis">{formatInteger(profile.rows)} rows</small>
        <span className="grow" />
        <label className="data-search">
          <Icon name="search" size={14} />
          <input
            type="search"
            id="data-search"
            placeholder="Find a column"
            aria-label="Find a column"
            value={search}
            onChange={(event) => dataViewStore.setState({ search: event.target.value })}
          />
        </label>
        <Segments<ColumnFilter>
          label="Columns shown"
          value={filter}
          options={[
            { value: 'all', label: `All ${formatInteger(rows.length)}` },
            { value: 'used', label: `Used ${formatInteger(rows.filter(usedRow).length)}` },
            { value: 'warned', label: `Warned ${formatInteger(rows.filter(warnedRow).length)}` },
          ]}
          onChange={(next) => dataViewStore.setState({ filter: next })}
        />
      </header>
      {shown.length === 0 ? (
        <div className="empty">
          <p>No column {search.trim() === '' ? 'is among these' : 'has this in its name'}.</p>
          <Button small onClick={() => dataViewStore.setState({ search: '', filter: 'all' })}>
            Show all columns
          </Button>
        </div>
      ) : (
        <ColumnsTable
          {...{ part, rows: shown, schema, legend: legendOf(part) }}
          at={at?.column.name ?? null}
        />
      )}
      <RowsPreview preview={preview} problem={answer.problem} />
    </div>
  );
}

const usedRow = ({ column }: TableRow): boolean => isUsed(column);
const warnedRow = ({ findings }: TableRow): boolean => findings.length > 0;

/** What is worth a first look: the first feature. */
const firstWorth = (rows: readonly TableRow[]): TableRow | undefined =>
  rows.find(({ column }) => column.role === 'feature') ?? rows[0];

function narrowed(
  rows: readonly TableRow[],
  search: string,
  filter: ColumnFilter,
): readonly TableRow[] {
  const wanted = search.trim().toLowerCase();
  const keep = { all: () => true, used: usedRow, warned: warnedRow }[filter];
  return rows.filter(
    (row) => keep(row) && (wanted === '' || row.column.name.toLowerCase().includes(wanted)),
  );
}

export interface Legend {
  readonly name: string;
  readonly word: string;
}

/** The class that the colour stands for: that of which all are counted, the second of two. */
export function legendOf({ profile }: Pick<PartProps<'table'>, 'profile'>): Legend | null {
  const { target, columns } = profile;
  const of = target && columns[target.index]?.distribution;
  if (!target || !of) return null;
  if (of.kind === 'numbers')
    return of.ofTarget ? { name: target.name, word: String(of.high) } : null;
  const word = of.words.find(({ count, ofTarget }) => ofTarget === count)?.word;
  return word === undefined ? null : { name: target.name, word };
}

/**
 * How the table of runs is looked at: columns, widths, order, groups, filter. Kept in the app's settings
 * beside the rest of the view; whatever they hold, what does not fit takes its default.
 */
import { z } from 'zod';
import { useStore } from 'zustand';
import { toggleMember, viewStore } from '../state/view.ts';
import type { SortKey } from './sorting.ts';

const text = z.string().max(2000);
const schema = z.object({
  /** By their names, in order; null shows what suits the runs that there are. */
  columns: z.array(text).max(200).nullable().catch(null),
  /** In px, of columns that were dragged. */
  widths: z.record(z.string(), z.number().min(40).max(1200)).catch({}),
  sort: z
    .array(z.object({ column: text, descending: z.boolean() }))
    .max(20)
    .catch([]),
  groups: z.array(text).max(5).catch([]),
  /** Groups that are folded away, by their keys. */
  folded: z.array(text).max(2000).catch([]),
  filter: text.catch(''),
  filters: z
    .array(z.object({ name: text, filter: text }))
    .max(100)
    .catch([]),
  details: z.boolean().catch(true),
  /** Whether runs stand below the one that they began with. */
  lineage: z.boolean().catch(false),
  /** Whether runs that were put away are listed too. */
  archived: z.boolean().catch(false),
});

export type TableState = Readonly<z.infer<typeof schema>>;

export function restoreTable(value: unknown): TableState {
  const given = typeof value === 'object' && value !== null ? value : {};
  return schema.parse({ ...schema.parse({}), ...given });
}

let last: { readonly from: unknown; readonly state: TableState } | null = null;

/** The same object for the same settings. */
function read(from: unknown): TableState {
  if (last?.from !== from || last === null) last = { from, state: restoreTable(from) };
  return last.state;
}

export const tableState = (): TableState => read(viewStore.getState().runsTable);

export function useTable<T>(select: (state: TableState) => T): T {
  return useStore(viewStore, ({ runsTable }) => select(read(runsTable)));
}

export function changeTable(change: Partial<TableState>): void {
  viewStore.setState({ runsTable: { ...tableState(), ...change } });
}

export function setSort(sort: readonly SortKey[]): void {
  changeTable({ sort: [...sort] });
}

export function toggleFolded(key: string): void {
  changeTable({ folded: toggleMember(tableState().folded, key) });
}

/** Under the name that is given; an earlier filter of that name gives way. */
export function keepFilter(name: string, filter: string): void {
  const others = tableState().filters.filter((each) => each.name !== name);
  changeTable({ filters: [...others, { name, filter }] });
}

export function forgetFilter(name: string): void {
  changeTable({ filters: tableState().filters.filter((each) => each.name !== name) });
}

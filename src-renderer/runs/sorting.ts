/**
 * The order of runs: by several columns, the first one first. What a run has not stands last either way; runs
 * that are the same stay as they came, newest first. Pure.
 */
import type { JsonValue } from '#engine/ir/attrs.ts';
import type { RunRow } from '#engine/protocol/index.ts';
import { isLive, type RunColumn } from './columns.ts';

export interface SortKey {
  readonly column: string;
  readonly descending: boolean;
}

/** A click goes through the better end, the other one, and none; with Shift beside what was sorted by before. */
export function withSort(
  sort: readonly SortKey[],
  { id, first }: Pick<RunColumn, 'id' | 'first'>,
  isBeside: boolean,
): readonly SortKey[] {
  const begins = first === 'descending';
  const at = sort.findIndex(({ column }) => column === id);
  const before = sort[at];
  const next =
    before === undefined
      ? { column: id, descending: begins }
      : before.descending === begins
        ? { column: id, descending: !begins }
        : null;
  if (!isBeside) return next ? [next] : [];
  if (at < 0) return next ? [...sort, next] : sort;
  return next ? sort.with(at, next) : sort.toSpliced(at, 1);
}

/** Sorted by nothing those that train come first. */
export function sorted(
  rows: readonly RunRow[],
  sort: readonly SortKey[],
  columnOf: (id: string) => RunColumn,
): readonly RunRow[] {
  if (sort.length === 0) {
    const live = rows.filter(isLive);
    return live.length === 0 ? rows : [...live, ...rows.filter((row) => !isLive(row))];
  }
  const keys = sort.map(({ column, descending }) => ({ descending, of: columnOf(column).value }));
  const keyed = rows.map((row) => ({ row, values: keys.map(({ of }) => of(row)) }));
  keyed.sort((a, b) => {
    for (let i = 0; i < keys.length; i++) {
      const difference = compared(a.values[i], b.values[i], keys[i]?.descending === true);
      if (difference !== 0) return difference;
    }
    return 0;
  });
  return keyed.map(({ row }) => row);
}

const words = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

const isMissing = (value: JsonValue | undefined): boolean =>
  value === undefined || value === null || (typeof value === 'number' && Number.isNaN(value));

function compared(a: JsonValue | undefined, b: JsonValue | undefined, descending: boolean): number {
  const [noA, noB] = [isMissing(a), isMissing(b)];
  if (noA || noB) return Number(noA) - Number(noB);
  const difference =
    typeof a === 'number' && typeof b === 'number' ? a - b : words.compare(textOf(a), textOf(b));
  return descending ? -difference : difference;
}

const textOf = (value: JsonValue | undefined): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? null);

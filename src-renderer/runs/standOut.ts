/**
 * Which numbers of a table stand out: of each column of bests the best one, among all runs that were found, and
 * among the groups of a depth the best mean. Where all are the same none does. Pure.
 */
import type { RunRow } from '#engine/protocol/index.ts';
import { groupMean, type Line } from './grouping.ts';
import type { RunColumn } from './columns.ts';

export interface StandOut {
  /** By column. */
  readonly runs: ReadonlyMap<string, number>;
  /** By depth and column. */
  readonly groups: ReadonlyMap<string, number>;
}

const placeOf = (depth: number, { id }: RunColumn): string => `${depth} ${id}`;

export function standOut(
  rows: readonly RunRow[],
  lines: readonly Line[],
  columns: readonly RunColumn[],
): StandOut {
  const [runs, groups] = [new Map<string, number>(), new Map<string, number>()];
  for (const column of columns) {
    const { id, best } = column;
    if (best === null) continue;
    put(
      runs,
      id,
      rows.map((row) => column.value(row)),
      best,
    );
    const means = new Map<string, (number | undefined)[]>();
    for (const line of lines) {
      if (line.kind !== 'group') continue;
      const place = placeOf(line.depth, column);
      const known = means.get(place);
      if (known) known.push(groupMean(line.runs, column));
      else means.set(place, [groupMean(line.runs, column)]);
    }
    for (const [place, values] of means) put(groups, place, values, best);
  }
  return { runs, groups };
}

function put(
  into: Map<string, number>,
  key: string,
  values: readonly unknown[],
  best: 'highest' | 'lowest',
): void {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (typeof value !== 'number' || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low < high) into.set(key, best === 'highest' ? high : low);
}

/** Ids of the columns in which a line stands out; one text, so that lines are drawn anew only where it changes. */
export function standingOut(
  line: Line,
  columns: readonly RunColumn[],
  { runs, groups }: StandOut,
): string {
  return columns
    .filter((column) => {
      if (column.best === null) return false;
      const best =
        line.kind === 'run' ? runs.get(column.id) : groups.get(placeOf(line.depth, column));
      if (best === undefined) return false;
      return best === (line.kind === 'run' ? column.value(line.run) : groupMean(line.runs, column));
    })
    .map(({ id }) => id)
    .join('\n');
}

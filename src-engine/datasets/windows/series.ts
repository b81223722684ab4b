/**
 * Columns of a table as series: rows of one group in the order of time. The same for a table that is trained on and for
 * one that is forecast from, wherever its cells came from.
 */

/** The table as it was read; numbers are NaN where a cell is empty. */
export interface SeriesTable {
  readonly rowCount: number;
  /** Input columns, then target columns that are not among them; numbers, or places of words. */
  readonly columns: readonly Float64Array[];
  /** Null: rows are in order as they stand. */
  readonly time: Float64Array | null;
  /** A name for each row; null for a row of none. Absent: all rows are one series. */
  readonly groupOf?: (row: number) => string | null;
}

export interface Series {
  /** Its group; empty where there is only one. */
  readonly name: string;
  /** Rows of the table, in the order of time. */
  readonly rows: Int32Array;
  /** When each was; their places where the table has no time. */
  readonly times: Float64Array;
  /** As in the table, in the order of `rows`. */
  readonly columns: readonly Float64Array[];
}

export interface FoundSeries {
  /** In the order of their first rows. */
  readonly series: readonly Series[];
  /** Rows without a time, and without a group. */
  readonly untimed: number;
  readonly ungrouped: number;
}

export function seriesOf(
  { rowCount, columns, time, groupOf }: SeriesTable,
  missing: 'drop' | 'previous',
): FoundSeries {
  const groups = new Map<string, number[]>();
  let [untimed, ungrouped] = [0, 0];
  for (let row = 0; row < rowCount; row++) {
    const name = groupOf ? groupOf(row) : '';
    const isTimed = time === null || !Number.isNaN(time[row]);
    if (name === null) ungrouped += 1;
    else if (!isTimed) untimed += 1;
    if (name === null || !isTimed) continue;
    const members = groups.get(name);
    if (members) members.push(row);
    else groups.set(name, [row]);
  }
  const series = [...groups].map(([name, members]): Series => {
    const at = (row: number): number => time?.[row] ?? 0;
    const rows = Int32Array.from(time ? members.sort((a, b) => at(a) - at(b)) : members);
    const times = Float64Array.from(rows, (row, place) => (time ? at(row) : place));
    const ordered = columns.map((values) => {
      const own = Float64Array.from(rows, (row) => values[row] ?? NaN);
      return missing === 'previous' ? filledForward(own) : own;
    });
    return { name, rows, times, columns: ordered };
  });
  return { series, untimed, ungrouped };
}

/** Nothing of what comes later is looked at; gaps before the first value stay. */
function filledForward(values: Float64Array): Float64Array {
  let last = NaN;
  return values.map((value) => {
    if (!Number.isNaN(value)) last = value;
    return last;
  });
}

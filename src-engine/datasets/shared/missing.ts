/**
 * Empty cells of feature columns. They hold the mean of their feature: of all rows when a table is read,
 * of the training rows once these are known, so that nothing of the test split leaks into training.
 */
import type { DataColumn, DataTable } from '../define.ts';
import { rowSize } from './table.ts';

/** Replaces NaN by the mean of the feature over all rows, and remembers where. */
export function fillWithMeans(column: DataColumn & { readonly stored: Float32Array }): DataColumn {
  const { stored } = column;
  const empty: number[] = [];
  for (let at = 0; at < stored.length; at++) if (Number.isNaN(stored[at])) empty.push(at);
  const missing = Int32Array.from(empty);
  return missing.length === 0 ? column : filled({ ...column, missing }, null);
}

/** The table with the means of the training rows in its empty cells. Its fingerprint stays: same data. */
export function fillMissing(table: DataTable, trainRows: Int32Array): DataTable {
  if (!table.columns.some(({ missing }) => missing)) return table;
  return { ...table, columns: table.columns.map((column) => filled(column, trainRows)) };
}

/** `rows` null takes all. A feature that no row has is 0. */
function filled(column: DataColumn, rows: Int32Array | null): DataColumn {
  const { missing, stored } = column;
  if (!missing) return column;
  const size = rowSize(column.field);
  const isEmpty = new Uint8Array(stored.length);
  for (const at of missing) isEmpty[at] = 1;
  const sums = new Float64Array(size);
  const counts = new Float64Array(size);
  const chosen = rows ?? new Int32Array(stored.length / size).map((_, row) => row);
  for (const row of chosen) {
    for (let feature = 0; feature < size; feature++) {
      const at = row * size + feature;
      if (isEmpty[at] === 1) continue;
      sums[feature] = (sums[feature] ?? 0) + (stored[at] ?? 0);
      counts[feature] = (counts[feature] ?? 0) + 1;
    }
  }
  const complete = stored.slice();
  for (const at of missing) {
    const feature = at % size;
    complete[at] = (sums[feature] ?? 0) / Math.max(1, counts[feature] ?? 0);
  }
  return { ...column, stored: complete };
}

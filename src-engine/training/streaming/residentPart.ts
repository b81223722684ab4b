/** Some rows of streamed data, held: enough for whoever looks at samples and needs no more. See decision 45. */
import type { DataColumn, StreamedRows } from '#engine/datasets/define.ts';
import { emptyRows } from '#engine/datasets/index.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import type { Prepared } from '../prepare.ts';

/** Of each part; fewer where rows are large. */
const MOST_ROWS = 4096;
const MOST_NUMBERS = 2 ** 23;

/**
 * The same run over the first rows of each part, `streamed` as it was: that says that these are not all. What is
 * held already stays as it is. Closes the file.
 */
export async function residentPart(prepared: Prepared): Promise<Prepared> {
  const { table, splits, binding } = prepared;
  const { streamed, ...rest } = table;
  if (!streamed) return prepared;
  try {
    const numbers = streamed.columns.reduce((sum, { field }) => sum + elementCount(field.shape), 0);
    const most = Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_NUMBERS / Math.max(1, numbers))));
    const chosen = [splits.train, splits.validation, splits.test].map((rows) =>
      rows.slice(0, most),
    );
    const rows = Int32Array.of(...chosen.flatMap((part) => [...part]));
    const read = await Promise.all(
      streamed.columns.map((column) => readRows(streamed, column, chosen)),
    );
    const columns = [...read, ...table.columns.map((column) => rowsOf(column, rows))];
    const stored = [...read, ...prepared.stored.map((column) => rowsOf(column, rows))];
    const [train = rows, validation = rows, test = rows] = numbered(chosen);
    const held = [...binding].map(
      ([name, bound]) => [name, { ...bound, rows: rows.length }] as const,
    );
    const { rowFacts: _facts, ...facts } = rest;
    return {
      ...{ ...prepared, stored, binding: new Map(held) },
      ...{ table: { ...facts, columns, count: rows.length }, splits: { train, validation, test } },
    };
  } finally {
    await streamed.close();
  }
}

/** The parts lie side by side in each of them. */
async function readRows(
  { read }: StreamedRows,
  { field, dtype, dividedBy, isScaled }: StreamedRows['columns'][number],
  parts: readonly Int32Array[],
): Promise<DataColumn> {
  const size = elementCount(field.shape);
  const count = parts.reduce((sum, rows) => sum + rows.length, 0);
  const stored = emptyRows({ field, dtype }, count);
  let place = 0;
  for (const rows of parts) {
    const [first] = rows;
    if (first === undefined) continue;
    stored.set(await read(field.name, first, rows.length), place * size);
    place += rows.length;
  }
  return {
    ...{ field, stored },
    ...(dividedBy !== undefined && { dividedBy }),
    ...(isScaled && { isScaled }),
  };
}

function rowsOf({ missing: _missing, ...column }: DataColumn, rows: Int32Array): DataColumn {
  const { field, stored } = column;
  const size = elementCount(field.shape);
  const chosen = stored.slice(0, rows.length * size);
  rows.forEach((row, i) => chosen.set(stored.subarray(row * size, (row + 1) * size), i * size));
  return { ...column, stored: chosen };
}

function numbered(parts: readonly Int32Array[]): readonly Int32Array[] {
  let first = 0;
  return parts.map((rows) => {
    const numbers = rows.map((_, i) => first + i);
    first += rows.length;
    return numbers;
  });
}

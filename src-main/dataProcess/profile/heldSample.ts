/** Some rows of streamed samples, held: of each part the first ones, for profiles that look at numbers in memory. */
import { type DataColumn, type DataTable, emptyRows, splitsOf } from '#engine/datasets/index.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { DEFAULT_TRAINING } from '#engine/ir/trainingSettings.ts';
import type { Asked } from './loaded.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

/** Of all parts together; fewer where rows are large. */
const MOST_ROWS = 50_000;
const MOST_NUMBERS = 2 ** 24;

/** As they are where nothing is streamed. The rows say which part they are in, and so it is asked for. */
export async function heldSample(
  table: DataTable,
  asked: Asked,
): Promise<{ readonly table: DataTable; readonly asked: Asked }> {
  const { streamed, columns, count, notes = [], ...facts } = table;
  if (!streamed) return { table, asked };
  const numbers = streamed.columns.reduce((sum, { field }) => sum + elementCount(field.shape), 0);
  const most = Math.min(MOST_ROWS, Math.ceil(MOST_NUMBERS / Math.max(1, numbers)));
  const share = Math.min(1, most / Math.max(1, count));
  const splits = splitsOf(table, DEFAULT_TRAINING.split, DEFAULT_TRAINING.seed);
  const chosen = [splits.train, splits.validation, splits.test].map((rows) =>
    rows.subarray(0, Math.ceil(rows.length * share)),
  );
  const rows = Int32Array.from(chosen.flatMap((part) => [...part]));
  const part = Uint8Array.from(chosen.flatMap((each, place) => Array.from(each, () => place)));
  const read: DataColumn[] = [];
  for (const { field, dtype, ...column } of streamed.columns) {
    const stored = emptyRows({ field, dtype }, rows.length);
    let at = 0;
    for (const each of chosen) {
      const [first] = each;
      if (first === undefined) continue;
      const values = await streamed.read(field.name, first, each.length);
      stored.set(values, at);
      at += values.length;
    }
    const { dividedBy, isScaled } = column;
    read.push({
      ...{ field, stored },
      ...(dividedBy !== undefined && { dividedBy }),
      ...(isScaled !== undefined && { isScaled }),
    });
  }
  const held = columns.map(({ field, stored, ...column }): DataColumn => {
    const size = elementCount(field.shape);
    const kept = stored.slice(0, rows.length * size);
    rows.forEach((row, i) => kept.set(stored.subarray(row * size, (row + 1) * size), i * size));
    return { field, stored: kept, ...column };
  });
  const said = `${formatInteger(rows.length)} of ${formatInteger(count)} samples were looked at.`;
  const { testStart: _ownTest, ...kept } = facts;
  return {
    table: {
      ...{ ...kept, count: rows.length, columns: [...read, ...held] },
      ...{ rowFacts: { part }, notes: [...notes, said] },
    },
    asked: { ...asked, split: { ...DEFAULT_TRAINING.split, kind: 'byColumn' } },
  };
}

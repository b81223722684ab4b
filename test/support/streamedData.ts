/** The same rows as files of prepared data: one that is held, one whose inputs are streamed. */
import {
  columnFileParts,
  type DataTable,
  statisticsOf,
  type StreamedPlan,
} from '#engine/datasets/index.ts';
import { PART } from '#engine/datasets/core/splits/kinds.ts';

const bytesOf = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** Rows in the order of the table: first the buckets, then validation, then test. */
export function heldAndStreamed(
  table: DataTable,
  sizes: Pick<StreamedPlan, 'buckets' | 'validation' | 'test'>,
): { readonly held: Uint8Array; readonly streamed: Uint8Array } {
  const train = sizes.buckets.reduce((sum, rows) => sum + rows, 0);
  const { count, fingerprint } = table;
  if (train + sizes.validation + sizes.test !== count) throw new Error('not all rows');
  const part = Uint8Array.from({ length: count }, (_, row) =>
    row < train ? PART.train : row < train + sizes.validation ? PART.validation : PART.test,
  );
  const inputs = table.columns.filter(({ field }) => field.role === 'input');
  const others = table.columns.filter(({ field }) => field.role !== 'input');
  const rows = Int32Array.from({ length: train }, (_, row) => row);
  const columns = inputs.map((column): StreamedPlan['columns'][number] => {
    const { field, stored } = column;
    const dtype =
      stored instanceof Uint8Array ? 'u8' : stored instanceof Int32Array ? 'i32' : 'f32';
    return { field, dtype, statistics: statisticsOf(column, rows) };
  });
  return {
    held: bytesOf(columnFileParts({ ...table, rowFacts: { part } }, '')),
    streamed: bytesOf([
      ...columnFileParts(
        { count, fingerprint, columns: others, streamed: { columns, ...sizes } },
        '',
      ),
      ...inputs.map(
        ({ stored }) => new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength),
      ),
    ]),
  };
}

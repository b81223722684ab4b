/**
 * What of the data a page is made with: some training rows, by which ranges and drawings are measured, and the
 * samples that go along. Null where the data cannot be read; the page then has neither.
 */
import { base64Encode } from '@bufbuild/protobuf/wire';
import type { DataColumn } from '#engine/datasets/define.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { columnOf, type Prepared } from '#engine/training/prepare.ts';
import type { PlayerExamples } from './model.ts';

/** Enough to measure ranges and drawings by. */
const MEASURED_ROWS = 1000;
/** Fewer held-out samples than this are no choice: then those of training are shown. */
const LEAST_HELD_OUT = 4;
/** Numbers of all examples together, that a page stays small. */
const MOST_NUMBERS = 60_000;

/** Null where the data cannot be read: a moved file is no reason to keep a model. */
export async function readPrepared(data: () => Promise<Prepared>): Promise<Prepared | null> {
  try {
    return await data();
  } catch {
    return null;
  }
}

/** Numbers of a field in some rows of the training part, as the data have them; null where it has none. */
export function measuredRows(
  { table, splits }: Prepared,
  name: string,
): { readonly values: Float32Array; readonly count: number; readonly isBytes: boolean } | null {
  const column = columnOf(table, name);
  if (!column) return null;
  const stride = Math.max(1, Math.floor(splits.train.length / MEASURED_ROWS));
  const rows = splits.train.filter((_, i) => i % stride === 0);
  return {
    values: rowsOf(column, rows),
    count: rows.length,
    isBytes: column.stored instanceof Uint8Array,
  };
}

/**
 * Samples that training did not see, the classes in turn.
 * `truths`: by output, the field that says what is right.
 */
export function examplesOf(
  { table, splits }: Prepared,
  request: {
    readonly inputs: readonly string[];
    readonly truths: ReadonlyMap<string, string>;
    readonly wanted: number;
  },
): PlayerExamples {
  const isHeldOut = splits.validation.length >= LEAST_HELD_OUT;
  const all = isHeldOut ? splits.validation : splits.train;
  const inputs = request.inputs.flatMap((name) => columnOf(table, name) ?? []);
  const truths = [...request.truths].flatMap(([output, name]) => {
    const column = columnOf(table, name);
    return column ? [{ output, column }] : [];
  });
  const numbers = inputs.reduce((sum, { field }) => sum + elementCount(field.shape), 1);
  const count = Math.min(request.wanted, all.length, Math.floor(MOST_NUMBERS / numbers));
  const label = truths.find(({ column }) => column.field.role === 'label')?.column;
  const rows = label ? inTurn(all, label, count) : all.slice(0, count);
  return {
    count: inputs.length === 0 ? 0 : rows.length,
    from: isHeldOut ? 'validation' : 'training',
    inputs: Object.fromEntries(
      inputs.map((column) => {
        const isBytes = column.stored instanceof Uint8Array;
        const values = rowsOf(column, rows);
        const data = isBytes ? Uint8Array.from(values) : bytesOf(values);
        return [column.field.name, { dtype: isBytes ? 'u8' : 'f32', data: base64Encode(data) }];
      }),
    ),
    truths: Object.fromEntries(
      truths.map(({ output, column }) => [output, base64Encode(bytesOf(rowsOf(column, rows)))]),
    ),
  };
}

/** Of each class the first, then of each the second. */
function inTurn(rows: Int32Array, { stored }: DataColumn, count: number): Int32Array {
  const byClass = new Map<number, number[]>();
  for (const row of rows) {
    const label = stored[row] ?? 0;
    const known = byClass.get(label);
    if (known) known.push(row);
    else byClass.set(label, [row]);
  }
  const queues = [...byClass].sort(([a], [b]) => a - b).map(([, queue]) => queue);
  const chosen: number[] = [];
  for (let turn = 0; chosen.length < count; turn++) {
    const next = queues.flatMap((queue) => queue[turn] ?? []);
    if (next.length === 0) break;
    chosen.push(...next);
  }
  return Int32Array.from(chosen.slice(0, count));
}

function rowsOf({ field, stored }: DataColumn, rows: Int32Array): Float32Array {
  const size = elementCount(field.shape);
  const values = new Float32Array(rows.length * size);
  rows.forEach((row, i) => values.set(stored.subarray(row * size, (row + 1) * size), i * size));
  return values;
}

/** Little-endian, as every machine is that this runs on. */
export const bytesOf = (values: Float32Array | Int32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

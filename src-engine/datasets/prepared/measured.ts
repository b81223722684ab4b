/**
 * Columns that were left in their file, read once in parts for what a run has to know of them: what their gaps are filled
 * with, and the statistics of what they are scaled by. The numbers are those of the same columns in memory, to the last
 * bit: what is added up is added in the same order.
 */
import { BYTES_PER_ELEMENT } from '#engine/ir/tensor.ts';
import { groupsOf, needsStatistics, type NormaliseMode } from '../core/normalise.ts';
import type {
  ColumnStatistics,
  DataColumn,
  FiledColumn,
  FiledRows,
  StreamedColumn,
} from '../define.ts';
import { rowSize } from '../shared/table.ts';
import { emptyRows, reading } from './streamed.ts';

/** What is read at once. */
const PART_BYTES = 16 * 2 ** 20;

type Stored = DataColumn['stored'];
type Visit = (stored: Stored, start: number) => void;

/** Rows of which one part holds about `PART_BYTES`. */
export const partRows = ({ field, dtype }: FiledColumn): number =>
  Math.max(1, Math.floor(PART_BYTES / (rowSize(field) * BYTES_PER_ELEMENT[dtype] || 1)));

/** `train`: in rising order. Gaps of what is read from the result hold the means of these rows. */
export async function measuredRows(
  rows: FiledRows,
  train: Int32Array,
  mode: NormaliseMode,
  yields: () => Promise<void>,
): Promise<FiledRows<StreamedColumn>> {
  const filled = await withoutGaps(rows, train, yields);
  const columns: StreamedColumn[] = [];
  for (const { missing: _missing, ...column } of rows.columns) {
    const statistics = needsStatistics(column, mode)
      ? await statisticsIn(filled, column, train, yields)
      : NOT_MEASURED;
    columns.push({ ...column, statistics });
  }
  return { ...filled, columns };
}

/** Of what is not scaled by them. */
const NOT_MEASURED: ColumnStatistics = { mean: [], deviation: [], low: [], high: [] };

/** The training rows one after another, as they are added up in memory; in one array, since fresh ones pile up. */
async function eachRow(
  { readInto }: Pick<FiledRows, 'readInto'>,
  column: FiledColumn,
  train: Int32Array,
  yields: () => Promise<void>,
  visit: Visit,
): Promise<void> {
  const size = rowSize(column.field);
  const most = partRows(column);
  const room = emptyRows(column, Math.min(most, (train.at(-1) ?? 0) + 1));
  for (let at = 0; at < train.length;) {
    const first = train[at] ?? 0;
    let end = at + 1;
    while (end < train.length && (train[end] ?? 0) < first + most) end += 1;
    const stored = room.subarray(0, ((train[end - 1] ?? 0) - first + 1) * size);
    const { buffer, byteOffset, byteLength } = stored;
    await readInto(column.field.name, first, new Uint8Array(buffer, byteOffset, byteLength));
    for (; at < end; at++) visit(stored, ((train[at] ?? 0) - first) * size);
    await yields();
  }
}

/** As `statisticsOf` has them. */
async function statisticsIn(
  rows: Pick<FiledRows, 'readInto'>,
  column: FiledColumn,
  train: Int32Array,
  yields: () => Promise<void>,
): Promise<ColumnStatistics> {
  const { count, size } = groupsOf(column);
  const sums = new Float64Array(count);
  const low = new Float64Array(count).fill(Infinity);
  const high = new Float64Array(count).fill(-Infinity);
  await eachRow(rows, column, train, yields, (stored, start) => {
    for (let group = 0; group < count; group++) {
      let [sum, least, most] = [sums[group] ?? 0, low[group] ?? 0, high[group] ?? 0];
      const from = start + group * size;
      for (let at = from; at < from + size; at++) {
        const value = stored[at] ?? 0;
        sum += value;
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
      [sums[group], low[group], high[group]] = [sum, least, most];
    }
  });
  const total = train.length * size;
  const mean = sums.map((sum) => sum / total);
  const squares = new Float64Array(count);
  await eachRow(rows, column, train, yields, (stored, start) => {
    for (let group = 0; group < count; group++) {
      const middle = mean[group] ?? 0;
      let sum = squares[group] ?? 0;
      const from = start + group * size;
      for (let at = from; at < from + size; at++) sum += ((stored[at] ?? 0) - middle) ** 2;
      squares[group] = sum;
    }
  });
  const deviation = squares.map((sum) => Math.sqrt(sum / total));
  return { mean: [...mean], deviation: [...deviation], low: [...low], high: [...high] };
}

/** What the gaps of a column are filled with, where it has any. */
interface Filling {
  /** Flat positions, in rising order. */
  readonly missing: Int32Array;
  /** One for each feature. */
  readonly means: Float64Array;
}

/** As `fillMissing` fills them. */
async function withoutGaps(
  rows: FiledRows,
  train: Int32Array,
  yields: () => Promise<void>,
): Promise<FiledRows> {
  const fillings = new Map<string, Filling>();
  for (const column of rows.columns) {
    if (!column.missing) continue;
    const missing = column.missing.toSorted();
    const means = await meansOf(rows, column, missing, train, yields);
    fillings.set(column.field.name, { missing, means });
  }
  if (fillings.size === 0) return rows;
  const sizes = new Map(rows.columns.map(({ field }) => [field.name, rowSize(field)]));
  const readInto: FiledRows['readInto'] = async (name, first, into) => {
    await rows.readInto(name, first, into);
    const filling = fillings.get(name);
    if (!filling) return;
    // Only floats have gaps.
    const stored = new Float32Array(
      into.buffer,
      into.byteOffset,
      into.length / BYTES_PER_ELEMENT.f32,
    );
    const { missing, means } = filling;
    const start = first * (sizes.get(name) ?? 1);
    for (let i = firstFrom(missing, start); i < missing.length; i++) {
      const at = missing[i] ?? 0;
      if (at >= start + stored.length) break;
      stored[at - start] = means[at % means.length] ?? 0;
    }
  };
  return { ...rows, ...reading(rows.columns, readInto) };
}

async function meansOf(
  rows: FiledRows,
  column: FiledColumn,
  missing: Int32Array,
  train: Int32Array,
  yields: () => Promise<void>,
): Promise<Float64Array> {
  const size = rowSize(column.field);
  const sums = new Float64Array(size);
  const counts = new Float64Array(size);
  let row = 0;
  let gap = 0;
  await eachRow(rows, column, train, yields, (stored, start) => {
    const first = (train[row++] ?? 0) * size;
    while ((missing[gap] ?? Infinity) < first) gap += 1;
    for (let feature = 0; feature < size; feature++) {
      if (missing[gap] === first + feature) {
        gap += 1;
        continue;
      }
      sums[feature] = (sums[feature] ?? 0) + (stored[start + feature] ?? 0);
      counts[feature] = (counts[feature] ?? 0) + 1;
    }
  });
  return sums.map((sum, feature) => sum / Math.max(1, counts[feature] ?? 0));
}

/** The first place of what is not below `wanted`. */
function firstFrom(sorted: Int32Array, wanted: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Samples of one input that are too large to be held, in the order in which a run takes them: they go to whoever keeps
 * them on the disk, what is measured of the training rows is gathered on the way, and all else stays in memory.
 * Pictures and arrays; tables have columns of their own (table/stream.ts). See decision 45.
 */
import type { DataField } from '#engine/ir/attrs.ts';
import { BYTES_PER_ELEMENT } from '#engine/ir/tensor.ts';
import { groupsOf } from '../core/normalise.ts';
import { splitRows, type Splits } from '../core/splits/splitRows.ts';
import type {
  ColumnStatistics,
  DataColumn,
  DataTable,
  Fitting,
  LoadProgress,
  SpillRows,
  StreamedColumn,
} from '../define.ts';
import { reading } from '../prepared/streamed.ts';
import { bucketSizes, placesOf, streamedNote } from './deal.ts';
import { fingerprint } from './fingerprint.ts';
import { rowSize } from './table.ts';

type Stored = DataColumn['stored'];

/** Rows that can be read again, in the order of their source. */
export interface RowSource {
  readonly field: DataField;
  readonly dtype: 'f32' | 'u8';
  readonly count: number;
  readonly read: (first: number, count: number) => Promise<Stored>;
}

export interface StreamRowsRequest {
  readonly source: RowSource;
  /** Columns that are held, in the order of the source. */
  readonly held: readonly DataColumn[];
  readonly testStart?: number;
  readonly fitting: Fitting;
  readonly spill: SpillRows;
  readonly notes: readonly string[];
  readonly onProgress?: LoadProgress;
}

/** What is read and written at once. */
const PART_BYTES = 8 * 2 ** 20;

export const rowBytesOf = ({ field, dtype }: Pick<RowSource, 'field' | 'dtype'>): number =>
  rowSize(field) * BYTES_PER_ELEMENT[dtype];

export async function streamRows(request: StreamRowsRequest): Promise<DataTable> {
  const { source, held, testStart, fitting, spill, onProgress } = request;
  const { field, dtype, count: total } = source;
  const rowBytes = rowBytesOf(source);
  const splits = splitRows(
    { count: total, columns: held, ...(testStart !== undefined && { testStart }) },
    fitting.split,
    fitting.seed,
  );
  const { train, validation, test } = splits;
  const buckets = bucketSizes(train.length, rowBytes, spill.residentBytes);
  const places = placesOf(splits, buckets, total, fitting.seed);
  const writer = await spill.open({
    rowBytes,
    parts: [...buckets, validation.length, test.length],
  });
  try {
    const meter = dtype === 'u8' ? new ByteStatistics(field) : new NumberStatistics(field);
    for await (const { stored, first, rows } of partsOf(source)) {
      const here = places.subarray(first, first + rows);
      for (const [i, place] of here.entries()) {
        if (place >= 0 && place < train.length) meter.add(stored, i);
      }
      await writer.write(stored, here);
      await onProgress?.(first, total);
    }
    const column: StreamedColumn = { field, dtype, statistics: meter.statistics() };
    const columns = held.map((each) => inOrder(each, places, splits));
    const written = await writer.finish();
    const isOwnTest = testStart !== undefined;
    const count = train.length + validation.length + test.length;
    return {
      ...{ count, columns },
      ...(isOwnTest && { testStart: count - test.length }),
      notes: [...request.notes, streamedNote('The data is', buckets, rowBytes)],
      fingerprint: `${fingerprint(columns, testStart)}-${written.hash}`,
      streamed: {
        ...{ columns: [column], buckets },
        ...{ validation: validation.length, test: test.length },
        ...reading([column], (_column, first, into) => written.readInto(first, into)),
        close: () => written.close(),
      },
    };
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

/** All rows, so many at a time. */
export async function* partsOf(source: RowSource): AsyncGenerator<{
  readonly stored: Stored;
  readonly first: number;
  readonly rows: number;
}> {
  const most = Math.max(1, Math.floor(PART_BYTES / rowBytesOf(source)));
  for (let first = 0; first < source.count; first += most) {
    const rows = Math.min(most, source.count - first);
    yield { stored: await source.read(first, rows), first, rows };
  }
}

function inOrder(column: DataColumn, places: Int32Array, splits: Splits): DataColumn {
  const { field, stored } = column;
  const size = rowSize(field);
  const count = splits.train.length + splits.validation.length + splits.test.length;
  const moved = stored.slice(0, count * size);
  for (const [row, place] of places.entries()) {
    if (place >= 0) moved.set(stored.subarray(row * size, (row + 1) * size), place * size);
  }
  return { ...column, stored: moved };
}

interface Meter {
  /** The row at this place of what was read. */
  add(stored: Stored, row: number): void;
  statistics(): ColumnStatistics;
}

/** Counts how often each value is there: exact, whatever the order. */
class ByteStatistics implements Meter {
  readonly #size: number;
  readonly #groups: number;
  readonly #counts: Float64Array;

  constructor(field: DataField) {
    const { count, size } = groupsOf({ field });
    this.#groups = count;
    this.#size = size;
    this.#counts = new Float64Array(count * 256);
  }

  add(stored: Stored, row: number): void {
    const counts = this.#counts;
    let at = row * this.#groups * this.#size;
    for (let group = 0; group < this.#groups; group++) {
      for (const end = at + this.#size; at < end; at++) {
        const level = group * 256 + (stored[at] ?? 0);
        counts[level] = (counts[level] ?? 0) + 1;
      }
    }
  }

  statistics(): ColumnStatistics {
    const groups = Array.from({ length: this.#groups }, (_, group) => {
      const counts = this.#counts.subarray(group * 256, (group + 1) * 256);
      const total = counts.reduce((sum, count) => sum + count, 0);
      const mean = counts.reduce((sum, count, level) => sum + count * level, 0) / total;
      const squares = counts.reduce((sum, count, level) => sum + count * (level - mean) ** 2, 0);
      return {
        ...{ mean, deviation: Math.sqrt(squares / total) },
        low: counts.findIndex((count) => count > 0),
        high: counts.findLastIndex((count) => count > 0),
      };
    });
    return {
      mean: groups.map(({ mean }) => mean),
      deviation: groups.map(({ deviation }) => deviation),
      low: groups.map(({ low }) => low),
      high: groups.map(({ high }) => high),
    };
  }
}

/** Welford's method (Technometrics 4, 1962): as good as two passes. */
class NumberStatistics implements Meter {
  readonly #size: number;
  #rows = 0;
  readonly #means: Float64Array;
  readonly #squares: Float64Array;
  readonly #low: Float64Array;
  readonly #high: Float64Array;

  constructor(field: DataField) {
    const { count, size } = groupsOf({ field });
    this.#size = size;
    this.#means = new Float64Array(count);
    this.#squares = new Float64Array(count);
    this.#low = new Float64Array(count).fill(Infinity);
    this.#high = new Float64Array(count).fill(-Infinity);
  }

  add(stored: Stored, row: number): void {
    const groups = this.#means.length;
    let at = row * groups * this.#size;
    for (let group = 0; group < groups; group++) {
      let counted = this.#rows * this.#size;
      let [mean, squares] = [this.#means[group] ?? 0, this.#squares[group] ?? 0];
      let [low, high] = [this.#low[group] ?? 0, this.#high[group] ?? 0];
      for (const end = at + this.#size; at < end; at++) {
        const value = stored[at] ?? 0;
        const before = mean;
        counted += 1;
        mean += (value - before) / counted;
        squares += (value - before) * (value - mean);
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
      [this.#means[group], this.#squares[group]] = [mean, squares];
      [this.#low[group], this.#high[group]] = [low, high];
    }
    this.#rows += 1;
  }

  statistics(): ColumnStatistics {
    const total = this.#rows * this.#size;
    return {
      mean: [...this.#means],
      deviation: Array.from(this.#squares, (sum) => Math.sqrt(sum / total)),
      ...{ low: [...this.#low], high: [...this.#high] },
    };
  }
}

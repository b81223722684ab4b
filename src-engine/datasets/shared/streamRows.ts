/**
 * Samples of one input that are too large to be held, in the order in which a run takes them: they go to whoever keeps
 * them on the disk, what is measured of the training rows is gathered on the way, and all else stays in memory.
 * Pictures, arrays and windows; tables have columns of their own (table/stream.ts). See decision 45.
 */
import type { DataField } from '#engine/ir/attrs.ts';
import { BYTES_PER_ELEMENT } from '#engine/ir/tensor.ts';
import { groupsOf } from '../core/normalise.ts';
import { overlappingNote } from '../core/splits/report.ts';
import { splitRows } from '../core/splits/splitRows.ts';
import type {
  ColumnStatistics,
  DataColumn,
  DataTable,
  Fitting,
  LoadProgress,
  RowFacts,
  SpillRows,
  StreamedColumn,
} from '../define.ts';
import { reading } from '../prepared/streamed.ts';
import { bucketSizes, placesOf, streamedNote } from './deal.ts';
import { fingerprint } from './fingerprint.ts';
import { rowRange } from './rowNumbers.ts';
import { dataTable, rowSize } from './table.ts';

type Stored = DataColumn['stored'];

/** Rows that can be read again, in the order of their source. */
export interface RowSource {
  readonly field: DataField;
  readonly dtype: 'f32' | 'i32' | 'u8';
  readonly count: number;
  readonly isScaled?: boolean;
  readonly read: (first: number, count: number) => Promise<Stored>;
}

export interface SampleRows {
  readonly source: RowSource;
  /** Columns that are held, in the order of the source. */
  readonly held: readonly DataColumn[];
  readonly testStart?: number;
  readonly rowFacts?: RowFacts;
  readonly notes: readonly string[];
}

export interface StreamRowsRequest extends SampleRows {
  readonly fitting: Fitting;
  readonly spill: SpillRows;
  readonly onProgress?: LoadProgress;
}

/** Absent: nothing is streamed. */
export type LoadingHost = Partial<Pick<StreamRowsRequest, 'fitting' | 'spill' | 'onProgress'>>;

export interface DealtRows {
  readonly table: DataTable;
  /** Of each row of the table the one of the source. */
  readonly order: Int32Array;
}

/** What is read and written at once. */
const PART_BYTES = 8 * 2 ** 20;

export const rowBytesOf = ({ field, dtype }: Pick<RowSource, 'field' | 'dtype'>): number =>
  rowSize(field) * BYTES_PER_ELEMENT[dtype];

/** Of samples that are made of what is held: all of them in memory where they may be, else streamed. */
export async function tableOfRows(
  { source, held, notes, ...facts }: SampleRows,
  host: LoadingHost,
  refused: (bytes: number) => Error,
): Promise<DealtRows> {
  const { fitting, spill, onProgress } = host;
  const bytes = source.count * rowBytesOf(source);
  if (spill && fitting && bytes > spill.residentBytes) {
    const asked = { source, held, notes, ...facts, fitting, spill };
    return streamRows({ ...asked, ...(onProgress && { onProgress }) });
  }
  if (bytes > MOST_HELD_BYTES) throw refused(bytes);
  const { field, isScaled, count } = source;
  const stored = await source.read(0, count);
  const column: DataColumn = { field, stored, ...(isScaled && { isScaled }) };
  return { table: dataTable([column, ...held], { notes, ...facts }), order: rowRange(0, count) };
}

const MOST_HELD_BYTES = 2 ** 31;

export async function streamRows(request: StreamRowsRequest): Promise<DealtRows> {
  const { source, held, testStart, rowFacts, fitting, spill, onProgress } = request;
  const { field, dtype, count: total } = source;
  const rowBytes = rowBytesOf(source);
  const splits = splitRows(
    {
      ...{ count: total, columns: held },
      ...(testStart !== undefined && { testStart }),
      ...(rowFacts && { rowFacts }),
    },
    fitting.split,
    fitting.seed,
  );
  const { train, validation, test, overlapping = 0 } = splits;
  const buckets = bucketSizes(train.length, rowBytes, spill.residentBytes);
  const places = placesOf(splits, buckets, total, fitting.seed);
  const writer = await spill.open({
    rowBytes,
    parts: [...buckets, validation.length, test.length],
  });
  try {
    const meter = METERS[dtype](field);
    for await (const { stored, first, rows } of partsOf(source)) {
      const here = places.subarray(first, first + rows);
      for (const [i, place] of here.entries()) {
        if (place >= 0 && place < train.length) meter.add(stored, i);
      }
      await writer.write(stored, here);
      await onProgress?.(first, total);
    }
    const column: StreamedColumn = {
      ...{ field, dtype, statistics: meter.statistics() },
      ...(source.isScaled && { isScaled: true }),
    };
    const count = train.length + validation.length + test.length;
    const columns = held.map((each) => {
      const stored = inOrder(each.stored, rowSize(each.field), places, count);
      return { ...each, stored };
    });
    const facts = Object.entries(rowFacts ?? {}).map(
      ([name, values]: readonly [string, Stored | Float64Array]) =>
        [name, inOrder(values, 1, places, count)] as const,
    );
    const order = inOrder(rowRange(0, total), 1, places, count);
    const written = await writer.finish();
    const table: DataTable = {
      ...{ count, columns },
      ...(testStart !== undefined && { testStart: count - test.length }),
      ...(rowFacts && { rowFacts: Object.fromEntries(facts) }),
      notes: [
        ...request.notes,
        ...(overlapping > 0 ? [overlappingNote(overlapping)] : []),
        streamedNote('The data is', buckets, rowBytes),
      ],
      fingerprint: `${fingerprint(columns, testStart)}-${written.hash}`,
      streamed: {
        ...{ columns: [column], buckets },
        ...{ validation: validation.length, test: test.length },
        ...reading([column], (_column, first, into) => written.readInto(first, into)),
        close: () => written.close(),
      },
    };
    return { table, order };
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

function inOrder<T extends Stored | Float64Array>(
  stored: T,
  size: number,
  places: Int32Array,
  count: number,
): T {
  const moved = stored.slice(0, count * size) as T;
  for (let row = 0; row < places.length; row++) {
    const to = (places[row] ?? 0) * size;
    for (let i = 0; to >= 0 && i < size; i++) moved[to + i] = stored[row * size + i] ?? 0;
  }
  return moved;
}

interface Meter {
  /** The row at this place of what was read. */
  add(stored: Stored, row: number): void;
  statistics(): ColumnStatistics;
}

const METERS: Readonly<Record<RowSource['dtype'], (field: DataField) => Meter>> = {
  u8: (field) => new ByteStatistics(field),
  f32: (field) => new NumberStatistics(field),
  // Indices are not scaled: there is nothing to know.
  i32: () => ({
    add: () => undefined,
    statistics: () => ({ mean: [], deviation: [], low: [], high: [] }),
  }),
};

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

/**
 * A large table in the order in which a run takes its rows: dealt into buckets, then what validates, then what tests.
 * Its features go to whoever keeps them on the disk; targets and what is known of rows stay in memory. See decision 45.
 */
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
  StreamedRows,
  TableReport,
} from '../define.ts';
import { reading } from '../prepared/streamed.ts';
import { bucketSizes, placesOf, streamedNote } from '../shared/deal.ts';
import { fingerprint } from '../shared/fingerprint.ts';
import { featuresField } from '../shared/table.ts';
import type { MadeFeatures } from './recipe.ts';

const CHUNK_ROWS = 16_384;
const FLOAT_BYTES = 4;

/** What is known of some rows of the file, in their order, beside their features. */
export interface RowOutcome {
  readonly columns: readonly DataColumn[];
  readonly rowFacts?: RowFacts;
}

interface StreamRequest {
  readonly made: MadeFeatures;
  readonly outcome: (rows: Int32Array) => RowOutcome;
  readonly fitting: Fitting;
  readonly spill: SpillRows;
  readonly notes: readonly string[];
  readonly report: TableReport;
  readonly onProgress: LoadProgress | undefined;
}

/** The table, and of each of its rows the number that it has in the file. */
interface StreamedTable {
  readonly table: DataTable & { readonly streamed: StreamedRows };
  readonly order: Int32Array;
}

export async function streamTable(request: StreamRequest): Promise<StreamedTable> {
  const { made, outcome, fitting, spill, onProgress } = request;
  const { features, rows } = made;
  const splits = splitRows({ count: rows.length, ...outcome(rows) }, fitting.split, fitting.seed);
  const rowBytes = features.width * FLOAT_BYTES;
  const buckets = bucketSizes(splits.train.length, rowBytes, spill.residentBytes);
  // Of each row that is used the place that it gets; -1: in no part.
  const places = placesOf(splits, buckets, rows.length, fitting.seed);
  const count = splits.train.length + splits.validation.length + splits.test.length;
  const order = new Int32Array(count);
  for (const [i, place] of places.entries()) if (place >= 0) order[place] = rows[i] ?? 0;
  const known = outcome(order);
  const passes = 2 * rows.length;
  const isTrained = (place: number): boolean => place >= 0 && place < splits.train.length;
  const meter = new Statistics(features.width);
  await eachPart(made, async (values, from, part) => {
    meter.add(values, part, (i) => isTrained(places[from + i] ?? -1));
    await onProgress?.(from, passes);
  });
  const statistics = meter.statistics();
  const means = Float32Array.from(statistics.mean);
  const writer = await spill.open({
    rowBytes,
    parts: [...buckets, splits.validation.length, splits.test.length],
  });
  try {
    await eachPart(made, async (values, from, part) => {
      for (let at = 0; at < values.length; at++) {
        if (Number.isNaN(values[at])) values[at] = means[at % features.width] ?? 0;
      }
      await writer.write(values, places.subarray(from, from + part.length));
      await onProgress?.(rows.length + from, passes);
    });
    const column: StreamedColumn = {
      ...{ field: featuresField(features.width), dtype: 'f32', statistics },
    };
    const written = await writer.finish();
    const hash = fingerprint(known.columns, undefined);
    const table = {
      ...{
        count,
        ...known,
        notes: [...request.notes, streamedNote('The table is', buckets, rowBytes)],
      },
      ...{ report: request.report, fingerprint: `${hash}-${written.hash}` },
      streamed: {
        ...{ columns: [column], buckets },
        ...{ validation: splits.validation.length, test: splits.test.length },
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

/** Features of rows that are used, some at a time, in the order of the file. `from`: the first one's place in `rows`. */
async function eachPart(
  { rows, features: { width }, encode }: MadeFeatures,
  visit: (values: Float32Array, from: number, part: Int32Array) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
    const part = rows.subarray(from, from + CHUNK_ROWS);
    const first = part[0] ?? 0;
    const last = part.at(-1) ?? first;
    const picked = new Float32Array(part.length * width);
    // Rows that are left out may lie between them.
    let done = 0;
    for (let begin = first; begin <= last; begin += CHUNK_ROWS) {
      const count = Math.min(CHUNK_ROWS, last + 1 - begin);
      const all = encode(begin, count);
      for (; done < part.length && (part[done] ?? 0) < begin + count; done++) {
        const at = (part[done] ?? 0) - begin;
        picked.set(all.subarray(at * width, (at + 1) * width), done * width);
      }
    }
    await visit(picked, from, part);
  }
}

/** Of the numbers that there are: gaps get their mean, which changes neither it nor the sum of squares. */
class Statistics {
  readonly #width: number;
  #rows = 0;
  readonly #counts: Float64Array;
  readonly #means: Float64Array;
  readonly #squares: Float64Array;
  readonly #low: Float64Array;
  readonly #high: Float64Array;

  constructor(width: number) {
    this.#width = width;
    this.#counts = new Float64Array(width);
    this.#means = new Float64Array(width);
    this.#squares = new Float64Array(width);
    this.#low = new Float64Array(width).fill(Infinity);
    this.#high = new Float64Array(width).fill(-Infinity);
  }

  /** Welford's method (Technometrics 4, 1962): as good as two passes. */
  add(values: Float32Array, part: Int32Array, isCounted: (index: number) => boolean): void {
    const width = this.#width;
    for (const i of part.keys()) {
      if (!isCounted(i)) continue;
      this.#rows += 1;
      for (let slot = 0; slot < width; slot++) {
        const value = values[i * width + slot] ?? NaN;
        if (Number.isNaN(value)) continue;
        const count = (this.#counts[slot] ?? 0) + 1;
        const before = this.#means[slot] ?? 0;
        const mean = before + (value - before) / count;
        this.#counts[slot] = count;
        this.#means[slot] = mean;
        this.#squares[slot] = (this.#squares[slot] ?? 0) + (value - before) * (value - mean);
        this.#low[slot] = Math.min(this.#low[slot] ?? 0, value);
        this.#high[slot] = Math.max(this.#high[slot] ?? 0, value);
      }
    }
  }

  statistics(): ColumnStatistics {
    const finite = (values: Float64Array): readonly number[] =>
      Array.from(values, (value) => (Number.isFinite(value) ? value : 0));
    return {
      mean: [...this.#means],
      deviation: Array.from(this.#squares, (sum) => Math.sqrt(sum / Math.max(1, this.#rows))),
      ...{ low: finite(this.#low), high: finite(this.#high) },
    };
  }
}

/**
 * Looks things up in the data that a run learned from: the training rows nearest to a sample, and a row to begin with.
 * Meant for a process that trains nothing, since it holds the data. What is prepared stays held until another is asked
 * for.
 */
import type { FieldRef } from '#engine/check/heads.ts';
import { inputFieldsOf } from '#engine/check/heads.ts';
import type { Normalisation } from '#engine/compile/index.ts';
import type { DataColumn } from '#engine/datasets/define.ts';
import { openStreamed } from '#engine/datasets/index.ts';
import { inputError } from '#engine/ir/problem.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import type { Platform } from '#engine/platform/platform.ts';
import type { PredictInput } from '#engine/protocol/engineContract.ts';
import type {
  HeldOutRequest,
  HeldOutRow,
  NearestRequest,
  NearestRows,
  NearRow,
  RowValues,
  TrainingData,
} from '#engine/protocol/ownSamples.ts';
import { matchInputs } from '../predictInputs.ts';
import { columnOf, prepare, type Prepared } from '../prepare.ts';
import { residentPart } from '../streaming/residentPart.ts';

/** Prepared data that is held at once; what is larger is streamed in parts, or not looked at. */
const MOST_BYTES = 2 ** 30;
/** Numbers that are compared: a quarter of a second on one core. More rows than that are thinned evenly. */
const MOST_NUMBERS = 2 ** 27;
/** Between two looks at messages. */
const YIELD_NUMBERS = 2 ** 22;
/** Longer inputs have no ranges that anybody reads. */
const MOST_RANGES = 512;
const RANGE_ROWS = 20_000;

export interface TrainingRowsReader {
  nearest(request: NearestRequest): Promise<NearestRows>;
  heldOut(request: HeldOutRequest): Promise<HeldOutRow>;
}

export function createTrainingRows(
  platform: Pick<Platform, 'files' | 'yieldToEventLoop'>,
): TrainingRowsReader {
  let last: { readonly key: string; readonly prepared: Promise<Prepared> } | null = null;
  const open = ({ document, data }: TrainingData): Promise<Prepared> => {
    const { nodes, wires, training } = document;
    const key = JSON.stringify([nodes, wires, training.split, training.seed, data]);
    if (last?.key === key) return last.prepared;
    // Before the other one is made: both together may be too much.
    last = null;
    const prepared = refuseLarge(platform, data)
      .then(() =>
        prepare(document, {
          files: platform.files,
          data,
          yieldToEventLoop: () => platform.yieldToEventLoop(),
        }),
      )
      .then(residentPart);
    last = { key, prepared };
    prepared.catch(() => (last = last?.prepared === prepared ? null : last));
    return prepared;
  };
  return {
    async nearest({ inputs, count, ...data }) {
      const prepared = await open(data);
      return nearestRows(prepared, inputs, count, () => platform.yieldToEventLoop());
    },
    async heldOut({ index, ...data }) {
      const prepared = await open(data);
      const { validation, train } = prepared.splits;
      const isHeldOut = validation.length > 0;
      const rows = isHeldOut ? validation : train;
      const row = rows[index % Math.max(1, rows.length)];
      if (row === undefined) throw inputError('try.no-rows', 'The data has no rows.');
      return {
        ...rowValues(prepared, row),
        part: isHeldOut ? 'validation' : 'training',
        count: rows.length,
        ranges: rangesOf(prepared),
      };
    },
  };
}

async function refuseLarge(
  { files }: Pick<Platform, 'files'>,
  data: TrainingData['data'],
): Promise<void> {
  if (data.kind !== 'prepared') return;
  const file = await files.open(data.path);
  const { sizeBytes } = file;
  // Closes the file where it is none.
  const streamed = await openStreamed(file, data.path);
  await streamed?.streamed?.close();
  if (streamed || sizeBytes <= MOST_BYTES) return;
  throw inputError(
    'try.data-too-large',
    `The data takes ${Math.ceil(sizeBytes / 2 ** 20)} MiB; training samples are looked for in at most ${MOST_BYTES / 2 ** 20} MiB.`,
  );
}

interface Compared {
  readonly column: DataColumn;
  readonly sample: Float32Array;
  readonly size: number;
  /** Squared, one for each number; null: whether numbers differ is all that counts. */
  readonly weights: Float64Array | null;
}

/** `inputs`: one sample. Throws InputError where it does not fit the network. */
async function nearestRows(
  { analysis, table, binding, splits, streamed }: Prepared,
  inputs: readonly PredictInput[],
  count: number,
  yields: () => Promise<void>,
): Promise<NearestRows> {
  const { values } = matchInputs(inputFieldsOf(analysis), inputs);
  const compared = values.flatMap(({ ref: { field }, data }): Compared[] => {
    const column = columnOf(table, field.name);
    if (!column) return [];
    const size = elementCount(field.shape);
    const isIndex = field.dtype === 'i32' || isIndexed(column);
    const scale = binding.get(field.name)?.normalisation ?? null;
    return [{ column, sample: data, size, weights: isIndex ? null : squaredScales(scale, size) }];
  });
  const numbers = compared.reduce((sum, { size }) => sum + size, 0);
  const { train } = splits;
  const stride = Math.max(1, Math.ceil((train.length * numbers) / MOST_NUMBERS));
  const found: { row: number; distance: number }[] = [];
  let searched = 0;
  for (let at = 0; at < train.length; at += stride) {
    const row = train[at] ?? 0;
    const limit = found.length < count ? Infinity : (found.at(-1)?.distance ?? Infinity);
    const distance = distanceTo(row, compared, limit);
    searched += 1;
    if (distance < limit) {
      const place = found.findIndex((other) => other.distance > distance);
      found.splice(place < 0 ? found.length : place, 0, { row, distance });
      if (found.length > count) found.pop();
    }
    if ((searched * numbers) % YIELD_NUMBERS < numbers) await yields();
  }
  const isAll = compared.every(({ weights }) => weights === null);
  const total = streamed?.rows.buckets.reduce((sum, rows) => sum + rows, 0) ?? train.length;
  return {
    rows: found.map(({ row, distance }): NearRow => ({
      ...rowValues({ analysis, table }, row),
      distance: isAll ? distance / Math.max(1, numbers) : Math.sqrt(distance),
    })),
    ...{ searched, total, measure: isAll ? 'differing' : 'euclidean' },
  };
}

/** Given up where it is farther than `limit`. */
function distanceTo(row: number, compared: readonly Compared[], limit: number): number {
  let sum = 0;
  for (const { column, sample, size, weights } of compared) {
    const { stored } = column;
    const start = row * size;
    for (let i = 0; i < size; i++) {
      const difference = (sample[i] ?? 0) - (stored[start + i] ?? 0);
      sum += weights ? difference * difference * (weights[i] ?? 1) : Number(difference !== 0);
      if (sum > limit) return Infinity;
    }
  }
  return sum;
}

const isIndexed = ({ stored }: DataColumn): boolean => stored instanceof Int32Array;

/** A scale is one number for all, one for each channel, or one for each feature. */
function squaredScales(normalisation: Normalisation | null, size: number): Float64Array {
  const scale = normalisation?.scale ?? [1];
  const group = size / scale.length;
  return Float64Array.from({ length: size }, (_, i) => (scale[Math.floor(i / group)] ?? 1) ** 2);
}

function rowValues(
  { analysis, table }: Pick<Prepared, 'analysis' | 'table'>,
  row: number,
): RowValues {
  const fields: readonly FieldRef[] = inputFieldsOf(analysis);
  return {
    row,
    inputs: fields.flatMap(({ field }) => {
      const column = columnOf(table, field.name);
      if (!column) return [];
      return [{ name: field.name, shape: [1, ...field.shape], data: valuesOf(column, row) }];
    }),
    truths: table.columns
      .filter(({ field }) => field.role !== 'input')
      .map((column) => ({
        field: column.field.name,
        values: Array.from(valuesOf(column, row), (value) => value * (column.dividedBy ?? 1)),
      })),
  };
}

function valuesOf({ field, stored }: DataColumn, row: number): Float32Array {
  const size = elementCount(field.shape);
  return Float32Array.from(stored.subarray(row * size, (row + 1) * size));
}

function rangesOf({ analysis, table, splits: { train } }: Prepared): HeldOutRow['ranges'] {
  const [first] = inputFieldsOf(analysis);
  const column = first && columnOf(table, first.field.name);
  const size = first ? elementCount(first.field.shape) : 0;
  if (!column || first?.field.shape.length !== 1 || size > MOST_RANGES) return [];
  const low = new Array<number>(size).fill(Infinity);
  const high = new Array<number>(size).fill(-Infinity);
  const stride = Math.max(1, Math.floor(train.length / RANGE_ROWS));
  for (let at = 0; at < train.length; at += stride) {
    const start = (train[at] ?? 0) * size;
    for (let i = 0; i < size; i++) {
      const value = column.stored[start + i] ?? 0;
      low[i] = Math.min(low[i] ?? value, value);
      high[i] = Math.max(high[i] ?? value, value);
    }
  }
  return low.map((value, i) => [value, high[i] ?? value] as const);
}

/** An array that is too large to be held: its samples are read in parts, and dealt as a run takes them. See decision 45. */
import type { DataTable, FileAccess, Fitting, LoadProgress, SpillRows } from '../define.ts';
import {
  type ArrayOptions,
  channelsFirst,
  type InputShape,
  inputShape,
  PixelValues,
  valuesOf,
} from '../shared/arrays.ts';
import { type NpyArray, openNpy, type OpenNpy } from '../shared/npy.ts';
import { partsOf, rowBytesOf, type RowSource, streamRows } from '../shared/streamRows.ts';
import { labelsOf } from './table.ts';

/** What the samples of the file take at most, by its beginning; 0 where its rows do not lie one after another. */
export async function arrayBytes(
  files: FileAccess,
  path: string,
  options: ArrayOptions,
): Promise<number> {
  const file = await files.open(path);
  try {
    const array = await openNpy(file, path);
    if (!array) return 0;
    const source = sourceOf(array, inputShape({ path, shape: array.shape }, options), path);
    return source.count * rowBytesOf(source);
  } finally {
    await file.close();
  }
}

export async function streamArray(
  path: string,
  labels: NpyArray | undefined,
  options: ArrayOptions & { readonly classNames: readonly string[] },
  {
    files,
    ...host
  }: {
    readonly files: FileAccess;
    readonly spill: SpillRows;
    readonly fitting: Fitting;
    readonly onProgress?: LoadProgress;
  },
): Promise<DataTable> {
  const file = await files.open(path);
  try {
    const array = await openNpy(file, path);
    if (!array) throw new Error('its rows lie one after another');
    const kind = inputShape({ path, shape: array.shape }, options);
    const numbers = sourceOf(array, kind, path);
    const source = await asPixels(numbers, kind, host.onProgress);
    const held = labelsOf(labels, source.count, options.classNames);
    const { table } = await streamRows({ ...host, source, held, notes: [] });
    return table;
  } finally {
    await file.close();
  }
}

function sourceOf(array: OpenNpy, kind: InputShape, path: string): RowSource {
  const [count = 0, ...row] = array.shape;
  const elements = row.reduce((product, size) => product * size, 1);
  return {
    ...{ field: kind.field, count },
    dtype: kind.isImage && array.kind !== 'f32' ? 'u8' : 'f32',
    async read(first, rows) {
      const stored = valuesOf(kind, await array.read(first, rows), path, first * elements);
      if (kind.last) channelsFirst(stored, kind.last.channels, kind.last.area);
      return stored;
    },
  };
}

/** Images of floats are kept as bytes where all of them are: that is known once all were looked at. */
async function asPixels(
  source: RowSource,
  { isImage }: InputShape,
  onProgress?: LoadProgress,
): Promise<RowSource> {
  if (!isImage || source.dtype === 'u8') return source;
  const seen = new PixelValues();
  for await (const { stored, first } of partsOf(source)) {
    if (!seen.add(stored)) break;
    await onProgress?.(first, 2 * source.count);
  }
  if (!seen.arePixels) return source;
  return {
    ...source,
    dtype: 'u8',
    read: async (first, rows) => Uint8Array.from(await source.read(first, rows)),
  };
}

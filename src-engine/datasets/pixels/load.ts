/** From columns of pixels to pictures, u8 `[N, C, H, W]` where they are whole numbers of 0 to 255, else f32. */
import { inputError } from '#engine/ir/problem.ts';
import type { DataColumn, DataTable, LoadProgress } from '../define.ts';
import { dataTable, imageField } from '../shared/table.ts';
import { factsOfRows, readRowFacts } from '../table/rowFacts.ts';
import type { RawTable } from '../table/rawTable.ts';
import { encodeTarget, MAX_CLASSES, type Target, targetColumn } from '../table/target.ts';
import { pixelColumns, type PixelColumns } from './columns.ts';
import type { PixelOptions } from './options.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

/** Rows times pixels: one GiB where they are no whole numbers. */
const MOST_VALUES = 2 ** 28;
const WHITE = 255;

export async function loadPixels(
  raw: RawTable,
  options: PixelOptions,
  onProgress?: LoadProgress,
): Promise<DataTable> {
  const { facts, columns } = await readRowFacts(raw, { ...options, time: '' });
  const chosen = await pixelColumns(raw, options, columns);
  const { pixels, shape } = chosen;
  if (raw.rowCount * pixels.length > MOST_VALUES) {
    throw inputError(
      'pixels.too-large',
      `${formatInteger(raw.rowCount)} pictures of ${formatInteger(pixels.length)} pixels are too many.`,
      { path: raw.path, explanation: `At most ${formatInteger(MOST_VALUES)} pixels are held.` },
    );
  }
  const target = await readTarget(raw, chosen, options);
  const rows = Int32Array.from({ length: raw.rowCount }, (_, row) => row).filter(
    (row) => !Number.isNaN(target?.values[row]),
  );
  if (rows.length === 0) {
    throw inputError('pixels.no-rows', 'No picture has a label.', { path: raw.path });
  }
  const stored = await readPixels(raw, chosen, options, rows, onProgress);
  const image: DataColumn = {
    field: imageField(shape.channels, shape.height, shape.width),
    stored,
  };
  const dropped = raw.rowCount - rows.length;
  const rowFacts = factsOfRows(facts, rows);
  return dataTable(target ? [image, targetColumn(target, rows, options.targetScale)] : [image], {
    notes: [
      `Pictures are of ${shape.channels}×${shape.height}×${shape.width} pixels, a column for each.`,
      ...chosen.notes,
      ...(target?.notes ?? []),
      ...(dropped > 0
        ? [
            `${formatInteger(dropped)} of ${formatInteger(raw.rowCount)} rows are left out: they have no label.`,
          ]
        : []),
      ...raw.notes,
    ],
    ...(Object.keys(rowFacts).length > 0 && { rowFacts }),
  });
}

async function readTarget(
  raw: RawTable,
  { target }: PixelColumns,
  { targetKind, targetScale }: PixelOptions,
): Promise<Target | null> {
  if (target === null || targetKind === 'none') return null;
  return encodeTarget(raw, await raw.column(target, MAX_CLASSES), targetKind, targetScale);
}

async function readPixels(
  raw: RawTable,
  { pixels, shape: { channels, height, width } }: PixelColumns,
  { layout }: PixelOptions,
  rows: Int32Array,
  onProgress?: LoadProgress,
): Promise<Uint8Array | Float32Array> {
  const size = pixels.length;
  const area = height * width;
  let stored: Uint8Array | Float32Array = new Uint8Array(rows.length * size);
  for (const [place, index] of pixels.entries()) {
    await onProgress?.(place, size);
    const values = await pixelValues(raw, index);
    const isMoved = channels > 1 && layout === 'channelsLast';
    const slot = isMoved ? (place % channels) * area + Math.floor(place / channels) : place;
    for (let to = 0; to < rows.length; to++) {
      const row = rows[to] ?? 0;
      const value = values[row] ?? NaN;
      if (Number.isNaN(value)) throw await emptyPixel(raw, row, index);
      if (stored instanceof Uint8Array && !isByte(value)) stored = Float32Array.from(stored);
      stored[to * size + slot] = value;
    }
  }
  // Numbers of 0 and 1 are as bright as they can be, not nearly black.
  const isBinary = stored instanceof Uint8Array && stored.every((value) => value <= 1);
  return isBinary ? Float32Array.from(stored) : stored;
}

const isByte = (value: number): boolean => value >= 0 && value <= WHITE && Number.isInteger(value);

async function pixelValues(raw: RawTable, index: number): Promise<Float64Array> {
  const column = await raw.column(index, 1);
  if (column.kind === 'number' && !column.isDate) return column.values;
  if (column.kind === 'empty') throw await emptyPixel(raw, 0, index);
  throw inputError('pixels.not-a-number', `Column ${column.name} holds no numbers.`, {
    path: await raw.place(0, index),
    explanation: 'Every column but the label is a pixel: name others in the option "ignore".',
  });
}

const emptyPixel = async (raw: RawTable, row: number, index: number): Promise<Error> =>
  inputError('pixels.empty', 'This pixel is empty.', {
    path: await raw.place(row, index),
    explanation: 'Pictures have all their pixels: correct it, or leave the row out of the table.',
  });

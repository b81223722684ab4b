/** What each input of a page is, so that people can be asked for it: an image, a row of numbers and words, a class. */
import { elementCount } from '#engine/ir/tensor.ts';
import type { DataField } from '#engine/ir/attrs.ts';
import type { FittedTable } from '#engine/training/fittedData.ts';
import type { Prepared } from '#engine/training/prepare.ts';
import type { ExportSource } from '../source.ts';
import { drawingOf } from './drawing.ts';
import { measuredRows } from './held.ts';
import type { ImageShape, PlayerColumn, PlayerInput } from './model.ts';
import type { Ask } from './parts.ts';

export interface Asking {
  readonly source: ExportSource;
  /** Null where it cannot be read. */
  readonly prepared: Prepared | null;
  /** What the columns of a table became. */
  readonly table: FittedTable | null;
}

/** Grey, or colours with or without how opaque they are. */
const IMAGE_CHANNELS: ReadonlySet<number> = new Set([1, 3, 4]);
/** Matrices from this size on are looked at. */
const FEWEST_IMAGE_ROWS = 8;

/** By name where the data knows them, else by number. */
export const classNamesOf = ({ classes = 0, classNames }: DataField): readonly string[] =>
  classNames ?? Array.from({ length: classes }, (_, i) => String(i));

export function imageSides(
  shape: readonly number[],
): Pick<ImageShape, 'channels' | 'height' | 'width'> | null {
  const [channels = 1, height = 0, width = 0] = shape.length === 2 ? [1, ...shape] : shape;
  if (shape.length === 2 && Math.min(height, width) < FEWEST_IMAGE_ROWS) return null;
  const isImage = (shape.length === 2 || shape.length === 3) && IMAGE_CHANNELS.has(channels);
  return isImage && height > 1 && width > 1 ? { channels, height, width } : null;
}

export function inputOf(ask: Ask, asking: Asking): PlayerInput {
  const { name } = ask;
  if (ask.kind === 'latent') {
    // How far its numbers reach is found by drawing some.
    return { name, shape: ask.shape, kind: 'latent', low: 0, high: 0 };
  }
  const { field } = ask;
  const { shape } = field;
  if (field.role === 'label') {
    return { name, shape, kind: 'class', classes: classNamesOf(field) };
  }
  const sides = imageSides(shape);
  if (sides) return imageOf(field, sides, asking);
  const isRow = field.role === 'input' && shape.length <= 1;
  if (isRow) return { name, shape, kind: 'row', columns: columnsOf(field, asking) };
  const [low, high] = rangeAt(field, asking, 0, elementCount(shape));
  return { name, shape, kind: 'numbers', typical: (low + high) / 2 };
}

function imageOf(
  field: DataField,
  sides: Pick<ImageShape, 'channels' | 'height' | 'width'>,
  asking: Asking,
): PlayerInput {
  const { name, shape } = field;
  const [low, high] = imageRange(field, asking);
  const measured = asking.prepared && measuredRows(asking.prepared, name);
  const drawing =
    measured && sides.channels === 1
      ? drawingOf({
          shades: measured.values.map((value) => (value - low) / (high - low)),
          ...{ count: measured.count, height: sides.height, width: sides.width },
        })
      : null;
  return { name, shape, kind: 'image', ...sides, low, high, drawing };
}

/** From black to white, in the numbers of the data. */
export function imageRange(field: DataField, asking: Asking): readonly [number, number] {
  const measured = asking.prepared && measuredRows(asking.prepared, field.name);
  if (measured?.isBytes) return [0, 255];
  const [low, high] = rangeAt(field, asking, 0, elementCount(field.shape));
  // As images are kept in files, whatever those here reach.
  if (low >= 0 && high <= 1) return [0, 1];
  return low >= 0 && high <= 255 ? [0, 255] : [low, high];
}

/** As they are scaled for the network: what pictures that it makes are in. */
export function scaledImageRange(field: DataField, asking: Asking): readonly [number, number] {
  const [low, high] = imageRange(field, asking);
  const { shift, scale } = asking.source.binding.get(field.name)?.normalisation ?? {};
  const scaled = (value: number): number => (value - (shift?.[0] ?? 0)) * (scale?.[0] ?? 1);
  return [scaled(low), scaled(high)];
}

function columnsOf(field: DataField, asking: Asking): readonly PlayerColumn[] {
  const size = elementCount(field.shape);
  const { table } = asking;
  if (table && encodedSize(table) === size) {
    let at = 0;
    return table.features.map(({ name, kind, categories }) => {
      const column = columnAt(field, asking, at, kind === 'date' ? `${name} (year)` : name);
      at += widthOf(categories);
      return categories ? { ...column, categories, isWhole: true } : column;
    });
  }
  const names = size === 1 ? ['x'] : size === 2 ? ['x', 'y'] : null;
  return Array.from({ length: size }, (_, i) =>
    columnAt(field, asking, i, names?.[i] ?? `x${i + 1}`),
  );
}

const widthOf = (categories: readonly string[] | undefined): number =>
  categories === undefined || categories.length === 2 ? 1 : categories.length;
const encodedSize = ({ features }: FittedTable): number =>
  features.reduce((sum, { categories }) => sum + widthOf(categories), 0);

function columnAt(field: DataField, asking: Asking, at: number, name: string): PlayerColumn {
  const values = numbersAt(field, asking, at, 1);
  const [low, high] = rangeAt(field, asking, at, 1);
  const sorted = values?.toSorted() ?? null;
  const typical = sorted?.[Math.floor(sorted.length / 2)] ?? (low + high) / 2;
  return {
    ...{ name, at, low, high },
    typical: Number(typical.toPrecision(4)),
    isWhole: values !== null && values.length > 0 && values.every(Number.isInteger),
  };
}

/** Of so many neighbouring numbers of each row. */
function numbersAt(
  { name, shape }: DataField,
  { prepared }: Asking,
  at: number,
  count: number,
): Float32Array | null {
  const measured = prepared && measuredRows(prepared, name);
  if (!measured) return null;
  const size = elementCount(shape);
  return measured.values.filter((_, i) => i % size >= at && i % size < at + count);
}

/** What the training rows hold; where they cannot be read, about that, from how inputs are scaled. */
function rangeAt(
  field: DataField,
  asking: Asking,
  at: number,
  count: number,
): readonly [number, number] {
  const values = numbersAt(field, asking, at, count);
  if (values && values.length > 0) {
    const [low, high] = [
      values.reduce((a, b) => Math.min(a, b)),
      values.reduce((a, b) => Math.max(a, b)),
    ];
    return high > low ? [low, high] : [low - 1, high + 1];
  }
  if (field.range) return field.range;
  const { shift, scale } = asking.source.binding.get(field.name)?.normalisation ?? {};
  if (!shift || !scale) return [0, 1];
  const middle = shift[at % shift.length] ?? 0;
  const unit = 1 / (scale[at % scale.length] ?? 1);
  // To 0..1 it was scaled from its least; otherwise by mean and deviation.
  return shift.length === 1 && middle === 0 ? [0, unit] : [middle - 2 * unit, middle + 2 * unit];
}

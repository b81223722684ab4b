/** From arrays of numbers to a table: which are images, which are features, which are labels. */
import type { DataField } from '#engine/ir/attrs.ts';
import { inputError } from '#engine/ir/problem.ts';
import type { DataColumn } from '../define.ts';
import type { NpyArray } from './npy.ts';
import { featuresField, imageField, labelField, labelsField, targetField } from './table.ts';

export interface ArrayOptions {
  readonly layout: 'auto' | 'channelsFirst' | 'channelsLast';
}

const isChannels = (size: number | undefined): boolean => size === 1 || size === 3 || size === 4;
/** Whole numbers from 0 to this are classes; larger ones are something else. */
const MAX_CLASSES = 100_000;

/** What samples of a shape are, and how they are moved: `[N, H, W]`, `[N, H, W, C]` or `[N, C, H, W]` are images. */
export interface InputShape {
  readonly field: DataField;
  readonly isImage: boolean;
  /** Images whose channels come last: how many, and how large each is. */
  readonly last: { readonly channels: number; readonly area: number } | null;
}

/** `[N, features]` and `[N]` are features. */
export function inputShape(
  { shape, path }: Pick<NpyArray, 'shape' | 'path'>,
  { layout }: ArrayOptions,
): InputShape {
  const [count = 0, a = 0, b = 0, c = 0] = shape;
  if (count === 0 || shape.includes(0)) throw wrongShape('There are no samples.', path, shape);
  if (shape.length <= 2) {
    return { field: featuresField(shape.length === 1 ? 1 : a), isImage: false, last: null };
  }
  if (shape.length === 3) return { field: imageField(1, a, b), isImage: true, last: null };
  if (shape.length !== 4) {
    throw wrongShape('Samples have too many dimensions.', path, shape);
  }
  const isFirst = layout === 'auto' ? isChannels(a) : layout === 'channelsFirst';
  if (layout === 'auto' && !isFirst && !isChannels(c)) {
    throw wrongShape(`Neither ${a} nor ${c} can be a number of channels (1, 3 or 4).`, path, shape);
  }
  return isFirst
    ? { field: imageField(a, b, c), isImage: true, last: null }
    : { field: imageField(c, a, b), isImage: true, last: { channels: c, area: a * b } };
}

/** Samples of the array, whose elements may be moved in their place. */
export function inputColumn(array: NpyArray, options: ArrayOptions): DataColumn {
  const { data, path } = array;
  const kind = inputShape(array, options);
  const kept = valuesOf(kind, data, path);
  const stored = kind.isImage && kept instanceof Float32Array ? asPixels(kept) : kept;
  if (kind.last) channelsFirst(stored, kind.last.channels, kind.last.area);
  return { field: kind.field, stored };
}

/** Some of them as they are kept: bytes, or finite numbers. `from`: how many elements come before. */
export function valuesOf(
  { isImage }: InputShape,
  data: NpyArray['data'],
  path: string,
  from = 0,
): Float32Array | Uint8Array {
  if (!isImage) return finite(numbers(data), path, from);
  const values = data instanceof Int32Array ? pixels(data, path, from) : data;
  return values instanceof Float32Array ? finite(values, path, from) : values;
}

/**
 * `[N]` or `[N, 1]`: whole numbers are classes, others a target; `[N, K]` is a target of K numbers, or of K labels where
 * these are 0 and 1 alone.
 */
export function labelColumn({ shape, data, path }: NpyArray, names: readonly string[]): DataColumn {
  const [count = 0, width = 1] = shape;
  if (shape.length === 0 || shape.length > 2) {
    throw wrongShape('Labels have one dimension, or two.', path, shape);
  }
  if (width === 1 && !(data instanceof Float32Array)) {
    let [lowest, highest] = [0, 0];
    for (const value of data) {
      if (value < lowest) lowest = value;
      if (value > highest) highest = value;
    }
    const given = names.length > 0 ? names.length : highest + 1;
    if (lowest < 0 || highest >= given || highest >= MAX_CLASSES) {
      const value = lowest < 0 ? lowest : highest;
      throw inputError('arrays.label', `The label ${value} is none of ${given} classes.`, { path });
    }
    const field = labelField(names.length > 0 ? names : highest + 1);
    return { field, stored: Int32Array.from(data.subarray(0, count)) };
  }
  const stored = finite(numbers(data), path);
  const isMultiLabel = width > 1 && stored.every((value) => value === 0 || value === 1);
  if (!isMultiLabel) return { field: targetField(width), stored };
  const labels = Array.from({ length: width }, (_, i) => names[i] ?? `label ${i + 1}`);
  return { field: labelsField(labels), stored };
}

const numbers = (data: NpyArray['data']): Float32Array =>
  data instanceof Float32Array ? data : Float32Array.from(data);

function finite(data: Float32Array, path: string, from = 0): Float32Array {
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return data;
  throw inputError('arrays.not-finite', `Element ${from + bad} is ${String(data[bad])}.`, {
    path,
    explanation: 'Numbers must be finite; fill gaps before saving.',
  });
}

/** Whole numbers as wide as they may be, but pixels by what they say. */
function pixels(data: Int32Array, path: string, from: number): Uint8Array {
  const bad = data.findIndex((value) => value < 0 || value > 255);
  if (bad < 0) return Uint8Array.from(data);
  throw inputError(
    'arrays.pixel',
    `Element ${from + bad} is ${String(data[bad])}; pixels are 0 to 255.`,
    { path },
  );
}

/** Whole numbers of 0 to 255 are pixels, however they were saved; others stay as they are. */
function asPixels(data: Float32Array): Float32Array | Uint8Array {
  const seen = new PixelValues();
  return seen.add(data) && seen.arePixels ? Uint8Array.from(data) : data;
}

/** Whether numbers that come in parts are pixels, all of them. */
export class PixelValues {
  #areWhole = true;
  #highest = 0;

  /** False where the rest need not be looked at. */
  add(data: ArrayLike<number>): boolean {
    for (let i = 0; i < data.length; i++) {
      const value = data[i] ?? 0;
      if (value < 0 || value > 255 || !Number.isInteger(value)) return (this.#areWhole = false);
      if (value > this.#highest) this.#highest = value;
    }
    return this.#areWhole;
  }

  get arePixels(): boolean {
    return this.#areWhole && this.#highest > 1;
  }
}

/** Moves the elements of each image, in their place. */
export function channelsFirst(
  data: Uint8Array | Float32Array,
  channels: number,
  area: number,
): void {
  const size = channels * area;
  const moved = data.slice(0, size);
  for (let start = 0; start < data.length; start += size) {
    for (let pixel = 0, from = start; pixel < area; pixel++) {
      for (let to = pixel; to < size; to += area) moved[to] = data[from++] ?? 0;
    }
    data.set(moved, start);
  }
}

const wrongShape = (message: string, path: string, shape: readonly number[]): Error =>
  inputError('arrays.shape', message, { path, explanation: `Its shape is ${shape.join('×')}.` });

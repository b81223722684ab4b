/** From arrays of numbers to a table: which are images, which are features, which are labels. */
import { inputError } from '#engine/ir/problem.ts';
import type { DataColumn } from '../define.ts';
import type { NpyArray } from './npy.ts';
import { featuresField, imageField, labelField, targetField } from './table.ts';

export interface ArrayOptions {
  readonly layout: 'auto' | 'channelsFirst' | 'channelsLast';
}

const isChannels = (size: number | undefined): boolean => size === 1 || size === 3 || size === 4;
/** Whole numbers from 0 to this are classes; larger ones are something else. */
const MAX_CLASSES = 100_000;

/** `[N, H, W]`, `[N, H, W, C]` or `[N, C, H, W]` are images, `[N, features]` and `[N]` features. */
export function inputColumn({ shape, data, path }: NpyArray, { layout }: ArrayOptions): DataColumn {
  const [count = 0, a = 0, b = 0, c = 0] = shape;
  if (count === 0 || shape.includes(0)) throw wrongShape('There are no samples.', path, shape);
  if (shape.length <= 2) {
    return {
      field: featuresField(shape.length === 1 ? 1 : a),
      stored: finite(numbers(data), path),
    };
  }
  const stored = data instanceof Int32Array ? pixels(data, path) : data;
  const kept = stored instanceof Float32Array ? asPixels(finite(stored, path)) : stored;
  if (shape.length === 3) return { field: imageField(1, a, b), stored: kept };
  if (shape.length !== 4) {
    throw wrongShape('Samples have too many dimensions.', path, shape);
  }
  const isFirst = layout === 'auto' ? isChannels(a) : layout === 'channelsFirst';
  if (layout === 'auto' && !isFirst && !isChannels(c)) {
    throw wrongShape(`Neither ${a} nor ${c} can be a number of channels (1, 3 or 4).`, path, shape);
  }
  return isFirst
    ? { field: imageField(a, b, c), stored: kept }
    : { field: imageField(c, a, b), stored: channelsFirst(kept, c, a * b) };
}

/** `[N]` or `[N, 1]`: whole numbers are classes, others a target; `[N, K]` is a target of K numbers. */
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
  return { field: targetField(width), stored: finite(numbers(data), path) };
}

const numbers = (data: NpyArray['data']): Float32Array =>
  data instanceof Float32Array ? data : Float32Array.from(data);

function finite(data: Float32Array, path: string): Float32Array {
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return data;
  throw inputError('arrays.not-finite', `Element ${bad} is ${String(data[bad])}.`, {
    path,
    explanation: 'Numbers must be finite; fill gaps before saving.',
  });
}

/** Whole numbers as wide as they may be, but pixels by what they say. */
function pixels(data: Int32Array, path: string): Uint8Array {
  const bad = data.findIndex((value) => value < 0 || value > 255);
  if (bad < 0) return Uint8Array.from(data);
  throw inputError('arrays.pixel', `Element ${bad} is ${String(data[bad])}; pixels are 0 to 255.`, {
    path,
  });
}

/** Whole numbers of 0 to 255 are pixels, however they were saved; others stay as they are. */
function asPixels(data: Float32Array): Float32Array | Uint8Array {
  let highest = 0;
  for (const value of data) {
    if (value < 0 || value > 255 || !Number.isInteger(value)) return data;
    if (value > highest) highest = value;
  }
  return highest > 1 ? Uint8Array.from(data) : data;
}

function channelsFirst<T extends Uint8Array | Float32Array>(
  data: T,
  channels: number,
  area: number,
) {
  const moved = data.slice();
  for (let at = 0; at < data.length; at++) {
    const pixel = Math.floor(at / channels);
    const image = Math.floor(pixel / area);
    moved[(image * channels + (at % channels)) * area + (pixel % area)] = data[at] ?? 0;
  }
  return moved;
}

const wrongShape = (message: string, path: string, shape: readonly number[]): Error =>
  inputError('arrays.shape', message, { path, explanation: `Its shape is ${shape.join('×')}.` });

/**
 * Shapes as strides: how tensors of other shapes are walked along one. Plain numbers, no code.
 */
import { at } from './kernel.ts';

/** A nest of loops; `strides[k][d]` is how far tensor k moves (in elements) along dimension d. */
export interface Nest {
  readonly dims: readonly number[];
  readonly strides: readonly (readonly number[])[];
}

export const product = (dims: readonly number[]): number => dims.reduce((all, dim) => all * dim, 1);

/** Bindings start at multiples of so many bytes on every device. */
const BINDING_START = 256;

/**
 * Stretches of `count` items that a binding holds each, where every item takes so many bytes in some tensor;
 * each starts where a binding may.
 */
export function stretches(
  count: number,
  itemBytes: readonly number[],
  bindingBytes: number,
): readonly { readonly start: number; readonly length: number }[] {
  const fitting = Math.floor(bindingBytes / Math.max(...itemBytes));
  if (count <= fitting) return [{ start: 0, length: count }];
  const step = Math.max(...itemBytes.map((bytes) => BINDING_START / greatestDivisor(bytes)));
  const length = Math.max(step, Math.floor(fitting / step) * step);
  return Array.from({ length: Math.ceil(count / length) }, (_, k) => ({
    start: k * length,
    length: Math.min(length, count - k * length),
  }));
}

/** Of `bytes` and a binding's start, a power of two. */
const greatestDivisor = (bytes: number): number => Math.min(BINDING_START, bytes & -bytes);

export function denseStrides(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let d = shape.length - 2; d >= 0; d--) strides[d] = at(strides, d + 1) * at(shape, d + 1);
  return strides;
}

/** Strides with which a tensor of `from` is read as if it had `shape`: 0 where it repeats. */
export function broadcastStrides(from: readonly number[], shape: readonly number[]): number[] {
  const own = denseStrides(from);
  const missing = shape.length - from.length;
  return shape.map((dim, d) => {
    const source = d - missing;
    return source < 0 || (from[source] === 1 && dim !== 1) ? 0 : at(own, source);
  });
}

/** Drops dimensions of size 1 and merges neighbours that all tensors cross alike; keeps at least one. */
export function mergeDims(nest: Nest): Nest {
  const dims: number[] = [];
  const strides: number[][] = nest.strides.map(() => []);
  nest.dims.forEach((dim, d) => {
    if (dim === 1) return;
    const last = dims.length - 1;
    const merges =
      last >= 0 && nest.strides.every((s, k) => at(at(strides, k), last) === at(s, d) * dim);
    if (merges) {
      dims[last] = at(dims, last) * dim;
      nest.strides.forEach((s, k) => (at(strides, k)[last] = at(s, d)));
    } else {
      dims.push(dim);
      nest.strides.forEach((s, k) => at(strides, k).push(at(s, d)));
    }
  });
  if (dims.length === 0) return { dims: [1], strides: nest.strides.map(() => [1]) };
  return { dims, strides };
}

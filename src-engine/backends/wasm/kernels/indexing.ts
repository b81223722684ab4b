/**
 * How to walk several tensors at once: dimensions that every tensor crosses in the same way are merged,
 * so that most element-wise work becomes one flat loop and most broadcasts become rows.
 */
import type { FunctionBuilder } from '../assembler.ts';
import { type I32, i32 } from '../instructions.ts';

/** A nest of loops; `strides[k][d]` is how far tensor k moves (in elements) along dimension d. */
export interface Nest {
  readonly dims: readonly number[];
  readonly strides: readonly (readonly number[])[];
}

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

/** Drops dimensions of size 1 and merges neighbours that all tensors cross alike. */
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

/**
 * The offset in elements that a running number over `dims` (row-major) means under `strides`, as code:
 * a sum of quotients and remainders, shortened where strides are 0 or continue each other.
 */
export function offsetOf(
  f: FunctionBuilder,
  index: I32,
  dims: readonly number[],
  strides: readonly number[],
): I32 {
  const {
    dims: kept,
    strides: [merged = []],
  } = mergeForOffset(dims, strides);
  let inner = kept.reduce((product, dim) => product * dim, 1);
  const terms: I32[] = [];
  kept.forEach((dim, d) => {
    inner /= dim;
    const stride = at(merged, d);
    if (stride === 0) return;
    const quotient = i32.divU(index, inner);
    const digit = d === 0 ? quotient : i32.remU(quotient, dim);
    terms.push(i32.mul(digit, stride));
  });
  const total = terms.reduce((sum, term) => i32.add(sum, term), i32.const(0));
  return total.constant !== undefined ? total : f.local('i32', total);
}

/** Like mergeDims, but keeps the leading size right even when everything merges away. */
function mergeForOffset(dims: readonly number[], strides: readonly number[]): Nest {
  return dims.length === 0 ? { dims: [], strides: [[]] } : mergeDims({ dims, strides: [strides] });
}

/** An element that exists by construction of the indexes. */
export function at<T>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) throw new RangeError(`no element ${index} in ${values.length}`);
  return value;
}

/**
 * Shapes as strides: how several tensors are walked at once. Dimensions that every tensor crosses in the same
 * way are merged, so that most element-wise work becomes one flat loop and most broadcasts become rows. Plain
 * numbers, no code; the float64 reference has arithmetic of its own, since it judges what is built on this.
 */

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

/** An element that exists by construction of the indexes. */
export function at<T>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) throw new RangeError(`no element ${index} in ${values.length}`);
  return value;
}

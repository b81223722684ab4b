/** How flat indexes relate between shapes: broadcasting, reductions, permutations. */
import type { ConcreteShape } from '#engine/ir/tensor.ts';

/** Elements between neighbours along each axis. */
export function stridesOf(shape: ConcreteShape): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  }
  return strides;
}

/** The flat index that each place of a shape, in order, has where a step along each axis is as long as said. */
export function stridedIndexes(shape: ConcreteShape, strides: readonly number[]): Int32Array {
  const indexes = new Int32Array(shape.reduce((count, dim) => count * dim, 1));
  // Each axis repeats what those behind it made, a step further every time.
  let made = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const [dim, stride] = [shape[axis] ?? 1, strides[axis] ?? 0];
    for (let k = 1; k < dim; k++) {
      for (let i = 0; i < made; i++) indexes[k * made + i] = (indexes[i] ?? 0) + k * stride;
    }
    made *= dim;
  }
  return indexes;
}

/** Flat index in `to` -> flat index in `from`, which broadcasts to it. */
export function broadcastIndex(from: ConcreteShape, to: ConcreteShape): (index: number) => number {
  const skipped = to.length - from.length;
  if (skipped === 0 && from.every((dim, axis) => dim === to[axis])) return (index) => index;
  const strides = stridesOf(from);
  const steps = to.map((_, axis) =>
    from[axis - skipped] === 1 ? 0 : (strides[axis - skipped] ?? 0),
  );
  const indexes = stridedIndexes(to, steps);
  return (index) => indexes[index] ?? NaN;
}

/** Views `[...before, axis, ...after]` as three sizes: outer, along the axis, inner. */
export function aroundAxis(shape: ConcreteShape, axis: number): readonly [number, number, number] {
  const product = (dims: ConcreteShape) => dims.reduce((all, dim) => all * dim, 1);
  return [product(shape.slice(0, axis)), shape[axis] ?? 1, product(shape.slice(axis + 1))];
}

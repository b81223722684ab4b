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

/** Place along each axis of a flat index. */
export function placeOf(index: number, shape: ConcreteShape): number[] {
  const place = shape.map(() => 0);
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const dim = shape[axis] ?? 1;
    place[axis] = rest % dim;
    rest = Math.floor(rest / dim);
  }
  return place;
}

/** Flat index in `to` -> flat index in `from`, which broadcasts to it. */
export function broadcastIndex(from: ConcreteShape, to: ConcreteShape): (index: number) => number {
  const skipped = to.length - from.length;
  if (skipped === 0 && from.every((dim, axis) => dim === to[axis])) return (index) => index;
  const strides = stridesOf(from);
  return (index) =>
    placeOf(index, to)
      .slice(skipped)
      .reduce((sum, at, axis) => sum + (from[axis] === 1 ? 0 : at * (strides[axis] ?? 0)), 0);
}

/** Views `[...before, axis, ...after]` as three sizes: outer, along the axis, inner. */
export function aroundAxis(shape: ConcreteShape, axis: number): readonly [number, number, number] {
  const product = (dims: ConcreteShape) => dims.reduce((all, dim) => all * dim, 1);
  return [product(shape.slice(0, axis)), shape[axis] ?? 1, product(shape.slice(axis + 1))];
}

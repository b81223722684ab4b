/** Reductions, plain sums in float64. */
import type { Kernels, Tensor } from '../tensor.ts';
import { broadcastIndex } from './indexing.ts';

/** Visits every element with the index of the result it falls into. */
function forEachReduced(
  x: Tensor,
  axes: readonly number[],
  visit: (value: number, into: number) => void,
): void {
  const kept = x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  const into = broadcastIndex(kept, x.shape);
  for (let i = 0; i < x.size; i++) visit(x.at(i), into(i));
}

export const reduceKernels: Kernels<'sum' | 'max' | 'argmax' | 'sumSquares'> = {
  sum([x], y, { axes }) {
    y.data.fill(0);
    forEachReduced(x, axes, (value, into) => y.add(into, value));
  },
  max([x], y, { axes }) {
    y.data.fill(-Infinity);
    forEachReduced(x, axes, (value, into) => y.set(into, Math.max(y.at(into), value)));
  },
  argmax([x], y) {
    const length = x.dim(x.shape.length - 1);
    for (let row = 0; row < y.size; row++) {
      let best = 0;
      for (let i = 1; i < length; i++) {
        if (x.at(row * length + i) > x.at(row * length + best)) best = i;
      }
      y.set(row, best);
    }
  },
  sumSquares([x], y) {
    let sum = 0;
    for (let i = 0; i < x.size; i++) sum += x.at(i) ** 2;
    y.set(0, sum);
  },
};

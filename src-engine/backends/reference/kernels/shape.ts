/** Data movement: every element of the result is an element of an input, or zero. */
import type { Kernels } from '../tensor.ts';
import { aroundAxis, broadcastIndex, stridedIndexes, stridesOf } from './indexing.ts';

export const shapeKernels: Kernels<
  | 'reshape'
  | 'permute'
  | 'broadcastTo'
  | 'concat'
  | 'slice'
  | 'pad'
  | 'full'
  | 'constant'
  | 'gatherRows'
  | 'scatterAddRows'
  | 'assign'
> = {
  reshape([x], y) {
    y.data.set(x.data);
  },
  permute([x], y, { axes }) {
    const strides = stridesOf(x.shape);
    const from = stridedIndexes(
      y.shape,
      axes.map((axis) => strides[axis] ?? 0),
    );
    from.forEach((index, i) => y.set(i, x.at(index)));
  },
  broadcastTo([x], y) {
    const from = broadcastIndex(x.shape, y.shape);
    for (let i = 0; i < y.size; i++) y.set(i, x.at(from(i)));
  },
  concat(inputs, y, { axis }) {
    const [outer, length, inner] = aroundAxis(y.shape, axis);
    let start = 0;
    for (const x of inputs) {
      const rows = x.dim(axis);
      for (let o = 0; o < outer; o++) {
        for (let i = 0; i < rows * inner; i++) {
          y.set((o * length + start) * inner + i, x.at(o * rows * inner + i));
        }
      }
      start += rows;
    }
  },
  slice([x], y, { axis, start, length }) {
    const [outer, size, inner] = aroundAxis(x.shape, axis);
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < length * inner; i++) {
        y.set(o * length * inner + i, x.at((o * size + start) * inner + i));
      }
    }
  },
  pad([x], y, { axis, before }) {
    y.data.fill(0);
    const [outer, size, inner] = aroundAxis(x.shape, axis);
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < size * inner; i++) {
        y.set((o * y.dim(axis) + before) * inner + i, x.at(o * size * inner + i));
      }
    }
  },
  full(_inputs, y, { value }) {
    y.data.fill(value);
  },
  constant(_inputs, y, { values }) {
    y.data.set(values);
  },
  scatterAddRows([dy, indices], y, { rows }) {
    y.data.fill(0);
    const rowSize = y.size / rows;
    for (let b = 0; b < indices.size; b++) {
      const row = indices.at(b);
      if (row < 0 || row >= rows) throw new RangeError(`row ${row} of ${rows} was named`);
      for (let i = 0; i < rowSize; i++) y.add(row * rowSize + i, dy.at(b * rowSize + i));
    }
  },
  gatherRows([data, indices], y) {
    const rows = data.dim(0);
    const rowSize = data.size / rows;
    for (let b = 0; b < indices.size; b++) {
      const row = indices.at(b);
      if (row < 0 || row >= rows) throw new RangeError(`row ${row} of ${rows} was asked for`);
      for (let i = 0; i < rowSize; i++) y.set(b * rowSize + i, data.at(row * rowSize + i));
    }
  },
  assign([target, value], stored) {
    target.data.set(value.data);
    if (stored.data !== target.data) stored.data.set(value.data);
  },
};

/** Linear maps along one side of images, the same for every row and column: resizing and uneven pooling. */
import type { Value } from '#engine/ops/builder.ts';
import { add, reshape, scale } from '#engine/ops/nn.ts';
import { NO_EPILOGUE } from '#engine/ops/ops.ts';
import type { Lowering } from '../define.ts';
import { dim } from './shapes.ts';

/** `[N, C, H, W]` with `weights` `[to][from]` applied along axis 2 or 3. */
export function mapped(
  g: Lowering,
  x: Value,
  axis: 2 | 3,
  weights: readonly (readonly number[])[],
): Value {
  if (axis === 2) {
    const swap = (value: Value): Value => g.emit('permute', [value], { axes: [0, 1, 3, 2] });
    return swap(mapped(g, swap(x), 3, weights));
  }
  const { shape } = x.type;
  const size = dim(shape, 3);
  const rows = shape.slice(0, 3).reduce((product, each) => product * each, 1);
  const matrix = g.emit('constant', [], { shape: [weights.length, size], values: weights.flat() });
  const y = g.emit('matmul', [reshape(g, x, [rows, size]), matrix], {
    transposeA: false,
    transposeB: true,
    epilogue: NO_EPILOGUE,
  });
  return reshape(g, y, [...shape.slice(0, 3), weights.length]);
}

/** Every number `factor` times in a row along both sides. */
export function repeated(g: Lowering, x: Value, [down, across]: readonly [number, number]): Value {
  const [n = 1, c = 1, h = 1, w = 1] = x.type.shape;
  const spread = reshape(g, x, [n, c, h, 1, w, 1]);
  const all = g.emit('broadcastTo', [spread], { shape: [n, c, h, down, w, across] });
  return reshape(g, all, [n, c, h * down, w * across]);
}

/**
 * Between the pixels of one side, `factor` new ones for each, with pixels as squares (`align_corners=False`): those
 * at the same place of their square are one weighted sum of the image and the image moved by one.
 */
export function interpolated(g: Lowering, x: Value, axis: 2 | 3, factor: number): Value {
  if (factor === 1) return x;
  const { shape } = x.type;
  const size = dim(shape, axis);
  const part = (start: number, length: number): Value =>
    length === size ? x : g.emit('slice', [x], { axis, start, length });
  const moved = (by: -1 | 1): Value => {
    if (size === 1) return x;
    const [kept, edge] = [part(by === 1 ? 1 : 0, size - 1), part(by === 1 ? size - 1 : 0, 1)];
    return g.emit('concat', by === 1 ? [kept, edge] : [edge, kept], { axis });
  };
  const [before, after] = [moved(-1), moved(1)];
  const phases = Array.from({ length: factor }, (_, phase) => {
    const offset = (phase + 0.5) / factor - 0.5;
    if (offset === 0) return x;
    const weight = Math.abs(offset);
    return add(g, scale(g, x, 1 - weight), scale(g, offset < 0 ? before : after, weight));
  });
  const beside = shape.toSpliced(axis + 1, 0, 1);
  const joined = g.emit(
    'concat',
    phases.map((each) => reshape(g, each, beside)),
    { axis: axis + 1 },
  );
  return reshape(g, joined, shape.with(axis, size * factor));
}

/** `[to][from]` of a straight line between pixels, first and last at the ends (`align_corners=True`). */
export function cornerWeights(from: number, to: number): readonly (readonly number[])[] {
  return Array.from({ length: to }, (_, k) => {
    const at = to === 1 ? 0 : (k * (from - 1)) / (to - 1);
    const low = Math.min(from - 1, Math.floor(at));
    const weights = new Array<number>(from).fill(0);
    weights[low] = 1 - (at - low);
    if (low + 1 < from) weights[low + 1] = at - low;
    return weights;
  });
}

/** `to` stretches of `from` places as equal as they can be, which overlap where they are not; `last` is past the end. */
export function stretches(
  from: number,
  to: number,
): readonly { readonly first: number; readonly last: number }[] {
  return Array.from({ length: to }, (_, k) => ({
    first: Math.floor((k * from) / to),
    last: Math.ceil(((k + 1) * from) / to),
  }));
}

/** `[to][from]` of means over such stretches. */
export function meanWeights(from: number, to: number): readonly (readonly number[])[] {
  return stretches(from, to).map(({ first, last }) =>
    Array.from({ length: from }, (_, at) => (at >= first && at < last ? 1 / (last - first) : 0)),
  );
}

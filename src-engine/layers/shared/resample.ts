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

/**
 * Where each of `to` new pixels lies among `from`, pixels as squares (`align_corners=False`), or the first and the last
 * at the ends.
 */
function positions(from: number, to: number, alignCorners: boolean): readonly number[] {
  const last = to === 1 ? 0 : (from - 1) / (to - 1);
  return Array.from({ length: to }, (_, k) =>
    alignCorners ? k * last : (k + 0.5) * (from / to) - 0.5,
  );
}

/** `[to][from]`: what each new pixel takes of which; beyond the ends of the last one there is. */
const weightsOf = (
  from: number,
  taken: readonly (readonly (readonly [place: number, weight: number])[])[],
): readonly (readonly number[])[] =>
  taken.map((parts) => {
    const weights = new Array<number>(from).fill(0);
    for (const [place, weight] of parts) {
      const at = Math.min(from - 1, Math.max(0, place));
      weights[at] = (weights[at] ?? 0) + weight;
    }
    return weights;
  });

/** Of a straight line between pixels. */
export const linearWeights = (from: number, to: number, alignCorners: boolean) =>
  weightsOf(
    from,
    positions(from, to, alignCorners).map((position) => {
      const at = Math.max(0, position);
      const low = Math.min(from - 1, Math.floor(at));
      return [
        [low, 1 - (at - low)],
        [low + 1, at - low],
      ];
    }),
  );

/** PyTorch's, of the family of cubic curves through the pixels. */
const BEND = -0.75;
/** Of a pixel less than one away, and of one between one and two away. */
const near = (t: number): number => ((BEND + 2) * t - (BEND + 3)) * t * t + 1;
const far = (t: number): number => ((BEND * t - 5 * BEND) * t + 8 * BEND) * t - 4 * BEND;

/** Of a cubic curve, which may go beyond the pixels it goes through. */
export const cubicWeights = (from: number, to: number, alignCorners: boolean) =>
  weightsOf(
    from,
    positions(from, to, alignCorners).map((at) => {
      const low = Math.floor(at);
      const t = at - low;
      return [
        [low - 1, far(t + 1)],
        [low, near(t)],
        [low + 1, near(1 - t)],
        [low + 2, far(2 - t)],
      ];
    }),
  );

/** Of the pixel that PyTorch finds nearest, by numbers rounded as there. */
export function nearestWeights(from: number, to: number): readonly (readonly number[])[] {
  const step = Math.fround(from / to);
  return weightsOf(
    from,
    Array.from({ length: to }, (_, k) => [[Math.floor(Math.fround(k * step)), 1]]),
  );
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

/** As many windows as are wanted over images, whatever their size: what the adaptive poolings have in common. */
import type { TensorType } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import { bothEnds } from '#engine/ops/windows.ts';
import type { Lowering } from '../define.ts';
import { mapped, meanWeights, stretches } from './resample.ts';
import { dim } from './shapes.ts';
import type { Pair } from './windows.ts';

/** Of an image that divides into so many windows side by side; else null. */
export function windowOf(x: TensorType, [down, across]: Pair): Pair | null {
  const kernel = [dim(x.shape, 2) / down, dim(x.shape, 3) / across] as const;
  return kernel.every(Number.isInteger) ? kernel : null;
}

export function adaptiveMean(g: Lowering, x: Value, outputSize: Pair): Value {
  const kernel = windowOf(x.type, outputSize);
  if (kernel) {
    const window = { kernel, stride: kernel, padding: bothEnds([0, 0]), countIncludePad: true };
    return g.emit('avgPool2d', [x], window);
  }
  const weights = (axis: 2 | 3) => meanWeights(dim(x.type.shape, axis), outputSize[axis - 2] ?? 1);
  return mapped(g, mapped(g, x, 2, weights(2)), 3, weights(3));
}

/**
 * Windows that differ in size or overlap are laid side by side first, shorter ones with their last place once more: it
 * comes after its like, and the first largest is the one that takes the gradient.
 */
export function adaptiveMax(g: Lowering, x: Value, outputSize: Pair): Value {
  const kernel = windowOf(x.type, outputSize);
  const spread = kernel ? x : sideBySide(g, sideBySide(g, x, 2, outputSize[0]), 3, outputSize[1]);
  const size = kernel ?? windowOf(spread.type, outputSize) ?? [1, 1];
  return g.emit('maxPool2d', [spread], { kernel: size, stride: size, padding: bothEnds([0, 0]) });
}

function sideBySide(g: Lowering, x: Value, axis: 2 | 3, count: number): Value {
  const size = dim(x.type.shape, axis);
  if (size % count === 0) return x;
  const part = (start: number, length: number): Value =>
    g.emit('slice', [x], { axis, start, length });
  const windows = stretches(size, count);
  const longest = Math.max(...windows.map(({ first, last }) => last - first));
  return joined(
    g,
    windows.flatMap(({ first, last }) => [
      part(first, last - first),
      ...Array.from({ length: longest - (last - first) }, () => part(last - 1, 1)),
    ]),
    axis,
  );
}

/** One concat takes so many. */
const MOST = 64;
function joined(g: Lowering, parts: readonly Value[], axis: number): Value {
  if (parts.length <= MOST) return g.emit('concat', parts, { axis });
  const groups = Array.from({ length: Math.ceil(parts.length / MOST) }, (_, k) =>
    g.emit('concat', parts.slice(k * MOST, (k + 1) * MOST), { axis }),
  );
  return joined(g, groups, axis);
}

/** As many windows as are wanted over images, whatever their size: what the adaptive poolings have in common. */
import type { TensorType } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import { bothEnds } from '#engine/ops/windows.ts';
import type { Lowering } from '../define.ts';
import { type KerasForm, kerasLayer } from './keras.ts';
import { mapped, meanWeights, stretches } from './resample.ts';
import { flat, imageType, needSequence, sizeAttr } from './sequences.ts';
import { dim, formatPair, needImage, pythonPair } from './shapes.ts';
import { type Pair, pairAttr } from './windows.ts';

interface Size<T> {
  readonly outputSize: T;
}
/** What each of them says the same. */
const ADAPTIVE = {
  category: 'Pooling',
  role: 'transform',
  idPrefix: 'pool',
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
} as const;

/** Of images. */
export const ADAPTIVE_2D = {
  ...ADAPTIVE,
  attrs: { outputSize: pairAttr(1, 1, 'Height and width of the result.') },
  summary: ({ outputSize }: Size<Pair>): string =>
    outputSize.every((size) => size === 1) ? 'global' : `→ ${formatPair(outputSize)}`,
} as const;
export function adapted2d(layer: string, x: TensorType, { outputSize }: Size<Pair>): TensorType {
  needImage(layer, x);
  return { dtype: 'f32', shape: [x.shape[0] ?? 'N', dim(x.shape, 1), ...outputSize] };
}
export function kerasAdaptive2d(
  layer: string,
  x: TensorType,
  { outputSize }: Size<Pair>,
): KerasForm {
  const kernel = windowOf(x, outputSize);
  return kernel
    ? kerasLayer(layer, [pythonPair(kernel)])
    : { none: 'its windows must be equal, and this image does not divide into so many' };
}

/** Of sequences. */
export const ADAPTIVE_1D = {
  ...ADAPTIVE,
  attrs: { outputSize: sizeAttr(1, 1, 'Length of the result.') },
  summary: ({ outputSize }: Size<number>): string =>
    outputSize === 1 ? 'global' : `→ ${outputSize}`,
} as const;
/** `ofImages`: the layer that does the same to images. */
export function adapted1d(
  layer: string,
  ofImages: string,
  x: TensorType,
  { outputSize }: Size<number>,
): TensorType {
  needSequence(layer, x, ofImages);
  return { dtype: 'f32', shape: [x.shape[0] ?? 'N', dim(x.shape, 1), outputSize] };
}
export function kerasAdaptive1d(
  layer: string,
  x: TensorType,
  { outputSize }: Size<number>,
): KerasForm {
  const kernel = windowOf(imageType(x), flat(outputSize));
  return kernel
    ? kerasLayer(layer, [kernel[1]])
    : { none: 'its windows must be equal, and this sequence does not divide into so many' };
}

/** Of an image that divides into so many windows side by side; else null. */
function windowOf(x: TensorType, [down, across]: Pair): Pair | null {
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

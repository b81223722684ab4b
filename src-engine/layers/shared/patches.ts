/**
 * Windows of images laid side by side, and put back where overlapping ones add up: what Unfold and Fold have in common.
 * One side after the other, so that a window of 7×7 is fourteen slices and not forty-nine.
 */
import type { AttrValues } from '#engine/ir/attrs.ts';
import type { ConcreteShape } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import { add, reshape } from '#engine/ops/nn.ts';
import { reach } from '#engine/ops/windows.ts';
import type { Lowering } from '../define.ts';
import { concatenated, zeros } from './padding.ts';
import { dim, pythonCall, pythonPair, pythonPairKeyword } from './shapes.ts';
import { type Pair, pairAttr, windowText } from './windows.ts';

export const patchAttrs = {
  kernelSize: pairAttr(2, 1, 'Height and width of a window.'),
  stride: pairAttr(
    1,
    1,
    'Steps between two windows. Set it to the kernel size for windows side by side.',
  ),
  padding: pairAttr(0, 0, 'Zeros around the image.'),
  dilation: pairAttr(1, 1, 'Distance between the pixels of a window.', true),
} as const;
export type Patches = AttrValues<typeof patchAttrs>;

export const windowOf = ({ kernelSize, ...rest }: Patches) =>
  ({ kernel: kernelSize, ...rest }) as const;
export const patchText = (attrs: Patches): string => windowText(windowOf(attrs), [1, 1]);

/** After what else PyTorch's call is told first. */
export const torchPatches = (
  name: string,
  { kernelSize, stride, padding, dilation }: Patches,
  ...first: readonly string[]
): string =>
  pythonCall(
    name,
    ...first,
    pythonPair(kernelSize),
    pythonPairKeyword('dilation', dilation, 1),
    pythonPairKeyword('padding', padding, 0),
    pythonPairKeyword('stride', stride, 1),
  );

/** Windows that leave no pixel out and share none. */
export const isTiling = ({ kernelSize, stride, dilation }: Patches): boolean =>
  ([0, 1] as const).every(
    (side) => stride[side] === kernelSize[side] && (dilation[side] === 1 || kernelSize[side] === 1),
  );

/** As far as the last window reaches, with what is padded. */
export const spanOf = (attrs: Patches, places: Pair): Pair => {
  const along = (side: 0 | 1): number =>
    (places[side] - 1) * attrs.stride[side] + reach(windowOf(attrs), side);
  return [along(0), along(1)];
};

const bordersOf = ([down, across]: Pair) => ({
  ...{ top: down, bottom: down, left: across, right: across },
});
const AXES = [0, 1] as const;

/** Windows of one number: every so many pixels. Their means are the numbers. */
function pooling(side: 0 | 1, steps: number) {
  const stride: Pair = side === 0 ? [steps, 1] : [1, steps];
  return {
    ...({ kernel: [1, 1], padding: [0, 0, 0, 0], countIncludePad: true } as const),
    stride,
  };
}

/** `[N, C, H, W] -> [N, C kh kw, P Q]`. */
export function unfolded(g: Lowering, x: Value, attrs: Patches, [p, q]: Pair): Value {
  const { kernelSize, padding } = attrs;
  const padded = zeros(g, x, bordersOf(padding));
  const [n = 1, c = 1] = x.type.shape;
  const [high, wide] = kernelSize;
  if (isTiling(attrs)) {
    const whole = cut(g, padded, [p * high, q * wide], [0, 0]);
    const apart = g.emit('permute', [reshape(g, whole, [n, c, p, high, q, wide])], {
      axes: [0, 1, 3, 5, 2, 4],
    });
    return reshape(g, apart, [n, c * high * wide, p * q]);
  }
  const rows = along(g, padded, 0, attrs, p);
  return reshape(g, along(g, rows, 1, attrs, q), [n, c * high * wide, p * q]);
}

/** `[N, C, H, W] -> [N, C k, ...]` of windows along one side. */
function along(g: Lowering, x: Value, side: 0 | 1, attrs: Patches, places: number): Value {
  const { stride, dilation, kernelSize } = attrs;
  const [n = 1, c = 1, h = 1, w = 1] = x.type.shape;
  const axis = 2 + side;
  const length = (places - 1) * stride[side] + 1;
  const sizes: ConcreteShape = side === 0 ? [places, w] : [h, places];
  const parts = Array.from({ length: kernelSize[side] }, (_, k) => {
    const start = k * dilation[side];
    const from = g.emit('slice', [x], { axis, start, length });
    const kept =
      stride[side] === 1 ? from : g.emit('avgPool2d', [from], pooling(side, stride[side]));
    return reshape(g, kept, [n, c, 1, ...sizes]);
  });
  return reshape(g, concatenated(g, parts, 2), [n, c * kernelSize[side], ...sizes]);
}

/** `[N, C kh kw, P Q] -> [N, C, H, W]`; the other way round. */
export function folded(g: Lowering, x: Value, attrs: Patches, size: Pair, places: Pair): Value {
  const { kernelSize, padding } = attrs;
  const [n = 1, channels = 1] = x.type.shape;
  const [high, wide] = kernelSize;
  const [p, q] = places;
  const c = channels / (high * wide);
  const whole: Pair = [size[0] + 2 * padding[0], size[1] + 2 * padding[1]];
  if (isTiling(attrs)) {
    const together = g.emit('permute', [reshape(g, x, [n, c, high, wide, p, q])], {
      axes: [0, 1, 4, 2, 5, 3],
    });
    const laid = reshape(g, together, [n, c, p * high, q * wide]);
    const [bottom, right] = [whole[0] - p * high, whole[1] - q * wide];
    return cut(g, zeros(g, laid, { top: 0, left: 0, bottom, right }), size, padding);
  }
  const columns = addedUp(g, reshape(g, x, [n, c * high, wide, p, q]), 1, attrs, whole[1]);
  const [, , , w = 1] = columns.type.shape;
  const rows = addedUp(g, reshape(g, columns, [n, c, high, p, w]), 0, attrs, whole[0]);
  return cut(g, rows, size, padding);
}

/** `[N, C, k, P, Q] -> [N, C, ...]`, with `size` along one side. */
function addedUp(g: Lowering, x: Value, side: 0 | 1, attrs: Patches, size: number): Value {
  const { stride, dilation } = attrs;
  const [n = 1, c = 1, count = 1, p = 1, q = 1] = x.type.shape;
  const axis = 2 + side;
  const places = side === 0 ? p : q;
  const length = (places - 1) * stride[side] + 1;
  const parts = Array.from({ length: count }, (_, k) => {
    const slice = g.emit('slice', [x], { axis: 2, start: k, length: 1 });
    const part = reshape(g, slice, [n, c, p, q]);
    const apart = spread(g, part, axis, stride[side]);
    const before = k * dilation[side];
    return g.emit('pad', [apart], { axis, before, after: size - before - length });
  });
  return parts.reduce((sum, part) => add(g, sum, part));
}

/** Zeros between neighbours along an axis, so that they are so many steps apart. */
function spread(g: Lowering, x: Value, axis: number, steps: number): Value {
  if (steps === 1) return x;
  const { shape } = x.type;
  const beside = reshape(g, x, shape.toSpliced(axis + 1, 0, 1));
  const zeroed = g.emit('pad', [beside], { axis: axis + 1, before: 0, after: steps - 1 });
  const size = dim(shape, axis);
  const all = reshape(g, zeroed, shape.with(axis, size * steps));
  return g.emit('slice', [all], { axis, start: 0, length: (size - 1) * steps + 1 });
}

/** Of this size, from there on. */
const cut = (g: Lowering, x: Value, size: Pair, from: Pair): Value =>
  AXES.reduce((so, side) => {
    const axis = 2 + side;
    return dim(so.type.shape, axis) === size[side]
      ? so
      : g.emit('slice', [so], { axis, start: from[side], length: size[side] });
  }, x);

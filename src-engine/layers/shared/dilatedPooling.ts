/**
 * The largest number of windows with gaps, of images as of sequences: pixels that are `dilation` apart are an image of
 * their own, over which windows have none; of the places that a stride leaves out, the answers are.
 */
import { ShapeError } from '#engine/ir/problem.ts';
import type { TensorType } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import { reshape } from '#engine/ops/nn.ts';
import type { PoolParams } from '#engine/ops/ops.ts';
import { windowCounts } from '#engine/ops/windows.ts';
import type { Lowering } from '../define.ts';
import { bordered } from './padding.ts';
import { type Pooling1d, type Pooling2d, poolParams1d, poolParams2d } from './pooling.ts';
import { flat } from './sequences.ts';
import { dim } from './shapes.ts';
import type { Pair } from './windows.ts';

interface DilatedParams extends PoolParams {
  readonly dilation: Pair;
}

/** As windows are taken of this image or sequence. */
export const dilatedParams2d = (
  x: TensorType,
  attrs: Pooling2d & { readonly dilation: Pair },
): DilatedParams => ({ ...poolParams2d(x, attrs), dilation: attrs.dilation });
export const dilatedParams1d = (
  x: TensorType,
  attrs: Pooling1d & { readonly dilation: number },
): DilatedParams => ({ ...poolParams1d(x, attrs), dilation: flat(attrs.dilation) });

export const KERAS_HAS_NO_GAPS = { none: 'its windows of pooling have no gaps' } as const;

const NO_PADDING = [0, 0, 0, 0] as const;
/** What a border is of: no float32 is less. */
const LEAST = -(2 - 2 ** -23) * 2 ** 127;

/** Windows step over an image that is smaller than their gaps: refused where one sees nothing of it. */
export function needSight(
  layer: string,
  { shape }: TensorType,
  { kernel, stride, padding, dilation }: DilatedParams,
  fixed: { readonly dilation: number | Pair },
): void {
  const size: Pair = [dim(shape, 2), dim(shape, 3)];
  const places = windowCounts(size, { kernel, stride, padding, dilation });
  const seesAlong = (side: 0 | 1): boolean =>
    Array.from({ length: places[side] }, (_, k) => k * stride[side] - padding[side]).every(
      (start) =>
        Array.from({ length: kernel[side] }, (_, k) => start + k * dilation[side]).some(
          (at) => at >= 0 && at < size[side],
        ),
    );
  if (seesAlong(0) && seesAlong(1)) return;
  throw new ShapeError(
    'shape.pool-padding',
    `${layer} looks at numbers that are ${Math.max(...dilation)} apart, more than there are.`,
    {
      port: 'x',
      explanation: 'A window would see nothing but padding.',
      fixes: [{ kind: 'setAttrs', attrs: fixed }],
    },
  );
}

export function largestOf(g: Lowering, x: Value, params: DilatedParams): Value {
  const { kernel, stride, padding, dilation } = params;
  if (dilation[0] === 1 && dilation[1] === 1) {
    return g.emit('maxPool2d', [x], { kernel, stride, padding });
  }
  const [n = 1, c = 1, h = 1, w = 1] = x.type.shape;
  const places = windowCounts([h, w], params);
  // So that each of the images is as large.
  const spare = ([0, 1] as const).map((side) => {
    const length = [h, w][side] ?? 1;
    const whole = length + padding[side] + padding[side === 0 ? 2 : 3];
    return Math.ceil(whole / dilation[side]) * dilation[side] - whole;
  });
  const all = bordered(
    g,
    x,
    {
      top: padding[0],
      left: padding[1],
      bottom: padding[2] + (spare[0] ?? 0),
      right: padding[3] + (spare[1] ?? 0),
    },
    LEAST,
  );
  const [down, across] = dilation;
  const [rows, columns] = [dim(all.type.shape, 2) / down, dim(all.type.shape, 3) / across];
  const apart = g.emit('permute', [reshape(g, all, [n, c, rows, down, columns, across])], {
    axes: [0, 1, 3, 5, 2, 4],
  });
  const largest = g.emit('maxPool2d', [reshape(g, apart, [n, c * down * across, rows, columns])], {
    kernel,
    stride: [1, 1],
    padding: NO_PADDING,
  });
  const [, , p = 1, q = 1] = largest.type.shape;
  const together = g.emit('permute', [reshape(g, largest, [n, c, down, across, p, q])], {
    axes: [0, 1, 4, 2, 5, 3],
  });
  const everywhere = reshape(g, together, [n, c, p * down, q * across]);
  return g.emit('maxPool2d', [kept(g, everywhere, places, stride)], {
    kernel: [1, 1],
    stride,
    padding: NO_PADDING,
  });
}

/** As far as the last window begins. */
const kept = (g: Lowering, x: Value, places: Pair, stride: Pair): Value =>
  ([0, 1] as const).reduce((so, side) => {
    const length = (places[side] - 1) * stride[side] + 1;
    const axis = 2 + side;
    return length === dim(so.type.shape, axis)
      ? so
      : g.emit('slice', [so], { axis, start: 0, length });
  }, x);

/**
 * Windows side by side put back into images, overlapping ones added up, `[N, C kh kw, P Q] -> [N, C, H, W]`.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Fold.html
 */
import { ShapeError } from '../ir/problem.ts';
import type { TensorType } from '../ir/tensor.ts';
import { reach, windowCounts } from '../ops/windows.ts';
import { defineLayer } from './define.ts';
import {
  folded,
  isTiling,
  patchAttrs,
  type Patches,
  patchText,
  torchPatches,
  windowOf,
} from './shared/patches.ts';
import { dim, formatPair, formatSample, needNumbers, pythonPair } from './shared/shapes.ts';
import { endsOf, type Pair, pairAttr } from './shared/windows.ts';

interface Folded extends Patches {
  readonly outputSize: Pair;
}
const placesIn = ({ outputSize, ...attrs }: Folded): Pair => {
  const window = windowOf(attrs);
  return windowCounts(outputSize, { ...window, padding: endsOf(window) });
};

export default defineLayer({
  type: 'Fold',
  label: 'Fold',
  category: 'Convolution',
  role: 'transform',
  doc: 'Puts windows that lie side by side back into an image; where they overlap they add up. The other way round of Unfold: patches become an image again.',
  formula: 'y_{c, h, w} = \\sum_{i s + u = h,\\, j s + v = w} x_{(c, u, v),\\, (i, j)}',
  keywords: ['patches', 'col2im', 'vision transformer', 'blocks', 'tokens', 'unpatchify'],
  idPrefix: 'fold',
  attrs: {
    outputSize: pairAttr(4, 1, 'Height and width of the image.'),
    ...patchAttrs,
  },
  examples: [
    { outputSize: [6, 6], stride: [2, 2] },
    { outputSize: [7, 7], stride: [2, 2] },
    { outputSize: [4, 4], stride: [2, 2], padding: [1, 1] },
    { outputSize: [3, 3], dilation: [2, 2], padding: [1, 1] },
    { outputSize: [6, 7], kernelSize: [4, 2], stride: [1, 2] },
  ],
  ports: { in: ['x'], out: ['y'] },
  summary: ({ outputSize, ...attrs }) => `→ ${formatPair(outputSize)} ${patchText(attrs)}`,
  infer([x], attrs) {
    needNumbers('Fold', x);
    const { kernelSize, outputSize } = attrs;
    if (x.shape.length !== 3) throw noWindows(x);
    const [channels, count] = [dim(x.shape, 1), dim(x.shape, 2)];
    const numbers = kernelSize[0] * kernelSize[1];
    if (channels % numbers !== 0) {
      throw new ShapeError(
        'shape.window-numbers',
        `Fold takes ${numbers} numbers of each channel for a window of ${formatPair(kernelSize)} but gets ${channels}.`,
        {
          port: 'x',
          explanation: 'Dimension 1 must be a multiple of how many pixels a window has.',
          fixes: [{ kind: 'setWidth', port: 'x', width: Math.ceil(channels / numbers) * numbers }],
        },
      );
    }
    const places = placesIn(attrs);
    if (Math.min(...places) < 1 || places[0] * places[1] !== count) {
      throw otherCount(attrs, places, count);
    }
    return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', channels / numbers, ...outputSize] }];
  },
  inferPartial: ([x], { kernelSize, outputSize }) => {
    if (x?.shape.length !== 3) return undefined;
    const channels = Math.ceil(dim(x.shape, 1) / (kernelSize[0] * kernelSize[1]));
    return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', channels, ...outputSize] }];
  },
  lower: (g, [x], attrs) => [folded(g, x, attrs, attrs.outputSize, placesIn(attrs))],
  torch: ({ outputSize, ...attrs }) => torchPatches('nn.Fold', attrs, pythonPair(outputSize)),
  keras: {
    layout: 'channelsFirst',
    form({ outputSize, ...attrs }, [x]) {
      const [high, wide] = attrs.kernelSize;
      const [p, q] = placesIn({ outputSize, ...attrs });
      const isWhole = p * high === outputSize[0] && q * wide === outputSize[1];
      if (!isTiling(attrs) || !isWhole) {
        return { none: 'it has nothing that adds up windows which overlap or leave pixels out' };
      }
      const c = dim(x.shape, 1) / (high * wide);
      return {
        steps: [
          { line: (from) => `ops.reshape(${from}, (-1, ${c}, ${high}, ${wide}, ${p}, ${q}))` },
          { line: (from) => `ops.transpose(${from}, (0, 1, 4, 2, 5, 3))` },
          { line: (from) => `ops.reshape(${from}, (-1, ${c}, ${outputSize.join(', ')}))` },
        ],
      };
    },
  },
});

const noWindows = ({ shape }: TensorType): ShapeError =>
  new ShapeError(
    'shape.needs-windows',
    `Fold takes windows side by side, numbers×windows, but gets ${formatSample(shape)}.`,
    { port: 'x', explanation: 'As Unfold gives them, or Transpose of a sequence of patches.' },
  );

function otherCount(attrs: Folded, places: Pair, count: number): ShapeError {
  const { outputSize, stride, padding } = attrs;
  const side = Math.sqrt(count);
  const sizeAlong = (which: 0 | 1): number =>
    (side - 1) * stride[which] + reach(windowOf(attrs), which) - 2 * padding[which];
  const square: Pair = [sizeAlong(0), sizeAlong(1)];
  const isSquare = Number.isInteger(side) && Math.min(...square) >= 1;
  const fits = Math.max(0, places[0]) * Math.max(0, places[1]);
  return new ShapeError(
    'shape.window-count',
    `An image of ${formatPair(outputSize)} has ${fits} windows, but Fold gets ${count}.`,
    {
      port: 'x',
      explanation: 'Size, kernel, stride and padding must be those by which it was unfolded.',
      fixes: isSquare ? [{ kind: 'setAttrs', attrs: { outputSize: square } }] : [],
    },
  );
}

/**
 * Transposed convolution, `[N, C, H, W] -> [N, K, P, Q]` with `P = (H - 1) s - 2 p + d (k - 1) + op + 1`: what the
 * gradient of a convolution does to its output. So it is that op, and its own gradients are convolutions.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html
 */
import { ShapeError } from '../ir/problem.ts';
import type { TensorType } from '../ir/tensor.ts';
import { add, reshape } from '../ops/nn.ts';
import { bothEnds, reach } from '../ops/windows.ts';
import { defineLayer } from './define.ts';
import { strideKeyword } from './shared/keras.ts';
import { initAttrs, weightAndBias } from './shared/initializers.ts';
import {
  dim,
  formatPair,
  needImage,
  pythonCall,
  pythonPair,
  pythonPairKeyword,
} from './shared/shapes.ts';
import { needGroups, type Pair, pairAttr, type Window, windowText } from './shared/windows.ts';

interface Transposed extends Window {
  readonly padding: Pair;
  readonly outputPadding: Pair;
}

/** Along both sides; below 1 where the padding takes all away. */
function sizeOf(x: TensorType, { outputPadding, ...window }: Transposed): Pair {
  const along = (side: 0 | 1): number =>
    (dim(x.shape, side + 2) - 1) * window.stride[side] -
    2 * window.padding[side] +
    reach(window, side) +
    outputPadding[side];
  return [along(0), along(1)];
}

export default defineLayer({
  type: 'ConvTranspose2d',
  label: 'ConvTranspose2d',
  category: 'Convolution',
  role: 'transform',
  doc: 'Paints a small filter for every pixel: the image gets larger by the stride. Decoders and generators end with it; a kernel that the stride divides leaves no checkerboard.',
  formula: 'y_{o,\\, i s + u,\\, j s + v} \\mathrel{+}= \\sum_{c} w_{c,o,u,v}\\, x_{c,i,j}',
  keywords: [
    'deconvolution',
    'upsample',
    'decoder',
    'generator',
    'transposed',
    'fractionally strided',
  ],
  idPrefix: 'deconv',
  attrs: {
    outChannels: { kind: 'int', default: 32, min: 1, max: 65_536, help: 'How many filters.' },
    kernelSize: pairAttr(2, 1, 'Height and width of a filter.'),
    stride: pairAttr(2, 1, 'How many times larger the image gets: steps between two paintings.'),
    padding: pairAttr(0, 0, 'Pixels that are cut off around the result.'),
    outputPadding: pairAttr(
      0,
      0,
      'Pixels more at the bottom and at the right: of the sizes that a stride cannot tell apart, a larger one.',
      true,
    ),
    dilation: pairAttr(1, 1, 'Distance between the points that a filter paints.', true),
    groups: {
      kind: 'int',
      default: 1,
      min: 1,
      advanced: true,
      help: 'Channels are split into so many groups that do not see each other.',
    },
    bias: { kind: 'bool', default: true, help: 'Adds a trained number to every output channel.' },
    ...initAttrs,
  },
  ports: { in: ['x'], out: ['y'] },
  widthAttr: 'outChannels',
  summary({ outChannels, kernelSize, stride, padding, dilation, groups }, x) {
    const channels = x?.[0].shape[1] ?? '?';
    const window = windowText({ kernel: kernelSize, stride, padding, dilation }, [1, 1]);
    return `${channels}→${outChannels} ${window}${groups === 1 ? '' : ` g${groups}`}`;
  },
  infer([x], { outChannels, kernelSize, groups, outputPadding, ...window }) {
    needImage('ConvTranspose2d', x);
    needGroups('ConvTranspose2d', dim(x.shape, 1), outChannels, groups);
    if (outputPadding.some((size, side) => size >= (window.stride[side] ?? 1))) {
      throw new ShapeError(
        'shape.output-padding',
        `ConvTranspose2d adds ${formatPair(outputPadding)} pixels at a stride of ${formatPair(window.stride)}.`,
        {
          explanation:
            'Each must be smaller than the stride: it chooses between the sizes a stride cannot tell apart.',
          fixes: [{ kind: 'setAttrs', attrs: { outputPadding: [0, 0] } }],
        },
      );
    }
    const size = sizeOf(x, { kernel: kernelSize, outputPadding, ...window });
    if (size.some((side) => side < 1)) {
      throw new ShapeError(
        'shape.window-too-large',
        `ConvTranspose2d cuts ${formatPair(window.padding)} pixels off each end: nothing is left.`,
        { fixes: [{ kind: 'setAttrs', attrs: { padding: [0, 0] } }] },
      );
    }
    return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', outChannels, ...size] }];
  },
  inferPartial: ([x], { outChannels, kernelSize, outputPadding, stride, padding, dilation }) => {
    if (x?.shape.length !== 4) return undefined;
    const size = sizeOf(x, { kernel: kernelSize, outputPadding, stride, padding, dilation });
    if (size.some((side) => side < 1)) return undefined;
    return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', outChannels, ...size] }];
  },
  /** As the convolution that it is the transpose of: from its outputs, the channels here, to its inputs. */
  params: ([x], { outChannels, groups, kernelSize, ...attrs }) =>
    weightAndBias([dim(x.shape, 1), outChannels / groups, ...kernelSize], attrs, outChannels),
  lower(
    g,
    [x],
    { outChannels, kernelSize, outputPadding, stride, padding, dilation, groups, bias },
  ) {
    const size = sizeOf(x.type, { kernel: kernelSize, outputPadding, stride, padding, dilation });
    const y = g.emit('conv2dInputGrad', [x, g.param('weight')], {
      stride,
      padding: bothEnds(padding),
      dilation,
      groups,
      inputShape: [dim(x.type.shape, 0), outChannels, ...size],
    });
    return [bias ? add(g, y, reshape(g, g.param('bias'), [1, outChannels, 1, 1])) : y];
  },
  torch: (attrs, [x]) => {
    const { outChannels, kernelSize, stride, padding, outputPadding, dilation, groups, bias } =
      attrs;
    return pythonCall(
      'nn.ConvTranspose2d',
      dim(x.shape, 1),
      outChannels,
      pythonPair(kernelSize),
      pythonPairKeyword('stride', stride, 1),
      pythonPairKeyword('padding', padding, 0),
      pythonPairKeyword('output_padding', outputPadding, 0),
      groups === 1 ? undefined : `groups=${groups}`,
      bias ? undefined : 'bias=False',
      pythonPairKeyword('dilation', dilation, 1),
    );
  },
  keras: {
    layout: 'channelsLast',
    form({ outChannels, kernelSize, stride, padding, outputPadding, dilation, groups, bias }) {
      if (groups > 1) return { none: 'its transposed convolution knows no groups' };
      if (Math.max(...stride) > 1 && Math.max(...dilation) > 1) {
        return { none: 'its transposed convolution takes a stride or a dilation, not both' };
      }
      const window = { kernel: kernelSize, dilation };
      const isLonger = outputPadding.some((size) => size > 0);
      // What it answers without padding; a stride past the window leaves zeros behind the last one.
      const excess = ([0, 1] as const).map((side) => {
        const size = reach(window, side);
        return isLonger ? 0 : Math.max(size, stride[side]) - size;
      });
      const isSame =
        !isLonger &&
        ([0, 1] as const).every((side) => reach(window, side) - stride[side] === 2 * padding[side]);
      const isCropped = !isSame && [...padding, ...excess].some((size) => size > 0);
      const crop = padding.map((size, side) => `(${size}, ${size + (excess[side] ?? 0)})`);
      return {
        steps: [
          {
            layer: 'Conv2DTranspose',
            args: [
              outChannels,
              pythonPair(kernelSize),
              strideKeyword(stride),
              isSame && Math.max(...padding) > 0 ? 'padding="same"' : undefined,
              isLonger ? `output_padding=${pythonPair(outputPadding)}` : undefined,
              pythonPairKeyword('dilation_rate', dilation, 1),
              bias ? undefined : 'use_bias=False',
            ],
            variables: {
              weight: { name: 'kernel', axes: [2, 3, 1, 0] },
              ...(bias && { bias: { name: 'bias' } }),
            },
          },
          ...(isCropped
            ? [
                {
                  layer: 'Cropping2D',
                  args: [excess.some((e) => e > 0) ? `(${crop.join(', ')})` : pythonPair(padding)],
                },
              ]
            : []),
        ],
      };
    },
  },
});

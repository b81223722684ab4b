/**
 * Transposed convolution, `[N, C, H, W] -> [N, K, P, Q]`: what the gradient of a convolution does to its output. So it
 * is that op, and its own gradients are convolutions.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html
 */
import { defineLayer } from './define.ts';
import { weightAndBias } from './shared/initializers.ts';
import { dim, needImage } from './shared/shapes.ts';
import {
  kerasTransposed,
  likelyTransposed,
  outChannelsAttr,
  torchTransposed,
  transposed,
  transposedAttrs,
  transposedType,
} from './shared/transposed.ts';
import { pairAttr, windowText } from './shared/windows.ts';

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
    outChannels: outChannelsAttr,
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
    ...transposedAttrs,
  },
  ports: { in: ['x'], out: ['y'] },
  widthAttr: 'outChannels',
  summary({ outChannels, kernelSize, stride, padding, dilation, groups }, x) {
    const channels = x?.[0].shape[1] ?? '?';
    const window = windowText({ kernel: kernelSize, stride, padding, dilation }, [1, 1]);
    return `${channels}→${outChannels} ${window}${groups === 1 ? '' : ` g${groups}`}`;
  },
  infer([x], attrs) {
    needImage('ConvTranspose2d', x);
    return [transposedType('ConvTranspose2d', x, attrs)];
  },
  inferPartial: ([x], attrs) => likelyTransposed(x, attrs),
  /** As the convolution that it is the transpose of: from its outputs, the channels here, to its inputs. */
  params: ([x], { outChannels, groups, kernelSize, ...attrs }) =>
    weightAndBias(
      [dim(x.shape, 1), outChannels / groups, ...kernelSize],
      { ...attrs, groups },
      outChannels,
    ),
  lower: (g, [x], attrs) => [transposed(g, x, g.param('weight'), attrs)],
  torch: (attrs, [x]) => torchTransposed('nn.ConvTranspose2d', x, attrs),
  keras: {
    layout: 'channelsLast',
    form: (attrs) => kerasTransposed('2D', attrs),
  },
});

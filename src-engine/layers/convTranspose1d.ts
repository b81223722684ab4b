/**
 * Transposed convolution of sequences, `[N, C, L] -> [N, K, P]`: that of images of height 1.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html
 */
import { reshape } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { weightAndBias } from './shared/initializers.ts';
import {
  asImage,
  asSequence,
  flat,
  needSequence,
  sizeAttr,
  stepsFirst,
  windowText1d,
} from './shared/sequences.ts';
import { dim } from './shared/shapes.ts';
import {
  kerasTransposed,
  likelyTransposed,
  outChannelsAttr,
  torchTransposed,
  transposed,
  transposedAttrs,
  transposedType,
} from './shared/transposed.ts';

export default defineLayer({
  type: 'ConvTranspose1d',
  label: 'ConvTranspose1d',
  category: 'Convolution',
  role: 'transform',
  doc: 'Lays down a small filter for every place: the sequence gets longer by the stride. Decoders and generators of signals end with it.',
  formula: 'y_{o,\\, i s + u} \\mathrel{+}= \\sum_{c} w_{c,o,u}\\, x_{c,i}',
  keywords: [
    'deconvolution',
    'upsample',
    'decoder',
    'generator',
    'transposed',
    'sequence',
    'signal',
  ],
  idPrefix: 'deconv',
  attrs: {
    outChannels: outChannelsAttr,
    kernelSize: sizeAttr(2, 1, 'Length of a filter.'),
    stride: sizeAttr(2, 1, 'How many times longer the sequence gets: steps between two filters.'),
    padding: sizeAttr(0, 0, 'Places that are cut off at both ends of the result.'),
    outputPadding: sizeAttr(
      0,
      0,
      'Places more at the end: of the lengths that a stride cannot tell apart, a larger one.',
      true,
    ),
    dilation: sizeAttr(1, 1, 'Distance between the points that a filter fills.', true),
    ...transposedAttrs,
  },
  ports: { in: ['x'], out: ['y'] },
  widthAttr: 'outChannels',
  summary({ outChannels, kernelSize, stride, padding, dilation, groups }, x) {
    const channels = x?.[0].shape[1] ?? '?';
    const window = windowText1d({ kernel: kernelSize, stride, padding, dilation }, 1);
    return `${channels}→${outChannels} ${window}${groups === 1 ? '' : ` g${groups}`}`;
  },
  infer([x], attrs) {
    needSequence('ConvTranspose1d', x, 'ConvTranspose2d');
    return [transposedType('ConvTranspose1d', x, attrs)];
  },
  inferPartial: ([x], attrs) => likelyTransposed(x, attrs),
  check: ([x], _attrs, { isField }) => stepsFirst('ConvTranspose1d', x, isField),
  params: ([x], { outChannels, groups, kernelSize, ...attrs }) =>
    weightAndBias(
      [dim(x.shape, 1), outChannels / groups, kernelSize],
      { ...attrs, groups },
      outChannels,
    ),
  lower(g, [x], { outChannels, groups, bias, ...window }) {
    const weight = g.param('weight');
    const [inputs = 1, outputs = 1, size = 1] = weight.type.shape;
    const y = transposed(g, asImage(g, x), reshape(g, weight, [inputs, outputs, 1, size]), {
      ...{ outChannels, groups, bias },
      kernelSize: flat(window.kernelSize),
      stride: flat(window.stride),
      padding: [0, window.padding],
      outputPadding: [0, window.outputPadding],
      dilation: flat(window.dilation),
    });
    return [asSequence(g, y)];
  },
  torch: (attrs, [x]) => torchTransposed('nn.ConvTranspose1d', x, attrs),
  keras: {
    layout: 'channelsLast',
    form: (attrs) => kerasTransposed('1D', attrs),
  },
});

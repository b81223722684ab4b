/**
 * Transposed convolution of sequences, `[N, C, L] -> [N, K, P]` with `P = (L - 1) s - 2 p + d (k - 1) + op + 1`: that of
 * images of height 1. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html
 */
import { ShapeError } from '../ir/problem.ts';
import type { TensorType } from '../ir/tensor.ts';
import { add, reshape } from '../ops/nn.ts';
import { bothEnds } from '../ops/windows.ts';
import { defineLayer } from './define.ts';
import { initAttrs, weightAndBias } from './shared/initializers.ts';
import {
  asImage,
  asSequence,
  flat,
  needSequence,
  sizeAttr,
  stepsFirst,
  windowText1d,
} from './shared/sequences.ts';
import { dim, pythonCall, pythonKeyword } from './shared/shapes.ts';
import { needGroups } from './shared/windows.ts';

interface Transposed {
  readonly kernelSize: number;
  readonly stride: number;
  readonly padding: number;
  readonly outputPadding: number;
  readonly dilation: number;
}

const reachOf = ({ kernelSize, dilation }: Transposed): number => dilation * (kernelSize - 1) + 1;

/** Below 1 where the padding takes all away. */
const lengthOf = (x: TensorType, window: Transposed): number =>
  (dim(x.shape, 2) - 1) * window.stride -
  2 * window.padding +
  reachOf(window) +
  window.outputPadding;

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
    outChannels: { kind: 'int', default: 32, min: 1, max: 65_536, help: 'How many filters.' },
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
    const window = windowText1d({ kernel: kernelSize, stride, padding, dilation }, 1);
    return `${channels}→${outChannels} ${window}${groups === 1 ? '' : ` g${groups}`}`;
  },
  infer([x], { outChannels, groups, ...window }) {
    const { stride, padding, outputPadding } = window;
    needSequence('ConvTranspose1d', x, 'ConvTranspose2d');
    needGroups('ConvTranspose1d', dim(x.shape, 1), outChannels, groups);
    if (outputPadding >= stride) {
      throw new ShapeError(
        'shape.output-padding',
        `ConvTranspose1d adds ${outputPadding} places at a stride of ${stride}.`,
        {
          explanation:
            'It must be smaller than the stride: it chooses between the lengths a stride cannot tell apart.',
          fixes: [{ kind: 'setAttrs', attrs: { outputPadding: 0 } }],
        },
      );
    }
    const length = lengthOf(x, window);
    if (length < 1) {
      throw new ShapeError(
        'shape.window-too-large',
        `ConvTranspose1d cuts ${padding} places off each end: nothing is left.`,
        { fixes: [{ kind: 'setAttrs', attrs: { padding: 0 } }] },
      );
    }
    return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', outChannels, length] }];
  },
  inferPartial: ([x], { outChannels, ...window }) => {
    if (x?.shape.length !== 3) return undefined;
    const length = lengthOf(x, window);
    return length < 1
      ? undefined
      : [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', outChannels, length] }];
  },
  check: ([x], _attrs, { isField }) => stepsFirst('ConvTranspose1d', x, isField),
  params: ([x], { outChannels, groups, kernelSize, ...attrs }) =>
    weightAndBias([dim(x.shape, 1), outChannels / groups, kernelSize], attrs, outChannels),
  lower(g, [x], { outChannels, groups, bias, ...window }) {
    const { kernelSize, stride, padding, dilation } = window;
    const weight = g.param('weight');
    const [inputs = 1, outputs = 1] = weight.type.shape;
    const filters = reshape(g, weight, [inputs, outputs, 1, kernelSize]);
    const y = g.emit('conv2dInputGrad', [asImage(g, x), filters], {
      stride: flat(stride),
      padding: bothEnds([0, padding]),
      dilation: flat(dilation),
      groups,
      inputShape: [dim(x.type.shape, 0), outChannels, 1, lengthOf(x.type, window)],
    });
    const biased = bias ? add(g, y, reshape(g, g.param('bias'), [1, outChannels, 1, 1])) : y;
    return [asSequence(g, biased)];
  },
  torch: (attrs, [x]) => {
    const { outChannels, kernelSize, stride, padding, outputPadding, dilation, groups, bias } =
      attrs;
    return pythonCall(
      'nn.ConvTranspose1d',
      dim(x.shape, 1),
      outChannels,
      kernelSize,
      pythonKeyword('stride', stride, 1),
      pythonKeyword('padding', padding, 0),
      pythonKeyword('output_padding', outputPadding, 0),
      pythonKeyword('groups', groups, 1),
      bias ? undefined : 'bias=False',
      pythonKeyword('dilation', dilation, 1),
    );
  },
  keras: {
    layout: 'channelsLast',
    form({ outChannels, groups, bias, ...window }) {
      const { kernelSize, stride, padding, outputPadding, dilation } = window;
      if (groups > 1) return { none: 'its transposed convolution knows no groups' };
      if (stride > 1 && dilation > 1) {
        return { none: 'its transposed convolution takes a stride or a dilation, not both' };
      }
      const reach = reachOf(window);
      const isLonger = outputPadding > 0;
      // What it answers without padding; a stride past the window leaves zeros behind the last one.
      const excess = isLonger ? 0 : Math.max(reach, stride) - reach;
      const isSame = !isLonger && reach - stride === 2 * padding;
      const isCropped = !isSame && padding + excess > 0;
      return {
        steps: [
          {
            layer: 'Conv1DTranspose',
            args: [
              outChannels,
              kernelSize,
              pythonKeyword('strides', stride, 1),
              isSame && padding > 0 ? 'padding="same"' : undefined,
              isLonger ? `output_padding=${outputPadding}` : undefined,
              pythonKeyword('dilation_rate', dilation, 1),
              bias ? undefined : 'use_bias=False',
            ],
            variables: {
              weight: { name: 'kernel', axes: [2, 1, 0] },
              ...(bias && { bias: { name: 'bias' } }),
            },
          },
          ...(isCropped
            ? [{ layer: 'Cropping1D', args: [`(${padding}, ${padding + excess})`] }]
            : []),
        ],
      };
    },
  },
});

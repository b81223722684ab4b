/**
 * Convolution of sequences, `[N, C, L] -> [N, K, P]`: that of images of height 1.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv1d.html
 */
import { ShapeError } from '../ir/problem.ts';
import { conv2d, reshape } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { initAttrs, weightAndBias } from './shared/initializers.ts';
import {
  asImage,
  asSequence,
  flat,
  needSequence,
  onImage,
  placesAlong,
  sizeAttr,
  stepsFirst,
  windowedLength,
  windowText1d,
} from './shared/sequences.ts';
import { dim, pythonCall, pythonKeyword } from './shared/shapes.ts';
import { endsOf, needGroups } from './shared/windows.ts';

export default defineLayer({
  type: 'Conv1d',
  label: 'Conv1d',
  category: 'Convolution',
  role: 'transform',
  doc: 'Moves small filters along a sequence: each output channel shows where its pattern occurs. For signals, series and text. The number of input channels follows from the wire.',
  formula: 'y_{o,i} = b_o + \\sum_{c,u} w_{o,c,u}\\, x_{c,\\, i s + u}',
  keywords: [
    'convolution',
    'filter',
    'kernel',
    'sequence',
    'signal',
    'time series',
    'temporal',
    'tcn',
    'dilated',
    'depthwise',
  ],
  idPrefix: 'conv',
  attrs: {
    outChannels: { kind: 'int', default: 32, min: 1, max: 65_536, help: 'How many filters.' },
    kernelSize: sizeAttr(3, 1, 'Length of a filter.'),
    stride: sizeAttr(1, 1, 'Steps between two places of the filter.'),
    padding: sizeAttr(0, 0, 'Zeros added at both ends of the sequence.'),
    samePadding: {
      kind: 'bool',
      label: 'Same size',
      default: false,
      advanced: true,
      help: "As many zeros as leave the sequence its length, whatever the padding says: PyTorch's padding='same'. Needs a stride of 1.",
    },
    dilation: sizeAttr(1, 1, 'Distance between the points a filter looks at.', true),
    groups: {
      kind: 'int',
      default: 1,
      min: 1,
      advanced: true,
      help: 'Channels are split into so many groups that do not see each other. As many as channels: depthwise.',
    },
    bias: { kind: 'bool', default: true, help: 'Adds a trained number to every output channel.' },
    ...initAttrs,
  },
  ports: { in: ['x'], out: ['y'] },
  widthAttr: 'outChannels',
  window: ({ kernelSize, stride, dilation }) => ({
    kernel: flat(kernelSize),
    stride: flat(stride),
    dilation: flat(dilation),
  }),
  summary({ outChannels, kernelSize, stride, padding, samePadding, dilation, groups }, x) {
    const channels = x?.[0].shape[1] ?? '?';
    const ends = samePadding ? {} : { padding };
    const window = windowText1d({ kernel: kernelSize, stride, dilation, ...ends }, 1);
    return `${channels}→${outChannels} ${window}${samePadding ? ' same' : ''}${groups === 1 ? '' : ` g${groups}`}`;
  },
  infer([x], { outChannels, kernelSize, stride, padding, samePadding, dilation, groups }) {
    needSequence('Conv1d', x, 'Conv2d');
    needGroups('Conv1d', dim(x.shape, 1), outChannels, groups);
    if (samePadding && stride !== 1) {
      throw new ShapeError(
        'shape.same-stride',
        `Conv1d cannot keep the length of a sequence at a stride of ${stride}.`,
        { fixes: [{ kind: 'setAttrs', attrs: { stride: 1 } }] },
      );
    }
    const ends = samePadding ? 'same' : padding;
    const length = windowedLength('Conv1d', x, {
      kernel: kernelSize,
      stride,
      padding: ends,
      dilation,
    });
    return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', outChannels, length] }];
  },
  inferPartial: ([x], { outChannels, kernelSize, stride, padding, samePadding, dilation }) => {
    if (x?.shape.length !== 3) return undefined;
    const ends = samePadding ? 'same' : padding;
    const length = placesAlong(x, { kernel: kernelSize, stride, padding: ends, dilation });
    if (length < 1) return undefined;
    return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', outChannels, length] }];
  },
  check: ([x], _attrs, { isField }) => stepsFirst('Conv1d', x, isField),
  params: ([x], attrs) =>
    weightAndBias([attrs.outChannels, dim(x.shape, 1) / attrs.groups, attrs.kernelSize], attrs),
  lower(g, [x], { kernelSize, stride, padding, samePadding, dilation, groups, bias }) {
    const ends = samePadding ? 'same' : padding;
    const window = onImage({ kernel: kernelSize, stride, padding: ends, dilation });
    const params = {
      stride: window.stride,
      padding: endsOf(window),
      dilation: window.dilation,
      groups,
    };
    const weight = g.param('weight');
    const [outputs = 1, inputs = 1] = weight.type.shape;
    const filters = reshape(g, weight, [outputs, inputs, 1, kernelSize]);
    const y = conv2d(g, asImage(g, x), filters, params, bias ? g.param('bias') : undefined);
    return [asSequence(g, y)];
  },
  torch: (attrs, [x]) => {
    const { outChannels, kernelSize, stride, padding, samePadding, dilation, groups, bias } = attrs;
    return pythonCall(
      'nn.Conv1d',
      dim(x.shape, 1),
      outChannels,
      kernelSize,
      pythonKeyword('stride', stride, 1),
      samePadding ? 'padding="same"' : pythonKeyword('padding', padding, 0),
      pythonKeyword('dilation', dilation, 1),
      pythonKeyword('groups', groups, 1),
      bias ? undefined : 'bias=False',
    );
  },
  torchCode: {
    withTensors: (x, { weight, bias }, { stride, padding, samePadding, dilation, groups }) =>
      pythonCall(
        'F.conv1d',
        x,
        weight,
        bias,
        pythonKeyword('stride', stride, 1),
        samePadding ? 'padding="same"' : pythonKeyword('padding', padding, 0),
        pythonKeyword('dilation', dilation, 1),
        pythonKeyword('groups', groups, 1),
      ),
  },
  keras: {
    layout: 'channelsLast',
    form({ outChannels, kernelSize, stride, padding, samePadding, dilation, groups, bias }) {
      const size = dilation * (kernelSize - 1) + 1;
      const isSame = samePadding || (stride === 1 && 2 * padding === size - 1);
      // Keras takes either a stride or a dilation: of the other places the answers are left out.
      const isSparse = stride > 1 && dilation > 1;
      return {
        steps: [
          ...(isSame || padding === 0 ? [] : [{ layer: 'ZeroPadding1D', args: [padding] }]),
          {
            layer: 'Conv1D',
            args: [
              outChannels,
              kernelSize,
              isSparse ? undefined : pythonKeyword('strides', stride, 1),
              isSame && size > 1 ? 'padding="same"' : undefined,
              pythonKeyword('dilation_rate', dilation, 1),
              pythonKeyword('groups', groups, 1),
              bias ? undefined : 'use_bias=False',
            ],
            variables: {
              weight: { name: 'kernel', axes: [2, 1, 0] },
              ...(bias && { bias: { name: 'bias' } }),
            },
          },
          ...(isSparse ? [{ line: (x: string) => `${x}[:, ::${stride}]` }] : []),
        ],
      };
    },
  },
});

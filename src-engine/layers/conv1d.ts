/**
 * Convolution of sequences, `[N, C, L] -> [N, K, P]`: that of images of height 1.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv1d.html
 */
import { ShapeError } from '../ir/problem.ts';
import { conv2d, reshape } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { initAttrs, weightAndBias } from './shared/initializers.ts';
import type { Border, Ends } from './shared/padding.ts';
import {
  edged,
  hasEdges,
  kerasEdges,
  needEdges,
  paddingModeAttr,
  torchEdged,
  torchPaddingMode,
} from './shared/paddingModes.ts';
import {
  asImage,
  asSequence,
  flat,
  needSequence,
  onImage,
  placesAlong,
  sizeAttr,
  stepsFirst,
  type Window1d,
  windowedLength,
  windowText1d,
} from './shared/sequences.ts';
import { dim, pythonCall, pythonKeyword } from './shared/shapes.ts';
import { endsOf, needGroups } from './shared/windows.ts';

interface Along {
  readonly kernelSize: number;
  readonly stride: number;
  readonly padding: number;
  readonly samePadding: boolean;
  readonly dilation: number;
}

const windowOf = ({ kernelSize, stride, padding, samePadding, dilation }: Along): Window1d => ({
  kernel: kernelSize,
  stride,
  padding: samePadding ? 'same' : padding,
  dilation,
});
/** At both ends of a sequence. */
function endsAlong(attrs: Along): Ends {
  const [, left, , right] = endsOf(onImage(windowOf(attrs)));
  return { left, right };
}

const torchPadding = ({ padding, samePadding }: Along): string | undefined =>
  samePadding ? 'padding="same"' : pythonKeyword('padding', padding, 0);
const torchWindow = (
  { stride, dilation, groups }: Along & { readonly groups: number },
  padding: string | undefined,
): readonly (string | undefined)[] => [
  pythonKeyword('stride', stride, 1),
  padding,
  pythonKeyword('dilation', dilation, 1),
  pythonKeyword('groups', groups, 1),
];

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
    paddingMode: paddingModeAttr,
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
  examples: [
    { padding: 2, paddingMode: 'reflect' },
    { padding: 4, paddingMode: 'replicate', stride: 2, bias: false },
    { padding: 2, paddingMode: 'circular', dilation: 2 },
    { kernelSize: 4, samePadding: true, paddingMode: 'circular' },
  ],
  ports: { in: ['x'], out: ['y'] },
  widthAttr: 'outChannels',
  window: ({ kernelSize, stride, dilation }) => ({
    kernel: flat(kernelSize),
    stride: flat(stride),
    dilation: flat(dilation),
  }),
  summary({ outChannels, samePadding, paddingMode, groups, ...attrs }, x) {
    const channels = x?.[0].shape[1] ?? '?';
    const { kernelSize: kernel, stride, padding, dilation } = attrs;
    const ends = samePadding ? {} : { padding };
    const window = windowText1d({ kernel, stride, dilation, ...ends }, 1);
    const isEdged = hasEdges(paddingMode, endsAlong({ ...attrs, samePadding }));
    const padded = `${samePadding ? ' same' : ''}${isEdged ? ` ${paddingMode}` : ''}`;
    return `${channels}→${outChannels} ${window}${padded}${groups === 1 ? '' : ` g${groups}`}`;
  },
  infer([x], { outChannels, groups, ...attrs }) {
    needSequence('Conv1d', x, 'Conv2d');
    needGroups('Conv1d', dim(x.shape, 1), outChannels, groups);
    const { stride, samePadding, paddingMode } = attrs;
    if (samePadding && stride !== 1) {
      throw new ShapeError(
        'shape.same-stride',
        `Conv1d cannot keep the length of a sequence at a stride of ${stride}.`,
        { fixes: [{ kind: 'setAttrs', attrs: { stride: 1 } }] },
      );
    }
    const length = windowedLength('Conv1d', x, windowOf(attrs));
    const fitting = ([ends = [0, 0]]: readonly Border[]): number => Math.min(...ends);
    needEdges('Conv1d', x, paddingMode, endsAlong(attrs), samePadding ? undefined : fitting);
    return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', outChannels, length] }];
  },
  inferPartial: ([x], { outChannels, ...attrs }) => {
    if (x?.shape.length !== 3) return undefined;
    const length = placesAlong(x, windowOf(attrs));
    if (length < 1) return undefined;
    return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', outChannels, length] }];
  },
  check: ([x], _attrs, { isField }) => stepsFirst('Conv1d', x, isField),
  params: ([x], attrs) =>
    weightAndBias([attrs.outChannels, dim(x.shape, 1) / attrs.groups, attrs.kernelSize], attrs),
  lower(g, [x], { groups, bias, ...attrs }) {
    const { kernelSize, paddingMode } = attrs;
    const { stride, dilation, ...window } = onImage(windowOf(attrs));
    const padding =
      paddingMode === 'zeros' ? endsOf({ ...window, dilation }) : ([0, 0, 0, 0] as const);
    const params = { stride, padding, dilation, groups };
    const weight = g.param('weight');
    const [outputs = 1, inputs = 1] = weight.type.shape;
    const filters = reshape(g, weight, [outputs, inputs, 1, kernelSize]);
    const image = asImage(g, edged(g, x, paddingMode, endsAlong(attrs)));
    return [asSequence(g, conv2d(g, image, filters, params, bias ? g.param('bias') : undefined))];
  },
  torch: ({ outChannels, bias, ...attrs }, [x]) =>
    pythonCall(
      'nn.Conv1d',
      dim(x.shape, 1),
      outChannels,
      attrs.kernelSize,
      ...torchWindow(attrs, torchPadding(attrs)),
      bias ? undefined : 'bias=False',
      torchPaddingMode(attrs.paddingMode),
    ),
  torchCode: {
    withTensors: (x, { weight, bias }, attrs) =>
      pythonCall(
        'F.conv1d',
        torchEdged(x, attrs.paddingMode, endsAlong(attrs)),
        weight,
        bias,
        ...torchWindow(attrs, attrs.paddingMode === 'zeros' ? torchPadding(attrs) : undefined),
      ),
  },
  keras: {
    layout: 'channelsLast',
    form({ outChannels, groups, bias, ...attrs }, [x]) {
      const { kernelSize, stride, padding, samePadding, paddingMode, dilation } = attrs;
      const size = dilation * (kernelSize - 1) + 1;
      const isOfZeros = !hasEdges(paddingMode, endsAlong(attrs));
      const keepsLength = samePadding || (stride === 1 && 2 * padding === size - 1);
      const isSame = isOfZeros && keepsLength;
      const zeros = { layer: 'ZeroPadding1D', args: [padding] };
      // Keras takes either a stride or a dilation: of the other places the answers are left out.
      const isSparse = stride > 1 && dilation > 1;
      return {
        steps: [
          ...kerasEdges(paddingMode, endsAlong(attrs), x),
          ...(isSame || !isOfZeros || padding === 0 ? [] : [zeros]),
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

/**
 * Convolution of images, `[N, C, H, W] -> [N, K, P, Q]` (a cross-correlation, as everywhere in the field).
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
 */
import { ShapeError } from '../ir/problem.ts';
import { conv2d } from '../ops/nn.ts';
import { reach } from '../ops/windows.ts';
import { defineLayer } from './define.ts';
import { isSamePadding, strideKeyword, zeroPadding } from './shared/keras.ts';
import { initAttrs, weightAndBias } from './shared/initializers.ts';
import {
  dim,
  formatPair,
  needImage,
  pythonCall,
  pythonPair,
  pythonPairKeyword,
} from './shared/shapes.ts';
import {
  endsOf,
  needGroups,
  type Pair,
  pairAttr,
  placesOf,
  windowedSize,
  windowText,
} from './shared/windows.ts';

const ONE: Pair = [1, 1];

export default defineLayer({
  type: 'Conv2d',
  label: 'Conv2d',
  category: 'Convolution',
  role: 'transform',
  doc: 'Moves small filters over an image: each output channel shows where its pattern occurs. The number of input channels follows from the wire.',
  formula: 'y_{o,i,j} = b_o + \\sum_{c,u,v} w_{o,c,u,v}\\, x_{c,\\, i s + u,\\, j s + v}',
  keywords: ['convolution', 'filter', 'kernel', 'cnn', 'image', 'depthwise', 'grouped'],
  idPrefix: 'conv',
  attrs: {
    outChannels: { kind: 'int', default: 32, min: 1, max: 65_536, help: 'How many filters.' },
    kernelSize: pairAttr(3, 1, 'Height and width of a filter.'),
    stride: pairAttr(1, 1, 'Steps between two places of the filter.'),
    padding: pairAttr(0, 0, 'Zeros added around the image.'),
    samePadding: {
      kind: 'bool',
      label: 'Same size',
      default: false,
      advanced: true,
      help: "As many zeros as leave the image its size, whatever the padding says: PyTorch's padding='same'. Needs a stride of 1.",
    },
    dilation: pairAttr(1, 1, 'Distance between the points a filter looks at.', true),
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
  window: ({ kernelSize, stride, dilation }) => ({ kernel: kernelSize, stride, dilation }),
  summary({ outChannels, kernelSize, stride, padding, samePadding, dilation, groups }, x) {
    const channels = x?.[0].shape[1] ?? '?';
    const ends = samePadding ? {} : { padding };
    const window = windowText({ kernel: kernelSize, stride, dilation, ...ends }, ONE);
    return `${channels}→${outChannels} ${window}${samePadding ? ' same' : ''}${groups === 1 ? '' : ` g${groups}`}`;
  },
  infer([x], { outChannels, kernelSize, stride, padding, samePadding, dilation, groups }) {
    needImage('Conv2d', x);
    needGroups('Conv2d', dim(x.shape, 1), outChannels, groups);
    if (samePadding && stride.some((steps) => steps !== 1)) {
      throw new ShapeError(
        'shape.same-stride',
        `Conv2d cannot keep the size of an image at a stride of ${formatPair(stride)}.`,
        { fixes: [{ kind: 'setAttrs', attrs: { stride: [1, 1] } }] },
      );
    }
    const window = {
      kernel: kernelSize,
      stride,
      padding: samePadding ? 'same' : padding,
      dilation,
    } as const;
    const [height, width] = windowedSize('Conv2d', x, window);
    return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', outChannels, height, width] }];
  },
  inferPartial: ([x], { outChannels, kernelSize, stride, padding, samePadding, dilation }) => {
    if (x?.shape.length !== 4) return undefined;
    const ends = samePadding ? 'same' : padding;
    const size = placesOf(x, { kernel: kernelSize, stride, padding: ends, dilation });
    if (size.some((count) => count < 1)) return undefined;
    return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', outChannels, ...size] }];
  },
  params: ([x], attrs) =>
    weightAndBias([attrs.outChannels, dim(x.shape, 1) / attrs.groups, ...attrs.kernelSize], attrs),
  lower(g, [x], { kernelSize, stride, padding, samePadding, dilation, groups, bias }) {
    const ends = samePadding ? 'same' : padding;
    const params = {
      stride,
      padding: endsOf({ kernel: kernelSize, padding: ends, dilation }),
      dilation,
      groups,
    };
    return [conv2d(g, x, g.param('weight'), params, bias ? g.param('bias') : undefined)];
  },
  torch: (attrs, [x]) => {
    const { outChannels, kernelSize, stride, padding, samePadding, dilation, groups, bias } = attrs;
    return pythonCall(
      'nn.Conv2d',
      dim(x.shape, 1),
      outChannels,
      pythonPair(kernelSize),
      pythonPairKeyword('stride', stride, 1),
      samePadding ? 'padding="same"' : pythonPairKeyword('padding', padding, 0),
      pythonPairKeyword('dilation', dilation, 1),
      groups === 1 ? undefined : `groups=${groups}`,
      bias ? undefined : 'bias=False',
    );
  },
  torchCode: {
    withTensors: (x, { weight, bias }, { stride, padding, samePadding, dilation, groups }) =>
      pythonCall(
        'F.conv2d',
        x,
        weight,
        bias,
        pythonPairKeyword('stride', stride, 1),
        samePadding ? 'padding="same"' : pythonPairKeyword('padding', padding, 0),
        pythonPairKeyword('dilation', dilation, 1),
        groups === 1 ? undefined : `groups=${groups}`,
      ),
  },
  keras: {
    layout: 'channelsLast',
    form({ outChannels, kernelSize, stride, padding, samePadding, dilation, groups, bias }) {
      const window = { kernel: kernelSize, dilation };
      const size: Pair = [reach(window, 0), reach(window, 1)];
      const isSame = samePadding || isSamePadding(size, stride, padding);
      // Keras takes either a stride or a dilation: of the other places the answers are left out.
      const isSparse = Math.max(...stride) > 1 && Math.max(...dilation) > 1;
      const steps = stride.map((each) => (each === 1 ? ':' : `::${each}`));
      return {
        steps: [
          ...(isSame ? [] : zeroPadding(padding)),
          {
            layer: 'Conv2D',
            args: [
              outChannels,
              pythonPair(kernelSize),
              isSparse ? undefined : strideKeyword(stride),
              isSame && Math.max(...size) > 1 ? 'padding="same"' : undefined,
              pythonPairKeyword('dilation_rate', dilation, 1),
              groups === 1 ? undefined : `groups=${groups}`,
              bias ? undefined : 'use_bias=False',
            ],
            variables: {
              weight: { name: 'kernel', axes: [2, 3, 1, 0] },
              ...(bias && { bias: { name: 'bias' } }),
            },
          },
          ...(isSparse ? [{ line: (x: string) => `${x}[:, ${steps.join(', ')}]` }] : []),
        ],
      };
    },
  },
});

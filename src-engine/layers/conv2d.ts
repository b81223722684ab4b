/**
 * Convolution of images, `[N, C, H, W] -> [N, K, P, Q]` (a cross-correlation, as everywhere in the field).
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
 */
import { conv2d } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import {
  convInput,
  convolutionAttrs,
  convolutionExamples,
  convolutionText,
  convolvedPartly,
  convolvedSize,
  kerasConvolution,
  torchFunctionInput,
  torchFunctionWindow,
  torchWindow,
} from './shared/convolution.ts';
import { initAttrs, weightAndBias } from './shared/initializers.ts';
import { dim, needImage, pythonCall, pythonKeyword, pythonPair } from './shared/shapes.ts';
import { needGroups } from './shared/windows.ts';

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
    ...convolutionAttrs,
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
  examples: convolutionExamples,
  ports: { in: ['x'], out: ['y'] },
  widthAttr: 'outChannels',
  window: ({ kernelSize, stride, dilation }) => ({ kernel: kernelSize, stride, dilation }),
  summary({ outChannels, groups, ...attrs }, x) {
    const channels = x?.[0].shape[1] ?? '?';
    return `${channels}→${outChannels} ${convolutionText(attrs)}${groups === 1 ? '' : ` g${groups}`}`;
  },
  infer([x], { outChannels, groups, ...attrs }) {
    needImage('Conv2d', x);
    needGroups('Conv2d', dim(x.shape, 1), outChannels, groups);
    const size = convolvedSize('Conv2d', x, attrs);
    return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', outChannels, ...size] }];
  },
  inferPartial: ([x], attrs) => {
    const type = convolvedPartly(x, attrs.outChannels, attrs);
    return type && [type];
  },
  params: ([x], attrs) =>
    weightAndBias([attrs.outChannels, dim(x.shape, 1) / attrs.groups, ...attrs.kernelSize], attrs),
  lower(g, [x], { groups, bias, ...attrs }) {
    const { image, params } = convInput(g, x, attrs, groups);
    return [conv2d(g, image, g.param('weight'), params, bias ? g.param('bias') : undefined)];
  },
  torch: ({ outChannels, groups, bias, ...attrs }, [x]) =>
    pythonCall(
      'nn.Conv2d',
      dim(x.shape, 1),
      outChannels,
      pythonPair(attrs.kernelSize),
      ...torchWindow(attrs),
      pythonKeyword('groups', groups, 1),
      bias ? undefined : 'bias=False',
    ),
  torchCode: {
    withTensors: (x, { weight, bias }, { groups, ...attrs }) =>
      pythonCall(
        'F.conv2d',
        torchFunctionInput(x, attrs),
        weight,
        bias,
        ...torchFunctionWindow(attrs),
        pythonKeyword('groups', groups, 1),
      ),
  },
  keras: {
    layout: 'channelsLast',
    form: ({ outChannels, groups, bias, ...attrs }, [x]) => ({
      steps: kerasConvolution(
        {
          layer: 'Conv2D',
          channels: outChannels,
          args: [pythonKeyword('groups', groups, 1), bias ? undefined : 'use_bias=False'],
          variables: {
            weight: { name: 'kernel', axes: [2, 3, 1, 0] },
            ...(bias && { bias: { name: 'bias' } }),
          },
        },
        x,
        attrs,
      ),
    }),
  },
});

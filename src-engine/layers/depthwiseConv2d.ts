/**
 * Convolution of every channel by itself, `[N, C, H, W] -> [N, C m, P, Q]`: one with as many groups as channels.
 * Reference: Chollet, https://arxiv.org/abs/1610.02357
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
  torchWindow,
} from './shared/convolution.ts';
import { initAttrs, weightAndBias } from './shared/initializers.ts';
import { dim, needImage, pythonCall, pythonPair } from './shared/shapes.ts';

export default defineLayer({
  type: 'DepthwiseConv2d',
  label: 'DepthwiseConv2d',
  category: 'Convolution',
  role: 'transform',
  doc: 'Moves filters of its own over every channel, which see no other: a 9th of the work and weights of a 3×3 convolution of 9 channels. A 1×1 convolution after it mixes the channels. How many groups follows from the wire.',
  formula: 'y_{c m + d,i,j} = \\sum_{u,v} w_{c m + d,u,v}\\, x_{c,\\, i s + u,\\, j s + v}',
  keywords: ['convolution', 'mobilenet', 'channelwise', 'grouped', 'efficient', 'multiplier'],
  idPrefix: 'depthwise',
  attrs: {
    depthMultiplier: {
      kind: 'int',
      default: 1,
      min: 1,
      max: 1024,
      help: 'How many filters each channel has.',
    },
    ...convolutionAttrs,
    bias: { kind: 'bool', default: true, help: 'Adds a trained number to every output channel.' },
    ...initAttrs,
  },
  examples: convolutionExamples,
  ports: { in: ['x'], out: ['y'] },
  window: ({ kernelSize, stride, dilation }) => ({ kernel: kernelSize, stride, dilation }),
  summary({ depthMultiplier, ...attrs }, x) {
    const many = depthMultiplier === 1 ? '' : ` ×${depthMultiplier}`;
    return `${x?.[0].shape[1] ?? '?'}${many} ${convolutionText(attrs)}`;
  },
  infer([x], { depthMultiplier, ...attrs }) {
    needImage('DepthwiseConv2d', x);
    const size = convolvedSize('DepthwiseConv2d', x, attrs);
    const channels = dim(x.shape, 1) * depthMultiplier;
    return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', channels, ...size] }];
  },
  inferPartial: ([x], { depthMultiplier, ...attrs }) => {
    if (x?.shape.length !== 4) return undefined;
    const type = convolvedPartly(x, dim(x.shape, 1) * depthMultiplier, attrs);
    return type && [type];
  },
  params([x], attrs) {
    const channels = dim(x.shape, 1);
    const choice = { ...attrs, groups: channels };
    return weightAndBias([channels * attrs.depthMultiplier, 1, ...attrs.kernelSize], choice);
  },
  lower(g, [x], { bias, ...attrs }) {
    const { image, params } = convInput(g, x, attrs, dim(x.type.shape, 1));
    return [conv2d(g, image, g.param('weight'), params, bias ? g.param('bias') : undefined)];
  },
  torch({ depthMultiplier, bias, ...attrs }, [x]) {
    const channels = dim(x.shape, 1);
    return pythonCall(
      'nn.Conv2d',
      channels,
      channels * depthMultiplier,
      pythonPair(attrs.kernelSize),
      ...torchWindow(attrs),
      channels === 1 ? undefined : `groups=${channels}`,
      bias ? undefined : 'bias=False',
    );
  },
  keras: {
    layout: 'channelsLast',
    form({ depthMultiplier, bias, ...attrs }, [x]) {
      const useBias = bias ? undefined : 'use_bias=False';
      const biases = { ...(bias && { bias: { name: 'bias' } }) };
      const channels = dim(x.shape, 1);
      // Of several filters a channel, its kernel has these apart: the same as groups has them as here.
      return {
        steps:
          depthMultiplier === 1
            ? kerasConvolution(
                {
                  layer: 'DepthwiseConv2D',
                  args: [useBias],
                  variables: { weight: { name: 'kernel', axes: [2, 3, 0, 1] }, ...biases },
                },
                x,
                attrs,
                true,
              )
            : kerasConvolution(
                {
                  layer: 'Conv2D',
                  channels: channels * depthMultiplier,
                  args: [channels === 1 ? undefined : `groups=${channels}`, useBias],
                  variables: { weight: { name: 'kernel', axes: [2, 3, 1, 0] }, ...biases },
                },
                x,
                attrs,
              ),
      };
    },
  },
});

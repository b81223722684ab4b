/**
 * A depthwise convolution and a 1×1 one after it, `[N, C, H, W] -> [N, K, P, Q]`, with nothing in between.
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

const DEFINITION = `
class SeparableConv2d(nn.Module):
    """Filters for every channel by itself, then a mix of the channels."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        depth_multiplier: int = 1,
        bias: bool = True,
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] | str = 0,
        dilation: int | tuple[int, int] = 1,
        padding_mode: str = "zeros",
    ) -> None:
        super().__init__()
        between = in_channels * depth_multiplier
        self.depthwise = nn.Conv2d(
            in_channels,
            between,
            kernel_size,
            stride,
            padding,
            dilation,
            groups=in_channels,
            bias=False,
            padding_mode=padding_mode,
        )
        self.pointwise = nn.Conv2d(between, out_channels, 1, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.pointwise(self.depthwise(x))
`;
const ONCE = {
  stride: [1, 1],
  padding: [0, 0, 0, 0],
  dilation: [1, 1],
  groups: 1,
} as const;

export default defineLayer({
  type: 'SeparableConv2d',
  label: 'SeparableConv2d',
  category: 'Convolution',
  role: 'transform',
  doc: 'A convolution in two steps: filters for every channel by itself, then a weighted sum of the channels at every pixel. Almost as able as an ordinary one, with a fraction of its weights and work.',
  formula:
    'y_{o,i,j} = b_o + \\sum_c p_{o,c} \\sum_{u,v} d_{c,u,v}\\, x_{c,\\, i s + u,\\, j s + v}',
  keywords: ['convolution', 'xception', 'mobilenet', 'depthwise', 'pointwise', 'efficient'],
  idPrefix: 'sepconv',
  attrs: {
    outChannels: { kind: 'int', default: 32, min: 1, max: 65_536, help: 'Channels that come out.' },
    depthMultiplier: {
      kind: 'int',
      default: 1,
      min: 1,
      max: 1024,
      advanced: true,
      help: 'How many filters each channel has in the first step.',
    },
    ...convolutionAttrs,
    bias: { kind: 'bool', default: true, help: 'Adds a trained number to every output channel.' },
    ...initAttrs,
  },
  examples: convolutionExamples,
  ports: { in: ['x'], out: ['y'] },
  widthAttr: 'outChannels',
  window: ({ kernelSize, stride, dilation }) => ({ kernel: kernelSize, stride, dilation }),
  summary: ({ outChannels, depthMultiplier, ...attrs }, x) =>
    `${x?.[0].shape[1] ?? '?'}→${outChannels}${depthMultiplier === 1 ? '' : ` ×${depthMultiplier}`} ${convolutionText(attrs)}`,
  infer([x], { outChannels, ...attrs }) {
    needImage('SeparableConv2d', x);
    const size = convolvedSize('SeparableConv2d', x, attrs);
    return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', outChannels, ...size] }];
  },
  inferPartial: ([x], attrs) => {
    const type = convolvedPartly(x, attrs.outChannels, attrs);
    return type && [type];
  },
  params([x], { outChannels, depthMultiplier, kernelSize, ...attrs }) {
    const between = dim(x.shape, 1) * depthMultiplier;
    const { weight: depthwise } = weightAndBias([between, 1, ...kernelSize], {
      ...attrs,
      groups: dim(x.shape, 1),
    });
    const { weight, bias } = weightAndBias([outChannels, between, 1, 1], attrs);
    return {
      ...(depthwise && { 'depthwise.weight': depthwise }),
      ...(weight && { 'pointwise.weight': weight }),
      ...(bias && { 'pointwise.bias': bias }),
    };
  },
  lower(g, [x], { bias, ...attrs }) {
    const { image, params } = convInput(g, x, attrs, dim(x.type.shape, 1));
    const between = conv2d(g, image, g.param('depthwise.weight'), params);
    const biases = bias ? g.param('pointwise.bias') : undefined;
    return [conv2d(g, between, g.param('pointwise.weight'), ONCE, biases)];
  },
  torch: ({ outChannels, depthMultiplier, bias, ...attrs }, [x]) =>
    pythonCall(
      'SeparableConv2d',
      dim(x.shape, 1),
      outChannels,
      pythonPair(attrs.kernelSize),
      depthMultiplier === 1 ? undefined : `depth_multiplier=${depthMultiplier}`,
      bias ? undefined : 'bias=False',
      ...torchWindow(attrs),
    ),
  torchCode: { definition: () => DEFINITION },
  keras: {
    layout: 'channelsLast',
    form({ outChannels, depthMultiplier, bias, ...attrs }, [x]) {
      if (depthMultiplier > 1 && dim(x.shape, 1) > 1) {
        return { none: 'its kernel has several filters of a channel in another order' };
      }
      return {
        steps: kerasConvolution(
          {
            layer: 'SeparableConv2D',
            channels: outChannels,
            args: [
              depthMultiplier === 1 ? undefined : `depth_multiplier=${depthMultiplier}`,
              bias ? undefined : 'use_bias=False',
            ],
            variables: {
              'depthwise.weight': {
                name: 'depthwise_kernel',
                axes: depthMultiplier === 1 ? [2, 3, 0, 1] : [2, 3, 1, 0],
              },
              'pointwise.weight': { name: 'pointwise_kernel', axes: [2, 3, 1, 0] },
              ...(bias && { 'pointwise.bias': { name: 'bias' } }),
            },
          },
          x,
          attrs,
          true,
        ),
      };
    },
  },
});

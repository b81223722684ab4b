/** Mean of each window, `[N, C, H, W] -> [N, C, P, Q]`. Reference: torch.nn.AvgPool2d. */
import { bothEnds } from '../ops/windows.ts';
import { defineLayer } from './define.ts';
import { isSamePadding, poolStrides, zeroPadding } from './shared/keras.ts';
import { dim, needImage, pythonCall, pythonPair, pythonPairKeyword } from './shared/shapes.ts';
import { needPoolPadding, pairAttr, windowedSize, windowText } from './shared/windows.ts';

export default defineLayer({
  type: 'AvgPool2d',
  label: 'AvgPool2d',
  category: 'Pooling',
  role: 'transform',
  doc: 'Takes the mean of each window: a smaller, smoother image. The subsampling of the first LeNet.',
  formula: 'y_{i,j} = \\frac{1}{k^2} \\sum_{u,v} x_{i s + u,\\, j s + v}',
  keywords: ['pooling', 'downsample', 'subsample', 'mean', 'average'],
  idPrefix: 'pool',
  attrs: {
    kernelSize: pairAttr(2, 1, 'Height and width of the window.'),
    stride: pairAttr(
      2,
      1,
      'Steps between two windows. Set it to the kernel size, as PyTorch does by default, for windows side by side.',
    ),
    padding: pairAttr(0, 0, 'Zeros around the image.', true),
    countIncludePad: {
      kind: 'bool',
      default: true,
      advanced: true,
      help: 'Counts the zeros of the padding in the mean.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  window: ({ kernelSize, stride }) => ({ kernel: kernelSize, stride, dilation: [1, 1] }),
  summary: ({ kernelSize, stride, padding }) =>
    windowText({ kernel: kernelSize, stride, padding }, [0, 0]),
  infer([x], { kernelSize, stride, padding }) {
    needImage('AvgPool2d', x);
    needPoolPadding('AvgPool2d', kernelSize, padding);
    const window = { kernel: kernelSize, stride, padding, dilation: [1, 1] as const };
    const size = windowedSize('AvgPool2d', x, window);
    return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', dim(x.shape, 1), ...size] }];
  },
  lower: (g, [x], { kernelSize, stride, padding, countIncludePad }) => [
    g.emit('avgPool2d', [x], {
      kernel: kernelSize,
      stride,
      padding: bothEnds(padding),
      countIncludePad,
    }),
  ],
  torch: ({ kernelSize, stride, padding, countIncludePad }) =>
    pythonCall(
      'nn.AvgPool2d',
      pythonPair(kernelSize),
      `stride=${pythonPair(stride)}`,
      pythonPairKeyword('padding', padding, 0),
      countIncludePad ? undefined : 'count_include_pad=False',
    ),
  keras: {
    layout: 'channelsLast',
    form({ kernelSize, stride, padding, countIncludePad }) {
      const isPadded = padding.some((size) => size > 0);
      // Keras leaves the zeros of `same` out of the mean.
      const isSame = isPadded && !countIncludePad;
      if (isSame && !isSamePadding(kernelSize, stride, padding)) {
        return { none: 'it leaves zeros out of a mean only where the image keeps its size' };
      }
      return {
        steps: [
          ...(isSame ? [] : zeroPadding(padding)),
          {
            layer: 'AveragePooling2D',
            args: [
              pythonPair(kernelSize),
              poolStrides(kernelSize, stride),
              isSame ? 'padding="same"' : undefined,
            ],
          },
        ],
      };
    },
  },
});

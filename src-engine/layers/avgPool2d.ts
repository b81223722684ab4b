/** Mean of each window, `[N, C, H, W] -> [N, C, P, Q]`. Reference: torch.nn.AvgPool2d. */
import { defineLayer } from './define.ts';
import { isSamePadding, zeroPadding } from './shared/keras.ts';
import {
  ceilModeAttr,
  kerasPool2d,
  poolAttrs2d,
  pooled2d,
  poolEnds,
  POOLING_2D,
  poolParams2d,
  torchPool2d,
  windowMeans,
} from './shared/pooling.ts';
import { pythonCall } from './shared/shapes.ts';
import { pairAttr } from './shared/windows.ts';

export default defineLayer({
  ...POOLING_2D,
  type: 'AvgPool2d',
  label: 'AvgPool2d',
  doc: 'Takes the mean of each window: a smaller, smoother image. The subsampling of the first LeNet.',
  formula: 'y_{i,j} = \\frac{1}{k^2} \\sum_{u,v} x_{i s + u,\\, j s + v}',
  keywords: ['pooling', 'downsample', 'subsample', 'mean', 'average'],
  attrs: {
    ...poolAttrs2d,
    padding: pairAttr(0, 0, 'Zeros around the image.', true),
    ceilMode: ceilModeAttr,
    countIncludePad: {
      kind: 'bool',
      default: true,
      advanced: true,
      help: 'Counts the zeros of the padding in the mean.',
    },
  },
  infer: ([x], attrs) => [pooled2d('AvgPool2d', x, attrs)],
  examples: [
    { kernelSize: [3, 3], ceilMode: true },
    { kernelSize: [3, 3], padding: [1, 1], ceilMode: true, countIncludePad: false },
  ],
  lower: (g, [x], attrs) => [windowMeans(g, x, poolParams2d(x.type, attrs), attrs)],
  torch: ({ countIncludePad, ...attrs }) =>
    pythonCall(
      'nn.AvgPool2d',
      ...torchPool2d(attrs),
      countIncludePad ? undefined : 'count_include_pad=False',
    ),
  keras: {
    layout: 'channelsLast',
    form({ countIncludePad, ...attrs }, [x]) {
      const { kernelSize, stride, padding } = attrs;
      const [, , bottom, right] = poolEnds(x, attrs);
      if (bottom > padding[0] || right > padding[1]) {
        return { none: 'its windows do not reach beyond the end of an image' };
      }
      const isPadded = padding.some((size) => size > 0);
      // Keras leaves the zeros of `same` out of the mean.
      const isSame = isPadded && !countIncludePad;
      if (isSame && !isSamePadding(kernelSize, stride, padding)) {
        return { none: 'it leaves zeros out of a mean only where the image keeps its size' };
      }
      return {
        steps: [
          ...(isSame ? [] : zeroPadding(padding)),
          kerasPool2d('AveragePooling2D', attrs, isSame),
        ],
      };
    },
  },
});

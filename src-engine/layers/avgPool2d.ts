/** Mean of each window, `[N, C, H, W] -> [N, C, P, Q]`. Reference: torch.nn.AvgPool2d. */
import { scale } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { isSamePadding, zeroPadding } from './shared/keras.ts';
import { kerasSides } from './shared/padding.ts';
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
import { pythonCall, pythonKeyword } from './shared/shapes.ts';
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
    divisorOverride: {
      kind: 'int',
      default: 0,
      min: 0,
      max: 16_777_216,
      zero: 'Size of the window',
      advanced: true,
      label: 'Divisor',
      help: 'What the sum of a window is divided by, where that is not how many numbers it has.',
    },
  },
  infer: ([x], attrs) => [pooled2d('AvgPool2d', x, attrs)],
  examples: [
    { kernelSize: [3, 3], ceilMode: true },
    { kernelSize: [3, 3], padding: [1, 1], ceilMode: true, countIncludePad: false },
    { divisorOverride: 3, kernelSize: [3, 3], padding: [1, 1], ceilMode: true },
  ],
  lower(g, [x], attrs) {
    const params = poolParams2d(x.type, attrs);
    const { divisorOverride, kernelSize } = attrs;
    if (divisorOverride === 0) return [windowMeans(g, x, params, attrs)];
    const means = g.emit('avgPool2d', [x], { ...params, countIncludePad: true });
    return [scale(g, means, (kernelSize[0] * kernelSize[1]) / divisorOverride)];
  },
  torch: ({ countIncludePad, divisorOverride, ...attrs }) =>
    pythonCall(
      'nn.AvgPool2d',
      ...torchPool2d(attrs),
      countIncludePad ? undefined : 'count_include_pad=False',
      pythonKeyword('divisor_override', divisorOverride, 0),
    ),
  keras: {
    layout: 'channelsLast',
    form({ countIncludePad, divisorOverride, ...attrs }, [x]) {
      const { kernelSize, stride, padding } = attrs;
      const [top, left, bottom, right] = poolEnds(x, attrs);
      if (divisorOverride > 0) {
        const sides = { top, left, bottom, right };
        const isPadded = top + left + bottom + right > 0;
        const count = kernelSize[0] * kernelSize[1];
        return {
          steps: [
            ...(isPadded ? [{ layer: 'ZeroPadding2D', args: [kerasSides(sides)] }] : []),
            kerasPool2d('AveragePooling2D', attrs),
            { line: (sum) => `${sum} * (${count} / ${divisorOverride})` },
          ],
        };
      }
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

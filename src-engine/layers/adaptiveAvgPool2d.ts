/**
 * Mean of as many windows as are wanted, `[N, C, H, W] -> [N, C, P, Q]`; 1×1 is global pooling.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html
 */
import { defineLayer } from './define.ts';
import { adaptiveMean, windowOf } from './shared/adaptive.ts';
import { kerasLayer } from './shared/keras.ts';
import { dim, formatPair, needImage, pythonPair } from './shared/shapes.ts';
import { pairAttr } from './shared/windows.ts';

export default defineLayer({
  type: 'AdaptiveAvgPool2d',
  label: 'AdaptiveAvgPool2d',
  category: 'Pooling',
  role: 'transform',
  doc: 'Takes the mean of as many windows as you want, whatever the size of the image. With 1, of each whole channel: global average pooling, the end of a residual network.',
  keywords: ['global', 'pooling', 'average', 'mean', 'gap', 'globalavgpool', 'squeeze', 'adaptive'],
  idPrefix: 'pool',
  attrs: { outputSize: pairAttr(1, 1, 'Height and width of the result.') },
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  summary: ({ outputSize }) =>
    outputSize.every((size) => size === 1) ? 'global' : `→ ${formatPair(outputSize)}`,
  infer([x], { outputSize }) {
    needImage('AdaptiveAvgPool2d', x);
    return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', dim(x.shape, 1), ...outputSize] }];
  },
  lower: (g, [x], { outputSize }) => [adaptiveMean(g, x, outputSize)],
  torch: ({ outputSize }) => `nn.AdaptiveAvgPool2d(${pythonPair(outputSize)})`,
  keras: {
    layout: 'channelsLast',
    form({ outputSize }, [x]) {
      const kernel = windowOf(x, outputSize);
      return kernel
        ? kerasLayer('AveragePooling2D', [pythonPair(kernel)])
        : { none: 'its windows must be equal, and this image does not divide into so many' };
    },
  },
});

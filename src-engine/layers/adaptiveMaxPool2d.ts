/**
 * Largest number of as many windows as are wanted, `[N, C, H, W] -> [N, C, P, Q]`; 1×1 is global pooling.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool2d.html
 */
import { defineLayer } from './define.ts';
import { adaptiveMax, windowOf } from './shared/adaptive.ts';
import { kerasLayer } from './shared/keras.ts';
import { dim, formatPair, needImage, pythonPair } from './shared/shapes.ts';
import { pairAttr } from './shared/windows.ts';

export default defineLayer({
  type: 'AdaptiveMaxPool2d',
  label: 'AdaptiveMaxPool2d',
  category: 'Pooling',
  role: 'transform',
  doc: 'Keeps the largest number of as many windows as you want, whatever the size of the image. With 1, of each whole channel: global max pooling, whether a pattern is anywhere.',
  keywords: ['global', 'pooling', 'maximum', 'gmp', 'globalmaxpool', 'adaptive'],
  idPrefix: 'pool',
  attrs: { outputSize: pairAttr(1, 1, 'Height and width of the result.') },
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  summary: ({ outputSize }) =>
    outputSize.every((size) => size === 1) ? 'global' : `→ ${formatPair(outputSize)}`,
  infer([x], { outputSize }) {
    needImage('AdaptiveMaxPool2d', x);
    return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', dim(x.shape, 1), ...outputSize] }];
  },
  lower: (g, [x], { outputSize }) => [adaptiveMax(g, x, outputSize)],
  torch: ({ outputSize }) => `nn.AdaptiveMaxPool2d(${pythonPair(outputSize)})`,
  keras: {
    layout: 'channelsLast',
    form({ outputSize }, [x]) {
      const kernel = windowOf(x, outputSize);
      return kernel
        ? kerasLayer('MaxPooling2D', [pythonPair(kernel)])
        : { none: 'its windows must be equal, and this image does not divide into so many' };
    },
  },
});

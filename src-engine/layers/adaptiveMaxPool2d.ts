/**
 * Largest number of as many windows as are wanted, `[N, C, H, W] -> [N, C, P, Q]`; 1×1 is global pooling.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool2d.html
 */
import { defineLayer } from './define.ts';
import { adapted2d, ADAPTIVE_2D, adaptiveMax, kerasAdaptive2d } from './shared/adaptive.ts';
import { pythonPair } from './shared/shapes.ts';

export default defineLayer({
  ...ADAPTIVE_2D,
  type: 'AdaptiveMaxPool2d',
  label: 'AdaptiveMaxPool2d',
  doc: 'Keeps the largest number of as many windows as you want, whatever the size of the image. With 1, of each whole channel: global max pooling, whether a pattern is anywhere.',
  keywords: ['global', 'pooling', 'maximum', 'gmp', 'globalmaxpool', 'adaptive'],
  infer: ([x], attrs) => [adapted2d('AdaptiveMaxPool2d', x, attrs)],
  lower: (g, [x], { outputSize }) => [adaptiveMax(g, x, outputSize)],
  torch: ({ outputSize }) => `nn.AdaptiveMaxPool2d(${pythonPair(outputSize)})`,
  keras: {
    layout: 'channelsLast',
    form: (attrs, [x]) => kerasAdaptive2d('MaxPooling2D', x, attrs),
  },
});

/**
 * Mean of as many windows as are wanted, `[N, C, H, W] -> [N, C, P, Q]`; 1×1 is global pooling.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html
 */
import { defineLayer } from './define.ts';
import { adapted2d, ADAPTIVE_2D, adaptiveMean, kerasAdaptive2d } from './shared/adaptive.ts';
import { pythonPair } from './shared/shapes.ts';

export default defineLayer({
  ...ADAPTIVE_2D,
  type: 'AdaptiveAvgPool2d',
  label: 'AdaptiveAvgPool2d',
  doc: 'Takes the mean of as many windows as you want, whatever the size of the image. With 1, of each whole channel: global average pooling, the end of a residual network.',
  keywords: ['global', 'pooling', 'average', 'mean', 'gap', 'globalavgpool', 'squeeze', 'adaptive'],
  infer: ([x], attrs) => [adapted2d('AdaptiveAvgPool2d', x, attrs)],
  lower: (g, [x], { outputSize }) => [adaptiveMean(g, x, outputSize)],
  torch: ({ outputSize }) => `nn.AdaptiveAvgPool2d(${pythonPair(outputSize)})`,
  keras: {
    layout: 'channelsLast',
    form: (attrs, [x]) => kerasAdaptive2d('AveragePooling2D', x, attrs),
  },
});

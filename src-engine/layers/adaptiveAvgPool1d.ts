/**
 * Mean of as many windows as are wanted, `[N, C, L] -> [N, C, P]`; 1 is global pooling.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool1d.html
 */
import { defineLayer } from './define.ts';
import { adapted1d, ADAPTIVE_1D, adaptiveMean, kerasAdaptive1d } from './shared/adaptive.ts';
import { asImage, asSequence, flat, stepsFirst } from './shared/sequences.ts';

export default defineLayer({
  ...ADAPTIVE_1D,
  type: 'AdaptiveAvgPool1d',
  label: 'AdaptiveAvgPool1d',
  doc: 'Takes the mean of as many windows as you want, whatever the length of the sequence. With 1, of each whole channel: global average pooling.',
  keywords: [
    'global',
    'pooling',
    'average',
    'mean',
    'gap',
    'globalavgpool',
    'adaptive',
    'sequence',
  ],
  infer: ([x], attrs) => [adapted1d('AdaptiveAvgPool1d', 'AdaptiveAvgPool2d', x, attrs)],
  check: ([x], _attrs, { isField }) => stepsFirst('AdaptiveAvgPool1d', x, isField),
  lower: (g, [x], { outputSize }) => [
    asSequence(g, adaptiveMean(g, asImage(g, x), flat(outputSize))),
  ],
  torch: ({ outputSize }) => `nn.AdaptiveAvgPool1d(${outputSize})`,
  keras: {
    layout: 'channelsLast',
    form: (attrs, [x]) => kerasAdaptive1d('AveragePooling1D', x, attrs),
  },
});

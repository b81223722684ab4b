/**
 * Largest number of as many windows as are wanted, `[N, C, L] -> [N, C, P]`; 1 is global pooling.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool1d.html
 */
import { defineLayer } from './define.ts';
import { adapted1d, ADAPTIVE_1D, adaptiveMax, kerasAdaptive1d } from './shared/adaptive.ts';
import { asImage, asSequence, flat, stepsFirst } from './shared/sequences.ts';

export default defineLayer({
  ...ADAPTIVE_1D,
  type: 'AdaptiveMaxPool1d',
  label: 'AdaptiveMaxPool1d',
  doc: 'Keeps the largest number of as many windows as you want, whatever the length of the sequence. With 1, of each whole channel: global max pooling, whether a pattern is anywhere.',
  keywords: ['global', 'pooling', 'maximum', 'gmp', 'globalmaxpool', 'adaptive', 'sequence'],
  infer: ([x], attrs) => [adapted1d('AdaptiveMaxPool1d', 'AdaptiveMaxPool2d', x, attrs)],
  check: ([x], _attrs, { isField }) => stepsFirst('AdaptiveMaxPool1d', x, isField),
  lower: (g, [x], { outputSize }) => [
    asSequence(g, adaptiveMax(g, asImage(g, x), flat(outputSize))),
  ],
  torch: ({ outputSize }) => `nn.AdaptiveMaxPool1d(${outputSize})`,
  keras: {
    layout: 'channelsLast',
    form: (attrs, [x]) => kerasAdaptive1d('MaxPooling1D', x, attrs),
  },
});

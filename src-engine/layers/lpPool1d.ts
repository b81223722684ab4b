/**
 * Norm of each window, `[N, C, L] -> [N, C, P]`.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.LPPool1d.html
 */
import { defineLayer } from './define.ts';
import { kerasNorms, normAttr, normRanges, normsOf } from './shared/normPooling.ts';
import {
  ceilModeAttr,
  kerasPool1d,
  poolAttrs1d,
  pooled1d,
  poolEnd,
  POOLING_1D,
  poolParams1d,
  torchPool1d,
} from './shared/pooling.ts';
import { asImage, asSequence, stepsFirst } from './shared/sequences.ts';
import { pythonCall } from './shared/shapes.ts';

export default defineLayer({
  ...POOLING_1D,
  type: 'LPPool1d',
  label: 'LPPool1d',
  doc: 'Takes the norm of each window: with 1 the sum, with 2 the root of the sum of squares, with more it nears the largest number. Odd norms but 1 are for numbers that are not negative, as after a ReLU.',
  formula: 'y_i = \\Big(\\sum_u x_{i s + u}^p\\Big)^{1/p}',
  keywords: ['pooling', 'downsample', 'subsample', 'norm', 'power', 'energy', 'sequence'],
  attrs: { normType: normAttr, ...poolAttrs1d, ceilMode: ceilModeAttr },
  examples: [
    { kernelSize: 3, ceilMode: true },
    { kernelSize: 3, stride: 3, normType: 1, ceilMode: true },
  ],
  portRanges: normRanges,
  summary: ({ normType, ...attrs }) => `norm ${normType} ${POOLING_1D.summary(attrs)}`,
  infer: ([x], attrs) => [pooled1d('LPPool1d', 'LPPool2d', x, attrs)],
  check: ([x], _attrs, { isField }) => stepsFirst('LPPool1d', x, isField),
  lower: (g, [x], { normType, ...attrs }) => [
    asSequence(g, normsOf(g, asImage(g, x), normType, poolParams1d(x.type, attrs))),
  ],
  torch: ({ normType, ...attrs }) => pythonCall('nn.LPPool1d', normType, ...torchPool1d(attrs)),
  keras: {
    layout: 'channelsLast',
    form: ({ normType, ...attrs }, [x]) =>
      kerasNorms(
        normType,
        attrs.kernelSize,
        kerasPool1d('AveragePooling1D', attrs),
        poolEnd(x, attrs),
      ),
  },
});

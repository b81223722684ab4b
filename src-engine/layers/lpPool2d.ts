/**
 * Norm of each window, `[N, C, H, W] -> [N, C, P, Q]`.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.LPPool2d.html
 */
import { defineLayer } from './define.ts';
import { kerasNorms, normAttr, normRanges, normsOf } from './shared/normPooling.ts';
import {
  ceilModeAttr,
  kerasPool2d,
  poolAttrs2d,
  pooled2d,
  poolEnds,
  POOLING_2D,
  poolParams2d,
  torchPool2d,
} from './shared/pooling.ts';
import { pythonCall } from './shared/shapes.ts';

export default defineLayer({
  ...POOLING_2D,
  type: 'LPPool2d',
  label: 'LPPool2d',
  doc: 'Takes the norm of each window: with 1 the sum, with 2 the root of the sum of squares, with more it nears the largest number. Odd norms but 1 are for numbers that are not negative, as after a ReLU.',
  formula: 'y_{i,j} = \\Big(\\sum_{u,v} x_{i s + u,\\, j s + v}^p\\Big)^{1/p}',
  keywords: ['pooling', 'downsample', 'subsample', 'norm', 'power', 'energy'],
  attrs: { normType: normAttr, ...poolAttrs2d, ceilMode: ceilModeAttr },
  examples: [
    { kernelSize: [3, 3], ceilMode: true },
    { kernelSize: [2, 3], stride: [3, 3], normType: 1, ceilMode: true },
  ],
  portRanges: normRanges,
  summary: ({ normType, ...attrs }) => `norm ${normType} ${POOLING_2D.summary(attrs)}`,
  infer: ([x], attrs) => [pooled2d('LPPool2d', x, attrs)],
  lower: (g, [x], { normType, ...attrs }) => [normsOf(g, x, normType, poolParams2d(x.type, attrs))],
  torch: ({ normType, ...attrs }) => pythonCall('nn.LPPool2d', normType, ...torchPool2d(attrs)),
  keras: {
    layout: 'channelsLast',
    form: ({ normType, ...attrs }, [x]) =>
      kerasNorms(
        normType,
        attrs.kernelSize[0] * attrs.kernelSize[1],
        kerasPool2d('AveragePooling2D', attrs),
        Math.max(...poolEnds(x, attrs)),
      ),
  },
});

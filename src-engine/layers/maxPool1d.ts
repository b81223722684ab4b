/** Largest number of each window, `[N, C, L] -> [N, C, P]`. Reference: torch.nn.MaxPool1d. */
import { defineLayer } from './define.ts';
import {
  dilatedParams1d,
  KERAS_HAS_NO_GAPS,
  largestOf,
  needSight,
} from './shared/dilatedPooling.ts';
import {
  ceilModeAttr,
  kerasPool1d,
  poolAttrs1d,
  pooled1d,
  poolEnd,
  POOLING_1D,
  torchPool1d,
} from './shared/pooling.ts';
import { asImage, asSequence, imageType, sizeAttr, stepsFirst } from './shared/sequences.ts';
import { pythonCall } from './shared/shapes.ts';

export default defineLayer({
  ...POOLING_1D,
  type: 'MaxPool1d',
  label: 'MaxPool1d',
  doc: 'Keeps the largest number of each window: the sequence gets shorter, what was found stays.',
  formula: 'y_i = \\max_u x_{i s + u}',
  keywords: ['pooling', 'downsample', 'subsample', 'maximum', 'sequence'],
  attrs: {
    ...poolAttrs1d,
    padding: sizeAttr(0, 0, 'Border at both ends of the sequence that never wins.', true),
    dilation: sizeAttr(1, 1, 'Distance between the numbers that a window looks at.', true),
    ceilMode: ceilModeAttr,
  },
  examples: [
    { kernelSize: 3, ceilMode: true },
    { dilation: 3, padding: 1, stride: 3 },
    { kernelSize: 3, dilation: 2, padding: 1, stride: 1 },
    { dilation: 2, stride: 2, ceilMode: true },
  ],
  infer([x], attrs) {
    const y = pooled1d('MaxPool1d', 'MaxPool2d', x, attrs);
    needSight('MaxPool1d', imageType(x), dilatedParams1d(x, attrs), { dilation: 1 });
    return [y];
  },
  check: ([x], _attrs, { isField }) => stepsFirst('MaxPool1d', x, isField),
  lower: (g, [x], attrs) => [
    asSequence(g, largestOf(g, asImage(g, x), dilatedParams1d(x.type, attrs))),
  ],
  torch: (attrs) => pythonCall('nn.MaxPool1d', ...torchPool1d(attrs)),
  keras: {
    layout: 'channelsLast',
    form(attrs, [x]) {
      if (attrs.dilation > 1) return KERAS_HAS_NO_GAPS;
      const { kernelSize, stride, padding } = attrs;
      const end = poolEnd(x, attrs);
      const isSame = padding > 0 && stride === 1 && 2 * padding === kernelSize - 1;
      const padded = (from: string): string =>
        `ops.pad(${from}, ((0, 0), (${padding}, ${end}), (0, 0)), constant_values=float("-inf"))`;
      return {
        steps: [
          ...(isSame || padding + end === 0 ? [] : [{ line: padded }]),
          kerasPool1d('MaxPooling1D', attrs, isSame),
        ],
      };
    },
  },
});

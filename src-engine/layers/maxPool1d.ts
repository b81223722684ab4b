/** Largest number of each window, `[N, C, L] -> [N, C, P]`. Reference: torch.nn.MaxPool1d. */
import { defineLayer } from './define.ts';
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
import { asImage, asSequence, sizeAttr, stepsFirst } from './shared/sequences.ts';
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
    ceilMode: ceilModeAttr,
  },
  examples: [{ kernelSize: 3, ceilMode: true }],
  infer: ([x], attrs) => [pooled1d('MaxPool1d', 'MaxPool2d', x, attrs)],
  check: ([x], _attrs, { isField }) => stepsFirst('MaxPool1d', x, isField),
  lower: (g, [x], attrs) => [
    asSequence(g, g.emit('maxPool2d', [asImage(g, x)], poolParams1d(x.type, attrs))),
  ],
  torch: (attrs) => pythonCall('nn.MaxPool1d', ...torchPool1d(attrs)),
  keras: {
    layout: 'channelsLast',
    form(attrs, [x]) {
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

/** Largest number of each window, `[N, C, H, W] -> [N, C, P, Q]`. Reference: torch.nn.MaxPool2d. */
import { defineLayer } from './define.ts';
import { isSamePadding } from './shared/keras.ts';
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
import { pairAttr } from './shared/windows.ts';

export default defineLayer({
  ...POOLING_2D,
  type: 'MaxPool2d',
  label: 'MaxPool2d',
  doc: 'Keeps the largest number of each window: the image gets smaller, what was found stays.',
  formula: 'y_{i,j} = \\max_{u,v} x_{i s + u,\\, j s + v}',
  keywords: ['pooling', 'downsample', 'subsample', 'maximum'],
  attrs: {
    ...poolAttrs2d,
    padding: pairAttr(0, 0, 'Border around the image that never wins.', true),
    ceilMode: ceilModeAttr,
  },
  examples: [{ kernelSize: [3, 3], ceilMode: true }],
  infer: ([x], attrs) => [pooled2d('MaxPool2d', x, attrs)],
  lower: (g, [x], attrs) => [g.emit('maxPool2d', [x], poolParams2d(x.type, attrs))],
  torch: (attrs) => pythonCall('nn.MaxPool2d', ...torchPool2d(attrs)),
  keras: {
    layout: 'channelsLast',
    form(attrs, [x]) {
      const [top, left, bottom, right] = poolEnds(x, attrs);
      const isPadded = top + left + bottom + right > 0;
      const isSame = isSamePadding(attrs.kernelSize, attrs.stride, attrs.padding) && isPadded;
      const borders = `((0, 0), (${top}, ${bottom}), (${left}, ${right}), (0, 0))`;
      const padded = (from: string): string =>
        `ops.pad(${from}, ${borders}, constant_values=float("-inf"))`;
      return {
        steps: [
          ...(isSame || !isPadded ? [] : [{ line: padded }]),
          kerasPool2d('MaxPooling2D', attrs, isSame),
        ],
      };
    },
  },
});

/** Largest number of each window, `[N, C, H, W] -> [N, C, P, Q]`. Reference: torch.nn.MaxPool2d. */
import { defineLayer } from './define.ts';
import {
  dilatedParams2d,
  KERAS_HAS_NO_GAPS,
  largestOf,
  needSight,
} from './shared/dilatedPooling.ts';
import { isSamePadding } from './shared/keras.ts';
import {
  ceilModeAttr,
  kerasPool2d,
  poolAttrs2d,
  pooled2d,
  poolEnds,
  POOLING_2D,
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
    dilation: pairAttr(1, 1, 'Distance between the numbers that a window looks at.', true),
    ceilMode: ceilModeAttr,
  },
  examples: [
    { kernelSize: [3, 3], ceilMode: true },
    { dilation: [2, 1], padding: [1, 1] },
  ],
  infer([x], attrs) {
    const y = pooled2d('MaxPool2d', x, attrs);
    needSight('MaxPool2d', x, dilatedParams2d(x, attrs), { dilation: [1, 1] });
    return [y];
  },
  lower: (g, [x], attrs) => [largestOf(g, x, dilatedParams2d(x.type, attrs))],
  torch: (attrs) => pythonCall('nn.MaxPool2d', ...torchPool2d(attrs)),
  keras: {
    layout: 'channelsLast',
    form(attrs, [x]) {
      if (attrs.dilation.some((apart) => apart > 1)) return KERAS_HAS_NO_GAPS;
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

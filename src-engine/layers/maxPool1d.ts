/** Largest number of each window, `[N, C, L] -> [N, C, P]`. Reference: torch.nn.MaxPool1d. */
import { bothEnds } from '../ops/windows.ts';
import { defineLayer } from './define.ts';
import {
  asImage,
  asSequence,
  flat,
  needPoolPadding1d,
  needSequence,
  sizeAttr,
  stepsFirst,
  windowedLength,
  windowText1d,
} from './shared/sequences.ts';
import { dim, pythonCall, pythonKeyword } from './shared/shapes.ts';

export default defineLayer({
  type: 'MaxPool1d',
  label: 'MaxPool1d',
  category: 'Pooling',
  role: 'transform',
  doc: 'Keeps the largest number of each window: the sequence gets shorter, what was found stays.',
  formula: 'y_i = \\max_u x_{i s + u}',
  keywords: ['pooling', 'downsample', 'subsample', 'maximum', 'sequence'],
  idPrefix: 'pool',
  attrs: {
    kernelSize: sizeAttr(2, 1, 'Length of the window.'),
    stride: sizeAttr(
      2,
      1,
      'Steps between two windows. Set it to the kernel size, as PyTorch does by default, for windows side by side.',
    ),
    padding: sizeAttr(0, 0, 'Border at both ends of the sequence that never wins.', true),
  },
  ports: { in: ['x'], out: ['y'] },
  window: ({ kernelSize, stride }) => ({
    kernel: flat(kernelSize),
    stride: flat(stride),
    dilation: [1, 1],
  }),
  summary: ({ kernelSize, stride, padding }) =>
    windowText1d({ kernel: kernelSize, stride, padding }, 0),
  infer([x], { kernelSize, stride, padding }) {
    needSequence('MaxPool1d', x, 'MaxPool2d');
    needPoolPadding1d('MaxPool1d', kernelSize, padding);
    const window = { kernel: kernelSize, stride, padding, dilation: 1 };
    const length = windowedLength('MaxPool1d', x, window);
    return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', dim(x.shape, 1), length] }];
  },
  check: ([x], _attrs, { isField }) => stepsFirst('MaxPool1d', x, isField),
  lower(g, [x], { kernelSize, stride, padding }) {
    const window = {
      kernel: flat(kernelSize),
      stride: flat(stride),
      padding: bothEnds([0, padding]),
    };
    return [asSequence(g, g.emit('maxPool2d', [asImage(g, x)], window))];
  },
  torch: ({ kernelSize, stride, padding }) =>
    pythonCall(
      'nn.MaxPool1d',
      kernelSize,
      `stride=${stride}`,
      pythonKeyword('padding', padding, 0),
    ),
  keras: {
    layout: 'channelsLast',
    form({ kernelSize, stride, padding }) {
      const isSame = padding > 0 && stride === 1 && 2 * padding === kernelSize - 1;
      const padded = (x: string): string =>
        `ops.pad(${x}, ((0, 0), (${padding}, ${padding}), (0, 0)), constant_values=float("-inf"))`;
      return {
        steps: [
          ...(isSame || padding === 0 ? [] : [{ line: padded }]),
          {
            layer: 'MaxPooling1D',
            args: [
              kernelSize,
              pythonKeyword('strides', stride, kernelSize),
              isSame ? 'padding="same"' : undefined,
            ],
          },
        ],
      };
    },
  },
});

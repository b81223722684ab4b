/** Largest number of each window, `[N, C, H, W] -> [N, C, P, Q]`. Reference: torch.nn.MaxPool2d. */
import { bothEnds } from '../ops/windows.ts';
import { defineLayer } from './define.ts';
import { isSamePadding, poolStrides } from './shared/keras.ts';
import { dim, needImage, pythonCall, pythonPair, pythonPairKeyword } from './shared/shapes.ts';
import { needPoolPadding, pairAttr, windowedSize, windowText } from './shared/windows.ts';

export default defineLayer({
  type: 'MaxPool2d',
  label: 'MaxPool2d',
  category: 'Pooling',
  role: 'transform',
  doc: 'Keeps the largest number of each window: the image gets smaller, what was found stays.',
  formula: 'y_{i,j} = \\max_{u,v} x_{i s + u,\\, j s + v}',
  keywords: ['pooling', 'downsample', 'subsample', 'maximum'],
  idPrefix: 'pool',
  attrs: {
    kernelSize: pairAttr(2, 1, 'Height and width of the window.'),
    stride: pairAttr(
      2,
      1,
      'Steps between two windows. Set it to the kernel size, as PyTorch does by default, for windows side by side.',
    ),
    padding: pairAttr(0, 0, 'Border around the image that never wins.', true),
  },
  ports: { in: ['x'], out: ['y'] },
  window: ({ kernelSize, stride }) => ({ kernel: kernelSize, stride, dilation: [1, 1] }),
  summary: ({ kernelSize, stride, padding }) =>
    windowText({ kernel: kernelSize, stride, padding }, [0, 0]),
  infer([x], { kernelSize, stride, padding }) {
    needImage('MaxPool2d', x);
    needPoolPadding('MaxPool2d', kernelSize, padding);
    const window = { kernel: kernelSize, stride, padding, dilation: [1, 1] as const };
    const size = windowedSize('MaxPool2d', x, window);
    return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', dim(x.shape, 1), ...size] }];
  },
  lower: (g, [x], { kernelSize, stride, padding }) => [
    g.emit('maxPool2d', [x], { kernel: kernelSize, stride, padding: bothEnds(padding) }),
  ],
  torch: ({ kernelSize, stride, padding }) =>
    pythonCall(
      'nn.MaxPool2d',
      pythonPair(kernelSize),
      `stride=${pythonPair(stride)}`,
      pythonPairKeyword('padding', padding, 0),
    ),
  keras: {
    layout: 'channelsLast',
    form({ kernelSize, stride, padding: [down, across] }) {
      const isSame = isSamePadding(kernelSize, stride, [down, across]) && down + across > 0;
      const borders = `((0, 0), (${down}, ${down}), (${across}, ${across}), (0, 0))`;
      const padded = (x: string): string =>
        `ops.pad(${x}, ${borders}, constant_values=float("-inf"))`;
      return {
        steps: [
          ...(isSame || down + across === 0 ? [] : [{ line: padded }]),
          {
            layer: 'MaxPooling2D',
            args: [
              pythonPair(kernelSize),
              poolStrides(kernelSize, stride),
              isSame ? 'padding="same"' : undefined,
            ],
          },
        ],
      };
    },
  },
});

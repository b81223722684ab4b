/** Mean of each window, `[N, C, L] -> [N, C, P]`. Reference: torch.nn.AvgPool1d. */
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
  type: 'AvgPool1d',
  label: 'AvgPool1d',
  category: 'Pooling',
  role: 'transform',
  doc: 'Takes the mean of each window: a shorter, smoother sequence.',
  formula: 'y_i = \\frac{1}{k} \\sum_u x_{i s + u}',
  keywords: ['pooling', 'downsample', 'subsample', 'mean', 'average', 'sequence', 'moving average'],
  idPrefix: 'pool',
  attrs: {
    kernelSize: sizeAttr(2, 1, 'Length of the window.'),
    stride: sizeAttr(
      2,
      1,
      'Steps between two windows. Set it to the kernel size, as PyTorch does by default, for windows side by side.',
    ),
    padding: sizeAttr(0, 0, 'Zeros at both ends of the sequence.', true),
    countIncludePad: {
      kind: 'bool',
      default: true,
      advanced: true,
      help: 'Counts the zeros of the padding in the mean.',
    },
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
    needSequence('AvgPool1d', x, 'AvgPool2d');
    needPoolPadding1d('AvgPool1d', kernelSize, padding);
    const window = { kernel: kernelSize, stride, padding, dilation: 1 };
    const length = windowedLength('AvgPool1d', x, window);
    return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', dim(x.shape, 1), length] }];
  },
  check: ([x], _attrs, { isField }) => stepsFirst('AvgPool1d', x, isField),
  lower(g, [x], { kernelSize, stride, padding, countIncludePad }) {
    const window = {
      kernel: flat(kernelSize),
      stride: flat(stride),
      padding: bothEnds([0, padding]),
      countIncludePad,
    };
    return [asSequence(g, g.emit('avgPool2d', [asImage(g, x)], window))];
  },
  torch: ({ kernelSize, stride, padding, countIncludePad }) =>
    pythonCall(
      'nn.AvgPool1d',
      kernelSize,
      `stride=${stride}`,
      pythonKeyword('padding', padding, 0),
      countIncludePad ? undefined : 'count_include_pad=False',
    ),
  keras: {
    layout: 'channelsLast',
    form({ kernelSize, stride, padding, countIncludePad }) {
      // Keras leaves the zeros of `same` out of the mean.
      const isSame = padding > 0 && !countIncludePad;
      if (isSame && (stride !== 1 || 2 * padding !== kernelSize - 1)) {
        return { none: 'it leaves zeros out of a mean only where the sequence keeps its length' };
      }
      return {
        steps: [
          ...(isSame || padding === 0 ? [] : [{ layer: 'ZeroPadding1D', args: [padding] }]),
          {
            layer: 'AveragePooling1D',
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

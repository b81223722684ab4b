/** Mean of each window, `[N, C, L] -> [N, C, P]`. Reference: torch.nn.AvgPool1d. */
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
  windowMeans,
} from './shared/pooling.ts';
import { asImage, asSequence, sizeAttr, stepsFirst } from './shared/sequences.ts';
import { pythonCall } from './shared/shapes.ts';

export default defineLayer({
  ...POOLING_1D,
  type: 'AvgPool1d',
  label: 'AvgPool1d',
  doc: 'Takes the mean of each window: a shorter, smoother sequence.',
  formula: 'y_i = \\frac{1}{k} \\sum_u x_{i s + u}',
  keywords: ['pooling', 'downsample', 'subsample', 'mean', 'average', 'sequence', 'moving average'],
  attrs: {
    ...poolAttrs1d,
    padding: sizeAttr(0, 0, 'Zeros at both ends of the sequence.', true),
    ceilMode: ceilModeAttr,
    countIncludePad: {
      kind: 'bool',
      default: true,
      advanced: true,
      help: 'Counts the zeros of the padding in the mean.',
    },
  },
  infer: ([x], attrs) => [pooled1d('AvgPool1d', 'AvgPool2d', x, attrs)],
  check: ([x], _attrs, { isField }) => stepsFirst('AvgPool1d', x, isField),
  examples: [
    { kernelSize: 3, ceilMode: true },
    { kernelSize: 3, padding: 1, ceilMode: true, countIncludePad: false },
  ],
  lower(g, [x], { padding, countIncludePad, ...attrs }) {
    const params = poolParams1d(x.type, { ...attrs, padding });
    const ends = { padding: [0, padding], countIncludePad } as const;
    return [asSequence(g, windowMeans(g, asImage(g, x), params, ends))];
  },
  torch: ({ countIncludePad, ...attrs }) =>
    pythonCall(
      'nn.AvgPool1d',
      ...torchPool1d(attrs),
      countIncludePad ? undefined : 'count_include_pad=False',
    ),
  keras: {
    layout: 'channelsLast',
    form({ countIncludePad, ...attrs }, [x]) {
      const { kernelSize, stride, padding } = attrs;
      if (poolEnd(x, attrs) > padding) {
        return { none: 'its windows do not reach beyond the end of a sequence' };
      }
      // Keras leaves the zeros of `same` out of the mean.
      const isSame = padding > 0 && !countIncludePad;
      if (isSame && (stride !== 1 || 2 * padding !== kernelSize - 1)) {
        return { none: 'it leaves zeros out of a mean only where the sequence keeps its length' };
      }
      return {
        steps: [
          ...(isSame || padding === 0 ? [] : [{ layer: 'ZeroPadding1D', args: [padding] }]),
          kerasPool1d('AveragePooling1D', attrs, isSame),
        ],
      };
    },
  },
});

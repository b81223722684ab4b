/**
 * Mean of as many windows as are wanted, `[N, C, L] -> [N, C, P]`; 1 is global pooling.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool1d.html
 */
import { defineLayer } from './define.ts';
import { adaptiveMean, windowOf } from './shared/adaptive.ts';
import { kerasLayer } from './shared/keras.ts';
import {
  asImage,
  asSequence,
  flat,
  imageType,
  needSequence,
  sizeAttr,
  stepsFirst,
} from './shared/sequences.ts';
import { dim } from './shared/shapes.ts';

export default defineLayer({
  type: 'AdaptiveAvgPool1d',
  label: 'AdaptiveAvgPool1d',
  category: 'Pooling',
  role: 'transform',
  doc: 'Takes the mean of as many windows as you want, whatever the length of the sequence. With 1, of each whole channel: global average pooling.',
  keywords: [
    'global',
    'pooling',
    'average',
    'mean',
    'gap',
    'globalavgpool',
    'adaptive',
    'sequence',
  ],
  idPrefix: 'pool',
  attrs: { outputSize: sizeAttr(1, 1, 'Length of the result.') },
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  summary: ({ outputSize }) => (outputSize === 1 ? 'global' : `→ ${outputSize}`),
  infer([x], { outputSize }) {
    needSequence('AdaptiveAvgPool1d', x, 'AdaptiveAvgPool2d');
    return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', dim(x.shape, 1), outputSize] }];
  },
  check: ([x], _attrs, { isField }) => stepsFirst('AdaptiveAvgPool1d', x, isField),
  lower: (g, [x], { outputSize }) => [
    asSequence(g, adaptiveMean(g, asImage(g, x), flat(outputSize))),
  ],
  torch: ({ outputSize }) => `nn.AdaptiveAvgPool1d(${outputSize})`,
  keras: {
    layout: 'channelsLast',
    form({ outputSize }, [x]) {
      const kernel = windowOf(imageType(x), flat(outputSize));
      return kernel
        ? kerasLayer('AveragePooling1D', [kernel[1]])
        : { none: 'its windows must be equal, and this sequence does not divide into so many' };
    },
  },
});

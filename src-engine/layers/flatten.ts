/**
 * Dimensions from `startDim` on in one, `[N, ...] -> [N, F]` as it is usually wanted.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Flatten.html
 */
import { ShapeError } from '../ir/problem.ts';
import type { Shape } from '../ir/tensor.ts';
import { reshape } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import {
  formatSample,
  needSamples,
  pythonCall,
  sampleShape,
  sampleSize,
  withSample,
} from './shared/shapes.ts';

export default defineLayer({
  type: 'Flatten',
  label: 'Flatten',
  category: 'Shape',
  role: 'reshape',
  doc: 'Lays all numbers of a sample out in one row, as Linear takes them.',
  formula: 'y_{n,\\, (c H + h) W + w} = x_{n,c,h,w}',
  keywords: ['vector', 'reshape', 'view', 'unroll'],
  idPrefix: 'flat',
  attrs: {
    startDim: {
      kind: 'int',
      default: 1,
      min: 1,
      max: 16,
      advanced: true,
      help: 'The first dimension that is joined with those after it; 1 is the first after the batch.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  summary: ({ startDim }, x) =>
    startDim === 1 ? (x ? `→ ${sampleSize(x[0].shape)}` : 'to one row') : `from dim ${startDim}`,
  infer([x], { startDim }) {
    needSamples('Flatten', x);
    if (startDim > 1 && startDim >= x.shape.length) {
      throw new ShapeError(
        'shape.flatten-dim',
        `Flatten starts at dimension ${startDim} but gets ${formatSample(x.shape)}.`,
        { port: 'x', fixes: [{ kind: 'setAttrs', attrs: { startDim: 1 } }] },
      );
    }
    return [withSample(x, flattened(x.shape, startDim))];
  },
  lower: (g, [x], { startDim }) => [reshape(g, x, [g.batch, ...flattened(x.type.shape, startDim)])],
  torch: ({ startDim }, [x]) =>
    x.shape.length === 1
      ? 'nn.Unflatten(0, (-1, 1))'
      : pythonCall('nn.Flatten', startDim === 1 ? undefined : startDim),
  keras: { layout: 'channelsFirst', form: () => ({ reshape: true }) },
});

/** A scalar per sample becomes a row of one. */
function flattened(shape: Shape, startDim: number): readonly number[] {
  const sample = sampleShape(shape);
  const kept = sample.slice(0, startDim - 1);
  return [...kept, sample.slice(startDim - 1).reduce((product, size) => product * size, 1)];
}

/**
 * Dimensions from `startDim` to `endDim` in one, `[N, ...] -> [N, F]` as it is usually wanted.
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
    endDim: {
      kind: 'int',
      default: -1,
      min: -1,
      max: 16,
      advanced: true,
      help: 'The last dimension that is joined; -1 is the last there is.',
    },
  },
  examples: [{ endDim: 2 }, { startDim: 2, endDim: 2 }, { startDim: 2, endDim: 3 }],
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  summary({ startDim, endDim }, x) {
    if (endDim !== -1) return `dims ${startDim} to ${endDim}`;
    if (startDim > 1) return `from dim ${startDim}`;
    return x ? `→ ${sampleSize(x[0].shape)}` : 'to one row';
  },
  infer([x], dims) {
    needSamples('Flatten', x);
    const { startDim, endDim } = dims;
    const last = x.shape.length - 1;
    const isThere = endDim === -1 ? startDim === 1 || startDim <= last : endDim <= last;
    if (!isThere || (endDim !== -1 && endDim < startDim)) {
      const ends = endDim === -1 ? '' : ` and ends at ${endDim}`;
      throw new ShapeError(
        'shape.flatten-dim',
        `Flatten starts at dimension ${startDim}${ends} but gets ${formatSample(x.shape)}.`,
        {
          port: 'x',
          explanation: 'Dimension 1 is the first of a sample; the end is none before the start.',
          fixes: [
            {
              kind: 'setAttrs',
              attrs: endDim === -1 ? { startDim: 1 } : { startDim: 1, endDim: -1 },
            },
          ],
        },
      );
    }
    return [withSample(x, flattened(x.shape, dims))];
  },
  lower: (g, [x], dims) => [reshape(g, x, [g.batch, ...flattened(x.type.shape, dims)])],
  torch: ({ startDim, endDim }, [x]) =>
    x.shape.length === 1
      ? 'nn.Unflatten(0, (-1, 1))'
      : pythonCall(
          'nn.Flatten',
          startDim === 1 && endDim === -1 ? undefined : startDim,
          endDim === -1 ? undefined : endDim,
        ),
  keras: { layout: 'channelsFirst', form: () => ({ reshape: true }) },
});

interface Dims {
  readonly startDim: number;
  readonly endDim: number;
}

/** A scalar per sample becomes a row of one. */
function flattened(shape: Shape, { startDim, endDim }: Dims): readonly number[] {
  const sample = sampleShape(shape);
  const [from, to] = [startDim - 1, endDim === -1 ? Math.max(startDim, sample.length) : endDim];
  const joined = sample.slice(from, to).reduce((product, size) => product * size, 1);
  return [...sample.slice(0, from), joined, ...sample.slice(to)];
}

/** Without a dimension of size 1. Reference: https://docs.pytorch.org/docs/stable/generated/torch.squeeze.html */
import { ShapeError } from '../ir/problem.ts';
import type { TensorType } from '../ir/tensor.ts';
import { reshape } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { dimAttr, needDim } from './shared/dims.ts';
import {
  dim as sizeOf,
  formatSample,
  needNumbers,
  sampleShape,
  withSample,
} from './shared/shapes.ts';

export default defineLayer({
  type: 'Squeeze',
  label: 'Squeeze',
  category: 'Shape',
  role: 'reshape',
  doc: 'Leaves out a dimension of size 1: an image of one channel becomes a matrix.',
  keywords: ['remove dimension', 'singleton', 'reshape', 'view'],
  attrs: { dim: dimAttr(1, 'The dimension that goes; 1 is the first of a sample, -1 the last.') },
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  summary: ({ dim }) => `dim ${dim}`,
  infer([x], { dim }) {
    needNumbers('Squeeze', x);
    return [withSample(x, squeezed(x, dim))];
  },
  lower: (g, [x], { dim }) => [reshape(g, x, [g.batch, ...squeezed(x.type, dim)])],
  torch: () => 'torch.squeeze',
  torchCode: { call: ([x], { dim }) => `${x}.squeeze(${dim})` },
  keras: { layout: 'channelsFirst', form: () => ({ reshape: true }) },
});

function squeezed(x: TensorType, dim: number): readonly number[] {
  const axis = needDim('Squeeze', x, dim);
  if (sizeOf(x.shape, axis) === 1) return sampleShape(x.shape).toSpliced(axis - 1, 1);
  const other = x.shape.findIndex((size, at) => at > 0 && size === 1);
  throw new ShapeError(
    'shape.squeeze',
    `Squeeze leaves out a dimension of size 1 but gets ${formatSample(x.shape)}, where dimension ${axis} is ${x.shape[axis]}.`,
    { port: 'x', fixes: other < 0 ? [] : [{ kind: 'setAttrs', attrs: { dim: other } }] },
  );
}

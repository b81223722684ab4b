/** With one more dimension, of size 1. Reference: https://docs.pytorch.org/docs/stable/generated/torch.unsqueeze.html */
import { ShapeError } from '../ir/problem.ts';
import type { TensorType } from '../ir/tensor.ts';
import { reshape } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { dimAttr } from './shared/dims.ts';
import { formatSample, needNumbers, sampleShape, withSample } from './shared/shapes.ts';

export default defineLayer({
  type: 'Unsqueeze',
  label: 'Unsqueeze',
  category: 'Shape',
  role: 'reshape',
  doc: 'Adds a dimension of size 1: a matrix becomes an image of one channel, a vector a sequence.',
  keywords: ['add dimension', 'expand', 'singleton', 'reshape', 'view'],
  attrs: { dim: dimAttr(1, 'Where it will be; 1 is the first of a sample, -1 the last.') },
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  summary: ({ dim }) => `dim ${dim}`,
  infer([x], { dim }) {
    needNumbers('Unsqueeze', x);
    return [withSample(x, unsqueezed(x, dim))];
  },
  lower: (g, [x], { dim }) => [reshape(g, x, [g.batch, ...unsqueezed(x.type, dim)])],
  torch: () => 'torch.unsqueeze',
  torchCode: { call: ([x], { dim }) => `${x}.unsqueeze(${dim})` },
  keras: { layout: 'channelsFirst', form: () => ({ reshape: true }) },
});

function unsqueezed({ shape }: TensorType, dim: number): readonly number[] {
  const axis = dim < 0 ? dim + shape.length + 1 : dim;
  if (axis >= 1 && axis <= shape.length) return sampleShape(shape).toSpliced(axis - 1, 0, 1);
  throw new ShapeError(
    'shape.dim',
    `Unsqueeze cannot add dimension ${dim} to ${formatSample(shape)}.`,
    {
      port: 'x',
      explanation: `It may be from 1 to ${shape.length}, or from the end; 0 counts the samples.`,
      fixes: [{ kind: 'setAttrs', attrs: { dim: 1 } }],
    },
  );
}

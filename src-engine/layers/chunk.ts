/** Equal parts along one dimension. Reference: https://docs.pytorch.org/docs/stable/generated/torch.chunk.html */
import { ShapeError } from '../ir/problem.ts';
import type { TensorType } from '../ir/tensor.ts';
import { defineLayer } from './define.ts';
import { dimAttr, needDim, withDim } from './shared/dims.ts';
import { dim as sizeOf, formatSample, needNumbers } from './shared/shapes.ts';
import { kerasSlice, parts, portNames } from './shared/slices.ts';

export default defineLayer({
  type: 'Chunk',
  label: 'Chunk',
  category: 'Shape',
  role: 'transform',
  doc: 'Divides a dimension into equal parts, each an output of its own: queries, keys and values of one projection, or mean and variance.',
  formula: '[a, b, \\ldots] = x',
  keywords: ['split', 'divide', 'parts', 'halves', 'branch', 'unstack'],
  attrs: {
    chunks: { kind: 'int', default: 2, min: 2, max: 16, help: 'How many parts there are.' },
    dim: dimAttr(1, 'The dimension that is divided; 1 is the channels, -1 the last.'),
  },
  ports: ({ chunks }) => ({ in: ['x'], out: portNames(chunks) }),
  range: 'input',
  summary: ({ chunks, dim }) => `${chunks} of dim ${dim}`,
  infer([x], attrs) {
    needNumbers('Chunk', x);
    const { axis, length } = chunkOf(x, attrs);
    return portNames(attrs.chunks).map(() => withDim(x, axis, length));
  },
  lower(g, [x], attrs) {
    const { axis, length } = chunkOf(x.type, attrs);
    return parts(g, x, axis, new Array<number>(attrs.chunks).fill(length));
  },
  torch: () => 'torch.chunk',
  torchCode: { call: ([x], { chunks, dim }) => `${x}.chunk(${chunks}, dim=${dim})` },
  keras: {
    layout: 'either',
    form(attrs, [x], axis, output) {
      const { axis: ours, length } = chunkOf(x, attrs);
      return kerasSlice(axis(ours), output * length, length);
    },
  },
});

function chunkOf(
  x: TensorType,
  { chunks, dim }: { readonly chunks: number; readonly dim: number },
) {
  const axis = needDim('Chunk', x, dim);
  const size = sizeOf(x.shape, axis);
  if (size % chunks === 0) return { axis, length: size / chunks };
  const fitting = [2, 3, 4, 5, 6, 7, 8].find((each) => size % each === 0);
  throw new ShapeError(
    'shape.chunks',
    `Chunk cannot divide dimension ${axis} of ${formatSample(x.shape)} into ${chunks} equal parts.`,
    {
      port: 'x',
      explanation: `It is ${size}. Split takes parts of any sizes.`,
      fixes: fitting === undefined ? [] : [{ kind: 'setAttrs', attrs: { chunks: fitting } }],
    },
  );
}

/** Dimensions of a sample in another order. Reference: https://docs.pytorch.org/docs/stable/generated/torch.permute.html */
import { ShapeError } from '../ir/problem.ts';
import type { TensorType } from '../ir/tensor.ts';
import { defineLayer } from './define.ts';
import { kerasLayer } from './shared/keras.ts';
import { formatSample, needNumbers, sampleShape, withSample } from './shared/shapes.ts';

export default defineLayer({
  type: 'Permute',
  label: 'Permute',
  category: 'Shape',
  role: 'transform',
  doc: 'Puts the dimensions of a sample in another order: channels behind the pixels, or time before features.',
  formula: 'y_{n, k, i, j} = x_{n, i, j, k}',
  keywords: ['transpose', 'order', 'axes', 'channels last', 'swap', 'dimensions'],
  attrs: {
    dims: {
      kind: 'shape',
      default: [2, 3, 1],
      label: 'Order',
      help: 'The dimensions of a sample in their new order; 1 is the first of a sample.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  summary: ({ dims }) => `order ${dims.join(' ')}`,
  infer([x], { dims }) {
    needNumbers('Permute', x);
    needOrder(x, dims);
    const sizes = sampleShape(x.shape);
    return [
      withSample(
        x,
        dims.map((dim) => sizes[dim - 1] ?? 1),
      ),
    ];
  },
  lower: (g, [x], { dims }) => [g.emit('permute', [x], { axes: [0, ...dims] })],
  torch: () => 'torch.permute',
  torchCode: { call: ([x], { dims }) => `${x}.permute(${[0, ...dims].join(', ')})` },
  keras: {
    layout: 'channelsFirst',
    form: ({ dims }) =>
      kerasLayer('Permute', [`(${dims.join(', ')}${dims.length === 1 ? ',' : ''})`]),
  },
});

function needOrder({ shape }: TensorType, dims: readonly number[]): void {
  const all = Array.from({ length: shape.length - 1 }, (_, at) => at + 1);
  if (dims.length === all.length && all.every((dim) => dims.includes(dim))) return;
  throw new ShapeError(
    'shape.order',
    `Permute has ${dims.length === 0 ? 'no order' : `the order ${dims.join(' ')}`} for ${formatSample(shape)}.`,
    {
      port: 'x',
      explanation: 'Each dimension of a sample is named once, the first of them 1.',
      fixes: all.length === 0 ? [] : [{ kind: 'setAttrs', attrs: { dims: all.toReversed() } }],
    },
  );
}

/** Two dimensions of a sample swapped. Reference: https://docs.pytorch.org/docs/stable/generated/torch.transpose.html */
import type { TensorType } from '../ir/tensor.ts';
import { defineLayer } from './define.ts';
import { dimAttr, needDims } from './shared/dims.ts';
import { kerasLayer } from './shared/keras.ts';
import { needNumbers } from './shared/shapes.ts';

interface Swapped {
  readonly dim0: number;
  readonly dim1: number;
}

export default defineLayer({
  type: 'Transpose',
  label: 'Transpose',
  category: 'Shape',
  role: 'transform',
  doc: 'Swaps two dimensions of a sample: rows and columns, or time and features.',
  formula: 'y_{n, j, i} = x_{n, i, j}',
  keywords: ['swap', 'axes', 'matrix', 'permute', 'dimensions'],
  attrs: {
    dim0: dimAttr(1, 'One of the two; 1 is the first of a sample, -1 the last.', 'First'),
    dim1: dimAttr(2, 'The other; 1 is the first of a sample, -1 the last.', 'Second'),
  },
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  summary: ({ dim0, dim1 }) => `${dim0} ↔ ${dim1}`,
  infer([x], attrs) {
    needNumbers('Transpose', x);
    const order = orderOf(x, attrs);
    return [{ dtype: x.dtype, shape: order.map((axis) => x.shape[axis] ?? 1) }];
  },
  lower: (g, [x], attrs) => [g.emit('permute', [x], { axes: orderOf(x.type, attrs) })],
  torch: () => 'torch.transpose',
  torchCode: { call: ([x], { dim0, dim1 }) => `${x}.transpose(${dim0}, ${dim1})` },
  keras: {
    layout: 'channelsFirst',
    form(attrs, [x]) {
      const order = orderOf(x, attrs).slice(1);
      return kerasLayer('Permute', [`(${order.join(', ')}${order.length === 1 ? ',' : ''})`]);
    },
  },
});

function orderOf(x: TensorType, { dim0, dim1 }: Swapped): readonly number[] {
  const [a = 1, b = 1] = needDims('Transpose', x, { dim0, dim1 });
  return x.shape.map((_size, axis) => (axis === a ? b : axis === b ? a : axis));
}

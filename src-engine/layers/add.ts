/** Element-wise sum of inputs of the same shape. */
import { ShapeError } from '../ir/problem.ts';
import { sameShape } from '../ir/tensor.ts';
import { add } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { formatSample, needNumbers } from './shared/shapes.ts';

export default defineLayer({
  type: 'Add',
  label: 'Add',
  category: 'Merge',
  doc: 'Adds two branches number by number: the join of a residual (skip) connection.',
  formula: 'y = a + b',
  keywords: ['sum', 'residual', 'skip', 'plus', 'merge'],
  attrs: {},
  ports: { in: ['a', 'b'], out: ['y'] },
  summary: () => 'a + b',
  infer([a, b]) {
    needNumbers('Add', a, 'a');
    needNumbers('Add', b, 'b');
    if (sameShape(a.shape, b.shape)) return [a];
    const [first, second] = [formatSample(a.shape), formatSample(b.shape)];
    const width = a.shape[1];
    const tail = (shape: typeof a.shape) => shape.slice(2);
    const onlyWidth =
      typeof width === 'number' &&
      a.shape.length === b.shape.length &&
      sameShape(tail(a.shape), tail(b.shape));
    throw new ShapeError(
      'shape.add-mismatch',
      `Add takes equal shapes but gets ${first} and ${second}.`,
      {
        port: 'b',
        explanation: 'Bring one branch to the shape of the other first.',
        repairs: onlyWidth ? [{ kind: 'setWidth', port: 'b', width }] : [],
      },
    );
  },
  assume: ([a, b]) => (a ? [a] : b ? [b] : undefined),
  lower: (g, [a, b]) => [add(g, a, b)],
  torch: () => 'operator.add',
});

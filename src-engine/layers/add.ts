/** Element-wise sum of inputs of the same shape. */
import { ShapeError } from '../ir/problem.ts';
import type { LayerFix } from '../ir/layerFix.ts';
import { sameShape, type Shape } from '../ir/tensor.ts';
import { add } from '../ops/nn.ts';
import { windowCounts } from '../ops/windows.ts';
import { defineLayer } from './define.ts';
import { kerasElementwise } from './shared/keras.ts';
import { dim, formatSample, needNumbers } from './shared/shapes.ts';

export default defineLayer({
  type: 'Add',
  label: 'Add',
  category: 'Merge',
  role: 'transform',
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
    throw new ShapeError(
      'shape.add-mismatch',
      `Add takes equal shapes but gets ${first} and ${second}.`,
      {
        port: 'b',
        explanation:
          'Bring one branch to the shape of the other first, as the projection of a residual block does.',
        fixes: projections(a.shape, b.shape),
      },
    );
  },
  inferPartial: ([a, b]) => (a ? [a] : b ? [b] : undefined),
  lower: (g, [a, b]) => [add(g, a, b)],
  torch: () => 'operator.add',
  torchCode: { call: ([a, b]) => `${a} + ${b}` },
  keras: kerasElementwise('Add'),
});

/** Brings `b` to the shape of `a`, or the other way where only that works. */
function projections(a: Shape, b: Shape): readonly LayerFix[] {
  if (a.length === 2 && b.length === 2) {
    return [{ kind: 'setWidth', port: 'b', width: dim(a, 1) }];
  }
  if (a.length !== 4 || b.length !== 4) return [];
  return [projection('b', b, a), projection('a', a, b)].flatMap((fix) => fix ?? []).slice(0, 1);
}

/** A 1×1 convolution with the channels wanted, and the stride that gives the size wanted. */
function projection(port: string, from: Shape, to: Shape): LayerFix | null {
  const stride = [2, 3].map((axis) => strideBetween(dim(from, axis), dim(to, axis)));
  const [down, across] = stride;
  if (!down || !across) return null;
  return {
    kind: 'insert',
    port,
    type: 'Conv2d',
    attrs: { outChannels: dim(to, 1), kernelSize: [1, 1], stride: [down, across], bias: false },
  };
}

/** The stride with which a window of one pixel takes `to` places along `from`, or null. */
function strideBetween(from: number, to: number): number | null {
  for (let stride = 1; stride <= from; stride++) {
    const window = { kernel: [1, 1], stride: [stride, stride], padding: [0, 0, 0, 0] } as const;
    if (windowCounts([from, 1], window)[0] === to) return stride;
  }
  return null;
}

/** Gated linear unit, half as many numbers along one dimension. Reference: https://arxiv.org/abs/1612.08083 */
import { ShapeError } from '../ir/problem.ts';
import { mul } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { dimAttr, needDim, withDim } from './shared/dims.ts';
import {
  dim as sizeOf,
  formatSample,
  needNumbers,
  pythonCall,
  pythonKeyword,
} from './shared/shapes.ts';

export default defineLayer({
  type: 'GLU',
  label: 'GLU',
  category: 'Activation',
  role: 'activation',
  doc: 'Splits its input into two halves and multiplies the first by the sigmoid of the second, its gate.',
  formula: 'y = a \\odot \\sigma(b), \\quad [a, b] = x',
  keywords: ['gated', 'gate', 'halves', 'sigmoid', 'nonlinearity'],
  attrs: { dim: dimAttr(-1, 'The dimension that is halved; 1 is the channels, -1 the last.') },
  ports: { in: ['x'], out: ['y'] },
  summary: ({ dim }) => `halves of dim ${dim}`,
  infer([x], { dim }) {
    needNumbers('GLU', x);
    const axis = needDim('GLU', x, dim);
    const size = sizeOf(x.shape, axis);
    if (size % 2 === 0) return [withDim(x, axis, size / 2)];
    throw new ShapeError(
      'shape.glu-halves',
      `GLU halves dimension ${axis} but gets ${formatSample(x.shape)}, where it is ${size}.`,
      {
        port: 'x',
        explanation: 'The first half is passed, the second is its gate: their number must be even.',
        fixes: axis === 1 ? [{ kind: 'setWidth', port: 'x', width: size + 1 }] : [],
      },
    );
  },
  lower(g, [x], { dim }) {
    const axis = needDim('GLU', x.type, dim);
    const length = sizeOf(x.type.shape, axis) / 2;
    const half = (start: number) => g.emit('slice', [x], { axis, start, length });
    return [mul(g, half(0), g.emit('sigmoid', [half(length)], {}))];
  },
  torch: ({ dim }) => pythonCall('nn.GLU', pythonKeyword('dim', dim, -1)),
  keras: {
    layout: 'either',
    form: ({ dim }, [x], axis) => ({
      steps: [{ line: (name) => `ops.glu(${name}, axis=${axis(needDim('GLU', x, dim))})` }],
    }),
  },
});

/**
 * Product of two matrices of each sample, `[N, ..., M, K] x [N, ..., K, P] -> [N, ..., M, P]`.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.matmul.html
 */
import { ShapeError } from '../ir/problem.ts';
import { sameShape, type TensorType } from '../ir/tensor.ts';
import { NO_EPILOGUE } from '../ops/ops.ts';
import { defineLayer } from './define.ts';
import { formatSample, needNumbers } from './shared/shapes.ts';

export default defineLayer({
  type: 'MatMul',
  label: 'MatMul',
  category: 'Merge',
  role: 'transform',
  doc: 'Multiplies two matrices of each sample: queries by keys, or weights of attention by values.',
  formula: 'y = a b',
  keywords: ['matrix product', 'dot', 'attention', 'bmm', 'inner product'],
  attrs: {
    transposeB: {
      kind: 'bool',
      default: false,
      label: 'Transpose b',
      help: 'Takes b with its last two dimensions swapped: every row of a by every row of b.',
    },
  },
  ports: { in: ['a', 'b'], out: ['y'] },
  summary: ({ transposeB }) => (transposeB ? 'a bᵀ' : 'a b'),
  infer([a, b], { transposeB }) {
    const [rows, inner] = matrix(a, 'a');
    const last = matrix(b, 'b');
    const [inner2, columns] = transposeB ? last.toReversed() : last;
    const before = a.shape.slice(0, -2);
    if (inner === inner2 && sameShape(before, b.shape.slice(0, -2))) {
      return [{ dtype: 'f32', shape: [...before, rows ?? 1, columns ?? 1] }];
    }
    const fits = sameShape(before, b.shape.slice(0, -2)) && inner === last[transposeB ? 0 : 1];
    throw new ShapeError(
      'shape.matmul',
      `MatMul cannot multiply ${formatSample(a.shape)} by ${formatSample(b.shape)}${transposeB ? ', transposed' : ''}.`,
      {
        port: 'b',
        explanation:
          'A row of the first must be as long as a column of the second, and what is before the two sizes alike.',
        fixes: fits ? [{ kind: 'setAttrs', attrs: { transposeB: !transposeB } }] : [],
      },
    );
  },
  lower: (g, [a, b], { transposeB }) => [
    g.emit('matmul', [a, b], { transposeA: false, transposeB, epilogue: NO_EPILOGUE }),
  ],
  torch: () => 'torch.matmul',
  torchCode: {
    call: ([a, b], { transposeB }) => `${a} @ ${b}${transposeB ? '.transpose(-2, -1)' : ''}`,
  },
  keras: {
    layout: 'channelsFirst',
    form: ({ transposeB }) => ({
      steps: [
        {
          line: (a, b = '') => `ops.matmul(${a}, ${transposeB ? `ops.swapaxes(${b}, -2, -1)` : b})`,
        },
      ],
    }),
  },
});

/** Its last two sizes. */
function matrix(x: TensorType, port: string): TensorType['shape'] {
  needNumbers('MatMul', x, port);
  if (x.shape.length >= 3) return x.shape.slice(-2);
  throw new ShapeError(
    'shape.needs-matrix',
    `MatMul takes a matrix of each sample but gets ${formatSample(x.shape)}.`,
    {
      port,
      explanation: 'Unsqueeze makes a matrix of one row of a vector.',
      fixes: x.shape.length === 2 ? [{ kind: 'insert', port, type: 'Unsqueeze' }] : [],
    },
  );
}

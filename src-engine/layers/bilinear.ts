/**
 * A weighted product of two inputs along their last dimension, `[N, *, I], [N, *, J] -> [N, *, out]`.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Bilinear.html
 */
import type { Initializer } from '../ir/graph.ts';
import { ShapeError } from '../ir/problem.ts';
import { sameShape, type TensorType } from '../ir/tensor.ts';
import { linear, mul, reshape } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { kerasLayer } from './shared/keras.ts';
import { dim, formatSample, needNumbers, pythonCall } from './shared/shapes.ts';

const KERAS_DEFINITION = `
class Bilinear(layers.Layer):
    """A weighted product of two inputs along their last dimension."""

    def __init__(self, units, use_bias=True, **options):
        super().__init__(**options)
        self.units, self.use_bias = units, use_bias

    def build(self, input_shape):
        sizes = [shape[-1] for shape in input_shape]
        self.kernel = self.add_weight(shape=(self.units, *sizes), name="kernel")
        if self.use_bias:
            self.bias = self.add_weight(
                shape=(self.units,), initializer="zeros", name="bias"
            )

    def call(self, inputs):
        a, b = inputs
        y = ops.einsum("...i,kij,...j->...k", a, self.kernel, b)
        return y + self.bias if self.use_bias else y
`;

const last = ({ shape }: TensorType): number => dim(shape, shape.length - 1);

export default defineLayer({
  type: 'Bilinear',
  label: 'Bilinear',
  category: 'Merge',
  role: 'transform',
  doc: 'Multiplies every number of one input with every number of another and adds the products up by trained weights: how two things fit together. Its weights are as many as both widths and its own multiplied.',
  formula: 'y_k = a^{\\top} W_k\\, b + c_k',
  keywords: ['product', 'interaction', 'pair', 'tensor', 'attention score', 'fusion'],
  attrs: {
    outFeatures: {
      kind: 'int',
      default: 32,
      min: 1,
      max: 1_000_000,
      help: 'How many numbers come out for each pair.',
    },
    bias: { kind: 'bool', default: true, help: 'Adds a trained number to every output.' },
  },
  ports: { in: ['a', 'b'], out: ['y'] },
  widthAttr: 'outFeatures',
  summary: ({ outFeatures, bias }, x) =>
    `${x ? x.map(({ shape }) => shape.at(-1)).join(', ') : '?'}→${outFeatures}${bias ? '' : ' no bias'}`,
  infer([a, b], { outFeatures }) {
    needNumbers('Bilinear', a, 'a');
    needNumbers('Bilinear', b, 'b');
    if (a.shape.length > 1 && sameShape(a.shape.slice(0, -1), b.shape.slice(0, -1))) {
      return [{ dtype: 'f32', shape: [...a.shape.slice(0, -1), outFeatures] }];
    }
    throw new ShapeError(
      'shape.bilinear',
      `Bilinear multiplies vectors in pairs but gets ${formatSample(a.shape)} and ${formatSample(b.shape)}.`,
      {
        port: 'b',
        explanation: 'All sizes but the last must be alike: there is a vector on either side.',
        fixes: b.shape.length > 2 ? [{ kind: 'insert', port: 'b', type: 'Flatten' }] : [],
      },
    );
  },
  params([a, b], { outFeatures, bias }) {
    // PyTorch looks at the first input alone.
    const init: Initializer = { kind: 'uniformBound', bound: 1 / Math.sqrt(last(a)) };
    return {
      weight: { shape: [outFeatures, last(a), last(b)], init },
      ...(bias && { bias: { shape: [outFeatures], init } }),
    };
  },
  lower(g, [a, b], { outFeatures, bias }) {
    const before = a.type.shape.slice(0, -1);
    const [rows, wide, high] = [
      before.reduce((product, size) => product * size, 1),
      last(a.type),
      last(b.type),
    ];
    const products = mul(g, reshape(g, a, [rows, wide, 1]), reshape(g, b, [rows, 1, high]));
    const y = linear(
      g,
      reshape(g, products, [rows, wide * high]),
      reshape(g, g.param('weight'), [outFeatures, wide * high]),
      bias ? g.param('bias') : undefined,
    );
    return [reshape(g, y, [...before, outFeatures])];
  },
  torch: ({ outFeatures, bias }, [a, b]) =>
    pythonCall('nn.Bilinear', last(a), last(b), outFeatures, bias ? undefined : 'bias=False'),
  keras: {
    layout: 'channelsFirst',
    form: ({ outFeatures, bias }) =>
      kerasLayer(
        'Bilinear',
        [outFeatures, bias ? undefined : 'use_bias=False'],
        { weight: { name: 'kernel' }, ...(bias && { bias: { name: 'bias' } }) },
        KERAS_DEFINITION,
      ),
  },
});

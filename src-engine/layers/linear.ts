/**
 * Affine map of feature vectors, `[N, in] -> [N, out]`; with `lastDimension`, of the last axis of
 * anything. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html
 */
import { ShapeError } from '../ir/problem.ts';
import { formatShape } from '../ir/tensor.ts';
import { linear, reshape } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { kerasLayer } from './shared/keras.ts';
import { initAttrs, weightAndBias } from './shared/initializers.ts';
import { dim, formatSample, needNumbers, pythonCall, sampleSize } from './shared/shapes.ts';

const TIED_DENSE = `
class TiedDense(layers.Layer):
    """A Dense layer with the kernel of another one."""

    def __init__(self, units, other, transposed=False, use_bias=True, **options):
        super().__init__(**options)
        self.units = units
        self.other = other
        self.transposed = transposed
        self.use_bias = use_bias

    def build(self, input_shape):
        if self.use_bias:
            self.bias = self.add_weight(
                shape=(self.units,), initializer="zeros", name="bias"
            )

    def call(self, x):
        kernel = self.other.kernel
        y = ops.matmul(x, ops.transpose(kernel) if self.transposed else kernel)
        return y + self.bias if self.use_bias else y
`;

export default defineLayer({
  type: 'Linear',
  label: 'Linear',
  category: 'Linear',
  role: 'transform',
  doc: 'Multiplies each sample by a weight matrix and adds a bias: every output sees every input. The number of inputs follows from the wire.',
  formula: 'y = x W^{\\top} + b',
  keywords: ['dense', 'fully connected', 'fc', 'affine', 'perceptron', 'projection'],
  idPrefix: 'fc',
  attrs: {
    outFeatures: {
      kind: 'int',
      default: 128,
      min: 1,
      max: 1_000_000,
      help: 'How many numbers come out for each sample.',
    },
    bias: { kind: 'bool', default: true, help: 'Adds a trained number to every output.' },
    lastDimension: {
      kind: 'bool',
      default: false,
      advanced: true,
      help: 'Acts on the last dimension of an input with more than one, such as a sequence of embeddings.',
    },
    ...initAttrs,
  },
  ports: { in: ['x'], out: ['y'] },
  widthAttr: 'outFeatures',
  summary: ({ outFeatures, bias }, x) =>
    `${x?.[0].shape.at(-1) ?? '?'}→${outFeatures}${bias ? '' : ' no bias'}`,
  infer([x], { outFeatures, lastDimension }) {
    needNumbers('Linear', x);
    if (x.shape.length < 2) {
      throw new ShapeError(
        'shape.linear-needs-features',
        'Linear takes a vector but gets one number.',
        {
          port: 'x',
          explanation: 'Reshape makes a vector of one feature of it.',
          fixes: [{ kind: 'insert', port: 'x', type: 'Reshape', attrs: { shape: [1] } }],
        },
      );
    }
    if (x.shape.length > 2 && !lastDimension) {
      throw new ShapeError(
        'shape.linear-needs-flat',
        `Linear takes a flat vector but gets ${formatSample(x.shape)}.`,
        {
          port: 'x',
          explanation: `Flatten turns each sample into one row of ${sampleSize(x.shape)}.`,
          fixes: [
            { kind: 'insert', port: 'x', type: 'Flatten' },
            {
              kind: 'setAttrs',
              attrs: { lastDimension: true },
              label: `Act on the last dimension (${formatShape(x.shape.slice(-1))})`,
            },
          ],
        },
      );
    }
    return [{ dtype: 'f32', shape: [...x.shape.slice(0, -1), outFeatures] }];
  },
  inferPartial: ([x], { outFeatures }) => [
    { dtype: 'f32', shape: [x?.shape[0] ?? 'N', outFeatures] },
  ],
  params: ([x], attrs) =>
    weightAndBias([attrs.outFeatures, dim(x.shape, x.shape.length - 1)], attrs),
  lower(g, [x], { outFeatures, bias }) {
    const { shape } = x.type;
    const inFeatures = dim(shape, shape.length - 1);
    const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
    const y = linear(
      g,
      reshape(g, x, [rows, inFeatures]),
      g.param('weight'),
      bias ? g.param('bias') : undefined,
    );
    return [reshape(g, y, [...shape.slice(0, -1), outFeatures])];
  },
  torch: ({ outFeatures, bias }, [x]) =>
    pythonCall('nn.Linear', x.shape.at(-1), outFeatures, bias ? undefined : 'bias=False'),
  torchCode: {
    withTensors: (x, { weight, bias }) => pythonCall('F.linear', x, weight, bias),
  },
  keras: {
    layout: 'channelsFirst',
    form: ({ outFeatures, bias }) =>
      kerasLayer('Dense', [outFeatures, bias ? undefined : 'use_bias=False'], {
        weight: { name: 'kernel', axes: [1, 0] },
        ...(bias && { bias: { name: 'bias' } }),
      }),
    tied: {
      definition: TIED_DENSE,
      variables: { bias: { name: 'bias' } },
      construct: ({ outFeatures, bias }, other, transposed) => ({
        layer: 'TiedDense',
        args: [
          outFeatures,
          other,
          transposed ? 'transposed=True' : undefined,
          bias ? undefined : 'use_bias=False',
        ],
      }),
    },
  },
});

/** Scaling of each sample by its root mean square. Reference: https://arxiv.org/abs/1910.07467 */
import { mul, reshape } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { kerasLayer } from './shared/keras.ts';
import { epsAttr, filled, lastDims, normalizedDimsAttr } from './shared/normalisation.ts';
import { pythonCall, pythonTuple, sampleShape } from './shared/shapes.ts';

export default defineLayer({
  type: 'RMSNorm',
  label: 'RMSNorm',
  category: 'Normalisation',
  role: 'normalisation',
  doc: 'Divides each sample by the root of the mean of its squares over its last dimensions, then scales every place by a trained number: a LayerNorm without the mean, as recent language models have it.',
  formula: 'y = \\gamma\\, x / \\sqrt{\\overline{x^2} + \\epsilon}',
  keywords: ['root mean square', 'normalisation', 'normalization', 'transformer', 'layer norm'],
  idPrefix: 'rms',
  attrs: {
    normalizedDims: normalizedDimsAttr,
    eps: { ...epsAttr, default: 1e-6, help: 'Added to the mean square, against division by zero.' },
    elementwiseAffine: {
      kind: 'bool',
      default: true,
      help: 'Trains a scale for every place that is normalised.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  summary: ({ normalizedDims, elementwiseAffine }, x) => {
    const shape = x ? x[0].shape.slice(-normalizedDims).join('×') : '?';
    return `${shape}${elementwiseAffine ? '' : ' no scale'}`;
  },
  infer: ([x], { normalizedDims }) => [lastDims('RMSNorm', x, normalizedDims)],
  inferPartial: ([x]) => (x ? [x] : undefined),
  params: ([x], { normalizedDims, elementwiseAffine }) =>
    elementwiseAffine ? { weight: filled(sampleShape(x.shape).slice(-normalizedDims), 1) } : {},
  lower(g, [x], { normalizedDims, eps, elementwiseAffine }) {
    const { shape } = x.type;
    const axes = shape.map((_size, axis) => axis).slice(-normalizedDims);
    const last = shape.slice(-normalizedDims);
    const count = last.reduce((product, size) => product * size, 1);
    const squares = g.emit('sum', [g.emit('square', [x], {})], { axes, keepDims: true });
    const mean = g.emit('affine', [squares], { scale: 1 / count, shift: eps });
    const y = mul(g, x, g.emit('rsqrt', [mean], {}));
    return [elementwiseAffine ? mul(g, y, reshape(g, g.param('weight'), last)) : y];
  },
  torch({ normalizedDims, eps, elementwiseAffine }, [x]) {
    const shape = x.shape.slice(-normalizedDims);
    return pythonCall(
      'nn.RMSNorm',
      shape.length === 1 ? shape[0] : `(${shape.join(', ')})`,
      `eps=${eps}`,
      elementwiseAffine ? undefined : 'elementwise_affine=False',
    );
  },
  torchSince: () => '2.4',
  keras: {
    layout: 'channelsFirst',
    form({ normalizedDims, eps, elementwiseAffine }) {
      if (!elementwiseAffine) {
        const axes = Array.from({ length: normalizedDims }, (_, k) => k - normalizedDims);
        const mean = (x: string) =>
          `ops.mean(ops.square(${x}), axis=${pythonTuple(axes)}, keepdims=True)`;
        return { steps: [{ line: (x) => `${x} * ops.rsqrt(${mean(x)} + ${eps})` }] };
      }
      return normalizedDims === 1
        ? kerasLayer('RMSNormalization', [`epsilon=${eps}`], { weight: { name: 'scale' } })
        : { none: 'its scale is of one dimension' };
    },
  },
});

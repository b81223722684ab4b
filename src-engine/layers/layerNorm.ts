/** Normalisation of each sample over its last dimensions. Reference: torch.nn.LayerNorm. */
import { defineLayer } from './define.ts';
import { axisKeyword, epsilonKeyword, kerasLayer, withoutScale } from './shared/keras.ts';
import {
  epsAttr,
  lastDims,
  normalised,
  normalizedDimsAttr,
  scaleAndShiftParams,
  scaledAndShifted,
} from './shared/normalisation.ts';
import { pythonCall, pythonKeyword, sampleShape } from './shared/shapes.ts';

export default defineLayer({
  type: 'LayerNorm',
  label: 'LayerNorm',
  category: 'Normalisation',
  role: 'normalisation',
  doc: 'Brings each sample to mean 0 and deviation 1 over its last dimensions, then scales and shifts every place by trained numbers. It knows no batch, so it works with one sample and alike in training and evaluation: the norm of transformers.',
  formula: 'y = \\gamma\\, \\frac{x - \\mu}{\\sqrt{\\sigma^2 + \\epsilon}} + \\beta',
  keywords: ['layer norm', 'normalisation', 'normalization', 'transformer'],
  idPrefix: 'ln',
  attrs: {
    normalizedDims: normalizedDimsAttr,
    eps: epsAttr,
    elementwiseAffine: {
      kind: 'bool',
      default: true,
      help: 'Trains a scale and a shift for every place that is normalised.',
    },
    bias: {
      kind: 'bool',
      default: true,
      advanced: true,
      help: 'Trains the shift beside the scale; without it there is a scale alone.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  summary: ({ normalizedDims, elementwiseAffine, bias }, x) => {
    const shape = x ? x[0].shape.slice(-normalizedDims).join('×') : '?';
    return `${shape}${elementwiseAffine ? (bias ? '' : ' no bias') : ' no scale'}`;
  },
  infer: ([x], { normalizedDims }) => [lastDims('LayerNorm', x, normalizedDims)],
  inferPartial: ([x]) => (x ? [x] : undefined),
  params: ([x], { normalizedDims, elementwiseAffine, bias }) =>
    elementwiseAffine ? scaleAndShiftParams(sampleShape(x.shape).slice(-normalizedDims), bias) : {},
  lower(g, [x], { normalizedDims, eps, elementwiseAffine, bias }) {
    const shape = x.type.shape.slice(-normalizedDims);
    const rows = x.type.shape.slice(0, -normalizedDims).reduce((product, dim) => product * dim, 1);
    const { y } = normalised(g, x, rows, eps);
    return [elementwiseAffine ? scaledAndShifted(g, y, shape, bias) : y];
  },
  torch({ normalizedDims, eps, elementwiseAffine, bias }, [x]) {
    const shape = x.shape.slice(-normalizedDims);
    return pythonCall(
      'nn.LayerNorm',
      shape.length === 1 ? shape[0] : `(${shape.join(', ')})`,
      pythonKeyword('eps', eps, 1e-5),
      elementwiseAffine ? undefined : 'elementwise_affine=False',
      elementwiseAffine && !bias ? 'bias=False' : undefined,
    );
  },
  torchSince: ({ elementwiseAffine, bias }) => (elementwiseAffine && !bias ? '2.1' : undefined),
  keras: {
    // With PyTorch behind it, Keras normalises the last axes whichever it is told: all of them are.
    layout: ({ normalizedDims }, [x]) =>
      normalizedDims === x.shape.length - 1 ? 'either' : 'channelsFirst',
    form({ normalizedDims, eps, elementwiseAffine, bias }, [x], axis) {
      const first = x.shape.length - normalizedDims;
      // Keras has them as they lie in its tensor.
      const ours = Array.from({ length: normalizedDims }, (_, k) => k).sort(
        (a, b) => axis(first + a) - axis(first + b),
      );
      const places = ours.map((k) => axis(first + k));
      const [only = 0] = places;
      return kerasLayer(
        'LayerNormalization',
        [
          places.length === 1 ? axisKeyword(only, x) : `axis=[${places.join(', ')}]`,
          epsilonKeyword(eps),
          ...withoutScale(elementwiseAffine, bias),
        ],
        {
          ...(elementwiseAffine && { weight: { name: 'gamma', axes: ours } }),
          ...(elementwiseAffine && bias && { bias: { name: 'beta', axes: ours } }),
        },
      );
    },
  },
});

/** Normalisation of each sample over groups of channels, `[N, C, ...]`. Reference: torch.nn.GroupNorm. */
import { ShapeError } from '../ir/problem.ts';
import { defineLayer } from './define.ts';
import {
  channelAxis,
  epsilonKeyword,
  kerasLayer,
  SCALE_AND_SHIFT,
  withoutScale,
} from './shared/keras.ts';
import {
  epsAttr,
  normalised,
  scaleAndShiftParams,
  scaledAndShifted,
} from './shared/normalisation.ts';
import { dim, needNumbers, needVector, pythonCall, pythonKeyword } from './shared/shapes.ts';

export default defineLayer({
  type: 'GroupNorm',
  label: 'GroupNorm',
  category: 'Normalisation',
  role: 'normalisation',
  doc: 'Brings groups of channels of each sample to mean 0 and deviation 1, then scales and shifts every channel by trained numbers. It knows no batch, so it does as well with small ones, and alike in training and evaluation.',
  formula:
    'y = \\gamma_c\\, \\frac{x - \\mu_{n,g}}{\\sqrt{\\sigma_{n,g}^2 + \\epsilon}} + \\beta_c',
  keywords: ['group norm', 'normalisation', 'normalization', 'small batch'],
  idPrefix: 'gn',
  attrs: {
    numGroups: {
      kind: 'int',
      default: 2,
      min: 1,
      max: 65_536,
      help: 'Into how many groups the channels are divided. 1: all together; as many as channels: each alone.',
    },
    eps: epsAttr,
    affine: { kind: 'bool', default: true, help: 'Trains a scale and a shift for every channel.' },
  },
  ports: { in: ['x'], out: ['y'] },
  summary: ({ numGroups, affine }, x) =>
    `${numGroups} of ${x?.[0].shape[1] ?? '?'}${affine ? '' : ' no scale'}`,
  infer([x], { numGroups }) {
    needNumbers('GroupNorm', x);
    if (x.shape.length < 2) needVector('GroupNorm', x);
    const channels = dim(x.shape, 1);
    if (channels % numGroups === 0) return [x];
    let fitting = Math.min(numGroups, channels);
    while (channels % fitting !== 0) fitting -= 1;
    throw new ShapeError(
      'shape.groups',
      `GroupNorm cannot divide ${channels} channels into ${numGroups} groups.`,
      {
        port: 'x',
        explanation: 'The number of groups must divide the number of channels.',
        fixes: [{ kind: 'setAttrs', attrs: { numGroups: fitting } }],
      },
    );
  },
  inferPartial: ([x]) => (x ? [x] : undefined),
  params: ([x], { affine }) => (affine ? scaleAndShiftParams([dim(x.shape, 1)]) : {}),
  lower(g, [x], { numGroups, eps, affine }) {
    const { shape } = x.type;
    const { y } = normalised(g, x, (shape[0] ?? 1) * numGroups, eps);
    const channels = shape.map((size, axis) => (axis === 1 ? size : 1));
    return [affine ? scaledAndShifted(g, y, channels) : y];
  },
  torch: ({ numGroups, eps, affine }, [x]) =>
    pythonCall(
      'nn.GroupNorm',
      numGroups,
      dim(x.shape, 1),
      pythonKeyword('eps', eps, 1e-5),
      affine ? undefined : 'affine=False',
    ),
  keras: {
    layout: 'either',
    form: ({ numGroups, eps, affine }, [x], axis) =>
      kerasLayer(
        'GroupNormalization',
        [`groups=${numGroups}`, channelAxis(x, axis), epsilonKeyword(eps), ...withoutScale(affine)],
        affine ? SCALE_AND_SHIFT : {},
      ),
  },
});

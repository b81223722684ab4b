/**
 * InstanceNorm1d and InstanceNorm2d but for what they take. Running statistics, where they are kept, follow PyTorch: the
 * mean over the batch of each sample's own, the variance unbiased.
 * Reference: Ulyanov, Vedaldi and Lempitsky, https://arxiv.org/abs/1607.08022
 */
import type { AttrValues } from '#engine/ir/attrs.ts';
import { ShapeError } from '#engine/ir/problem.ts';
import { type TensorType, elementCount } from '#engine/ir/tensor.ts';
import { add, reshape, scale } from '#engine/ops/nn.ts';
import type { Value } from '#engine/ops/builder.ts';
import { defineLayer, type Lowering } from '../define.ts';
import {
  epsAttr,
  filled,
  normalised,
  scaleAndShiftParams,
  scaledAndShifted,
} from './normalisation.ts';
import { kerasBatchNorm } from './batchNorm.ts';
import {
  channelAxis,
  type KerasForm,
  epsilonKeyword,
  kerasLayer,
  SCALE_AND_SHIFT,
  withoutScale,
} from './keras.ts';
import { dim, formatSample, pythonCall, pythonKeyword, sampleSize } from './shapes.ts';

const ATTRS = {
  momentum: {
    kind: 'number',
    default: 0.1,
    min: 0,
    max: 1,
    advanced: true,
    help: 'Share of each batch in the running statistics, where they are kept.',
  },
  eps: epsAttr,
  affine: { kind: 'bool', default: false, help: 'Trains a scale and a shift for every channel.' },
  trackRunningStats: {
    kind: 'bool',
    default: false,
    advanced: true,
    help: 'Keeps running statistics in training and normalises with them in evaluation.',
  },
} as const;

type Attrs = AttrValues<typeof ATTRS>;

/** As PyTorch in training: a single number has no variance. */
function needPlaces(layer: string, x: TensorType): void {
  if (sampleSize(x.shape) > dim(x.shape, 1)) return;
  throw new ShapeError(
    'shape.instance-norm-size',
    `${layer} normalises each channel of a sample but gets ${formatSample(x.shape)}: one number each.`,
    { port: 'x', explanation: 'It would leave zeros only.', fixes: [{ kind: 'remove' }] },
  );
}

const paramsOf = (x: TensorType, { affine }: Attrs) =>
  affine ? scaleAndShiftParams([dim(x.shape, 1)]) : {};

const buffersOf = (x: TensorType, { trackRunningStats }: Attrs) => {
  const shape = [dim(x.shape, 1)];
  if (!trackRunningStats) return {};
  return { running_mean: filled(shape, 0), running_var: filled(shape, 1) };
};

const summaryOf = ({ affine, trackRunningStats }: Attrs, x?: TensorType): string =>
  [
    String(x?.shape[1] ?? '?'),
    ...(affine ? ['scale'] : []),
    ...(trackRunningStats ? ['running'] : []),
  ].join(' ');

function lower(g: Lowering, x: Value, attrs: Attrs): Value {
  const { eps, momentum, affine, trackRunningStats } = attrs;
  const [batch = 1, channels = 1] = x.type.shape;
  const shape = x.type.shape.map((size, axis) => (axis === 1 ? size : 1));
  const finish = (y: Value): Value => (affine ? scaledAndShifted(g, y, shape) : y);
  if (g.mode === 'eval' && trackRunningStats) {
    const one = g.emit('full', [], { shape: [channels], value: 1 });
    const zero = g.emit('full', [], { shape: [channels], value: 0 });
    const statistics = [g.buffer('running_mean'), g.buffer('running_var')];
    return finish(g.emit('normalize', [x, ...statistics, one, zero], { eps, training: false }));
  }
  const { y, mean, variance } = normalised(g, x, batch * channels, eps);
  if (trackRunningStats) {
    const count = elementCount(x.type.shape) / (batch * channels);
    const follow = (key: string, each: Value, factor: number): void => {
      const rows = reshape(g, each, [batch, channels]);
      const total = g.emit('sum', [rows], { axes: [0], keepDims: false });
      const kept = scale(g, g.buffer(key), 1 - momentum);
      g.assignBuffer(key, add(g, kept, scale(g, total, factor / batch)));
    };
    follow('running_mean', mean, momentum);
    follow('running_var', variance, (momentum * count) / Math.max(1, count - 1));
  }
  return finish(y);
}

const torchOf = (
  name: string,
  x: TensorType,
  { eps, momentum, affine, trackRunningStats }: Attrs,
): string =>
  pythonCall(
    name,
    dim(x.shape, 1),
    pythonKeyword('eps', eps, 1e-5),
    pythonKeyword('momentum', momentum, 0.1),
    affine ? 'affine=True' : undefined,
    trackRunningStats ? 'track_running_stats=True' : undefined,
  );

/** Each channel as a group of its own. */
function kerasOf(x: TensorType, attrs: Attrs, axis: (ours: number) => number): KerasForm {
  const { eps, affine, trackRunningStats } = attrs;
  if (trackRunningStats) {
    const note =
      'answers by its running statistics as here; trained further, Keras takes those of batches';
    return { ...kerasBatchNorm(x, attrs, axis), note };
  }
  return kerasLayer(
    'GroupNormalization',
    ['groups=-1', channelAxis(x, axis), epsilonKeyword(eps), ...withoutScale(affine)],
    affine ? SCALE_AND_SHIFT : {},
  );
}

/** What the two differ in; `need` throws where a tensor is none of this layer's. */
export interface InstanceNormKind {
  readonly type: 'InstanceNorm1d' | 'InstanceNorm2d';
  readonly doc: string;
  /** Beside those that both have. */
  readonly keyword: string;
  readonly need: (x: TensorType) => void;
}

export const instanceNorm = ({ type, doc, keyword, need }: InstanceNormKind) =>
  defineLayer({
    type,
    label: type,
    category: 'Normalisation',
    role: 'normalisation',
    doc,
    formula: 'y = \\frac{x - \\mu_{n,c}}{\\sqrt{\\sigma_{n,c}^2 + \\epsilon}}',
    keywords: ['instance norm', 'normalisation', 'normalization', keyword],
    idPrefix: 'in',
    attrs: ATTRS,
    ports: { in: ['x'], out: ['y'] },
    differsInTraining: ({ trackRunningStats }) => trackRunningStats,
    summary: (attrs, x) => summaryOf(attrs, x?.[0]),
    infer([x]) {
      need(x);
      needPlaces(type, x);
      return [x];
    },
    inferPartial: ([x]) => (x ? [x] : undefined),
    params: ([x], attrs) => paramsOf(x, attrs),
    buffers: ([x], attrs) => buffersOf(x, attrs),
    lower: (g, [x], attrs) => [lower(g, x, attrs)],
    torch: (attrs, [x]) => torchOf(`nn.${type}`, x, attrs),
    keras: { layout: 'either', form: (attrs, [x], axis) => kerasOf(x, attrs, axis) },
  });

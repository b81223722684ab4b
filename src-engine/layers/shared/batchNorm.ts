/**
 * BatchNorm1d and BatchNorm2d but for what they take: attributes, tensors and lowering. Running statistics follow
 * PyTorch: `running = (1 - momentum) running + momentum batch`, the variance unbiased.
 * Reference: Ioffe and Szegedy, https://arxiv.org/abs/1502.03167
 */
import type { AttrValues } from '#engine/ir/attrs.ts';
import { writeRate } from '#engine/ir/numberText.ts';
import type { TensorType } from '#engine/ir/tensor.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { add, scale } from '#engine/ops/nn.ts';
import type { Value } from '#engine/ops/builder.ts';
import { defineLayer, type LayerProblem, type Lowering } from '../define.ts';
import { epsAttr, filled, scaleAndShiftParams } from './normalisation.ts';
import {
  channelAxis,
  epsilonKeyword,
  kerasLayer,
  type KerasSteps,
  SCALE_AND_SHIFT,
  withoutScale,
} from './keras.ts';
import { dim, pythonCall, pythonKeyword } from './shapes.ts';

const ATTRS = {
  momentum: {
    kind: 'number',
    default: 0.1,
    min: 0,
    max: 1,
    help: 'Share of each batch in the running statistics that evaluation uses.',
  },
  eps: epsAttr,
  affine: {
    kind: 'bool',
    default: true,
    help: 'Trains a scale and a shift for every channel.',
  },
  trackRunningStats: {
    kind: 'bool',
    default: true,
    advanced: true,
    help: 'Keeps running statistics for evaluation. Without them a batch is normalised by its own there, too, so that what one sample gets depends on the others.',
  },
} as const;

type Attrs = AttrValues<typeof ATTRS>;

function paramsOf(x: TensorType, { affine }: Attrs) {
  return affine ? scaleAndShiftParams([dim(x.shape, 1)]) : {};
}

function buffersOf(x: TensorType, { trackRunningStats }: Attrs) {
  const shape = [dim(x.shape, 1)];
  if (!trackRunningStats) return {};
  return { running_mean: filled(shape, 0), running_var: filled(shape, 1) };
}

function summaryOf({ eps, momentum, affine, trackRunningStats }: Attrs, x?: TensorType): string {
  const running = trackRunningStats ? `mom ${momentum}` : 'of batches';
  const parts = [String(x?.shape[1] ?? '?'), `eps ${writeRate(eps)}`, running];
  return [...parts, ...(affine ? [] : ['no scale'])].join(' ');
}

function lower(g: Lowering, x: Value, attrs: Attrs): Value {
  const { eps, momentum, affine, trackRunningStats } = attrs;
  const channels = x.type.shape[1] ?? 1;
  const constant = (value: number) => g.emit('full', [], { shape: [channels], value });
  const weight = affine ? g.param('weight') : constant(1);
  const bias = affine ? g.param('bias') : constant(0);
  if (g.mode === 'eval' && trackRunningStats) {
    const [mean, variance] = [g.buffer('running_mean'), g.buffer('running_var')];
    return g.emit('normalize', [x, mean, variance, weight, bias], { eps, training: false });
  }
  const mean = g.emit('groupMean', [x], {});
  const variance = g.emit('groupVariance', [x, mean], {});
  const y = g.emit('normalize', [x, mean, variance, weight, bias], { eps, training: true });
  if (!trackRunningStats) return y;
  const count = elementCount(x.type.shape) / channels;
  const unbiased = count > 1 ? count / (count - 1) : 1;
  const follow = (key: string, value: Value, factor: number) =>
    g.assignBuffer(key, add(g, scale(g, g.buffer(key), 1 - momentum), scale(g, value, factor)));
  follow('running_mean', mean, momentum);
  follow('running_var', variance, momentum * unbiased);
  return y;
}

/** One value per channel has no variance: it would leave zeros, and a zero in the running statistics. */
function leastBatch(x: TensorType): number {
  const perSample = x.shape.slice(2).reduce<number>((n, size) => n * Number(size), 1);
  return perSample > 1 ? 1 : 2;
}

/** What is easily meant otherwise: PyTorch's models come with it where images are made in the style of one. */
const ofBatches = (layer: string): LayerProblem => ({
  code: 'layer.batch-statistics',
  severity: 'info',
  message: `${layer} keeps no running statistics: what a sample gets depends on the others of its batch, in evaluation as well.`,
  explanation:
    'A model of it answers one sample alone otherwise than the same sample among others. Running statistics are what evaluation usually takes.',
  fixes: [
    {
      kind: 'setAttrs',
      attrs: { trackRunningStats: true },
      label: 'Keep running statistics',
    },
  ],
});

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
    affine ? undefined : 'affine=False',
    trackRunningStats ? undefined : 'track_running_stats=False',
  );

/** With running statistics. Keras's momentum is the share that stays. */
export function kerasBatchNorm(
  x: TensorType,
  { eps, momentum, affine }: Omit<Attrs, 'trackRunningStats'>,
  axis: (ours: number) => number,
): KerasSteps {
  const kept = Number((1 - momentum).toPrecision(12));
  return kerasLayer(
    'BatchNormalization',
    [
      channelAxis(x, axis),
      pythonKeyword('momentum', kept, 0.99),
      epsilonKeyword(eps),
      ...withoutScale(affine),
    ],
    {
      ...(affine ? SCALE_AND_SHIFT : {}),
      running_mean: { name: 'moving_mean' },
      running_var: { name: 'moving_variance' },
    },
  );
}

/** What the two differ in; `need` throws where a tensor is none of this layer's. */
export interface BatchNormKind {
  readonly type: 'BatchNorm1d' | 'BatchNorm2d';
  readonly doc: string;
  readonly need: (x: TensorType) => void;
}

export const batchNorm = ({ type, doc, need }: BatchNormKind) =>
  defineLayer({
    type,
    label: type,
    category: 'Normalisation',
    role: 'normalisation',
    doc,
    formula: 'y = \\gamma\\, \\frac{x - \\mu}{\\sqrt{\\sigma^2 + \\epsilon}} + \\beta',
    keywords: ['batch norm', 'normalisation', 'normalization', 'running statistics'],
    idPrefix: 'bn',
    attrs: ATTRS,
    ports: { in: ['x'], out: ['y'] },
    differsInTraining: ({ trackRunningStats }) => trackRunningStats,
    summary: (attrs, x) => summaryOf(attrs, x?.[0]),
    infer([x]) {
      need(x);
      return [x];
    },
    inferPartial: ([x]) => (x ? [x] : undefined),
    params: ([x], attrs) => paramsOf(x, attrs),
    buffers: ([x], attrs) => buffersOf(x, attrs),
    lower: (g, [x], attrs) => [lower(g, x, attrs)],
    leastBatch: ([x]) => leastBatch(x),
    check: (_x, attrs) => (attrs.trackRunningStats ? [] : [ofBatches(type)]),
    torch: (attrs, [x]) => torchOf(`nn.${type}`, x, attrs),
    keras: {
      layout: 'either',
      form: (attrs, [x], axis) =>
        attrs.trackRunningStats
          ? kerasBatchNorm(x, attrs, axis)
          : { none: 'its batch norm answers by running statistics alone' },
    },
  });

/**
 * What layer, group and instance norm share: normalising with the statistics of the sample itself, and the
 * trained scale and shift after it. Batch norm, whose groups are the channels of the whole batch, takes the
 * same ops with its scale inside (batchNorm.ts).
 */
import { ShapeError } from '#engine/ir/problem.ts';
import type { ConcreteShape, TensorType } from '#engine/ir/tensor.ts';
import { add, mul, reshape } from '#engine/ops/nn.ts';
import type { Value } from '#engine/ops/builder.ts';
import type { Lowering, ParamSpec } from '../define.ts';
import { formatSample, needNumbers } from './shapes.ts';

export const epsAttr = {
  kind: 'number',
  default: 1e-5,
  min: 0,
  max: 1,
  logarithmic: true,
  advanced: true,
  label: 'Epsilon',
  help: 'Added to the variance, against division by zero.',
} as const;

export const normalizedDimsAttr = {
  kind: 'int',
  default: 1,
  min: 1,
  max: 3,
  help: 'How many of the last dimensions are normalised together. 3: a whole image.',
} as const;

/** The type, of a sample with at least so many dimensions. */
export function lastDims(layer: string, x: TensorType, normalizedDims: number): TensorType {
  needNumbers(layer, x);
  const dims = x.shape.length - 1;
  if (dims >= normalizedDims) return x;
  throw new ShapeError(
    'shape.layer-norm-dims',
    `${layer} normalises the last ${normalizedDims} dimensions but gets ${formatSample(x.shape)}.`,
    {
      port: 'x',
      explanation: 'A sample must have at least as many dimensions as are normalised.',
      fixes:
        dims > 0
          ? [{ kind: 'setAttrs', attrs: { normalizedDims: dims } }]
          : [
              {
                kind: 'insert',
                port: 'x',
                type: 'Reshape',
                attrs: { shape: new Array<number>(normalizedDims).fill(1) },
              },
            ],
    },
  );
}

export const filled = (shape: ConcreteShape, value: number): ParamSpec => ({
  shape,
  init: { kind: 'constant', value },
});

export const scaleAndShiftParams = (
  shape: ConcreteShape,
  shifts = true,
): Readonly<Record<string, ParamSpec>> => ({
  weight: filled(shape, 1),
  ...(shifts && { bias: filled(shape, 0) }),
});

export interface Normalised {
  readonly y: Value;
  /** `[groups]`; the variance is the biased one. */
  readonly mean: Value;
  readonly variance: Value;
}

/** Mean 0 and variance 1 within each of `groups` equal stretches of x; y has the shape of x. */
export function normalised(g: Lowering, x: Value, groups: number, eps: number): Normalised {
  const { shape } = x.type;
  const count = shape.reduce((product, dim) => product * dim, 1);
  const stretches = reshape(g, x, [1, groups, count / groups]);
  const constant = (value: number) => g.emit('full', [], { shape: [groups], value });
  const mean = g.emit('groupMean', [stretches], {});
  const variance = g.emit('groupVariance', [stretches, mean], {});
  const inputs = [stretches, mean, variance, constant(1), constant(0)];
  const y = g.emit('normalize', inputs, { eps, training: true });
  return { y: reshape(g, y, shape), mean, variance };
}

/** `y * weight + bias`; `shape`: theirs, so that they broadcast over y. `shifts`: whether there is a bias. */
export function scaledAndShifted(
  g: Lowering,
  y: Value,
  shape: ConcreteShape,
  shifts = true,
): Value {
  const of = (key: string): Value => reshape(g, g.param(key), shape);
  const scaled = mul(g, y, of('weight'));
  return shifts ? add(g, scaled, of('bias')) : scaled;
}

/** LayerNorm over the last dimension. */
export function layerNormed(
  g: Lowering,
  x: Value,
  eps: number,
  weight: Value,
  bias: Value | undefined,
): Value {
  const { shape } = x.type;
  const rows = shape.slice(0, -1).reduce((product, dim) => product * dim, 1);
  const scaled = mul(g, normalised(g, x, rows, eps).y, weight);
  return bias ? add(g, scaled, bias) : scaled;
}

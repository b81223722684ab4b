/**
 * Sums of absolute and squared errors, and the mean and spread of the targets, all in one: what the metrics
 * of numbers are made of. Apart for each group of numbers that the data scales alike, so that errors can be
 * told in the data's own units.
 */
import { elementCount } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import { type Emitter, reshape, scale, sub, sumAll } from '#engine/ops/nn.ts';
import type { MetricHead, Statistic } from '../define.ts';

export interface Errors {
  /** By group. */
  readonly absolute: Float64Array;
  readonly squared: Float64Array;
  /** Of all targets so far: how many numbers, their mean, and the sum of squared distances from it. */
  count: number;
  mean: number;
  spread: number;
  readonly sampleSize: number;
}

const groupsOf = ({ targetNormalisation }: Pick<MetricHead, 'targetNormalisation'>): number =>
  targetNormalisation?.scale.length ?? 1;

export const errors: Statistic<Errors> = {
  id: 'errors',
  outputs(g, { prediction, target }, head) {
    const groups = groupsOf(head);
    const [batch = 1] = prediction.type.shape;
    const size = elementCount(prediction.type.shape) / (batch * groups);
    const grouped = (x: Value): Value => reshape(g, x, [batch, groups, size]);
    const wanted = target.type.dtype === 'f32' ? target : g.emit('toFloat', [target], {});
    // Nothing else reads the difference, so it is never stored.
    const distance = g.emit('abs', [sub(g, grouped(prediction), grouped(wanted))], {});
    const perGroup = (x: Value): Value =>
      groups === 1 ? sumAll(g, x) : g.emit('sum', [x], { axes: [0, 2], keepDims: false });
    const { mean, spread } = momentsOf(g, wanted);
    return {
      absoluteError: perGroup(distance),
      squaredError:
        groups === 1
          ? g.emit('sumSquares', [distance], {})
          : perGroup(g.emit('square', [distance], {})),
      targetMean: mean,
      targetSpread: spread,
    };
  },
  start(head) {
    const groups = groupsOf(head);
    return {
      absolute: new Float64Array(groups),
      squared: new Float64Array(groups),
      count: 0,
      mean: 0,
      spread: 0,
      sampleSize: head.sampleSize,
    };
  },
  add(state, { absoluteError, squaredError, targetMean, targetSpread }, samples) {
    for (let group = 0; group < state.absolute.length; group++) {
      state.absolute[group] = (state.absolute[group] ?? 0) + (absoluteError?.[group] ?? NaN);
      state.squared[group] = (state.squared[group] ?? 0) + (squaredError?.[group] ?? NaN);
    }
    merge(state, samples * state.sampleSize, targetMean?.[0] ?? NaN, targetSpread?.[0] ?? NaN);
  },
};

/** The mean and the sum of squared distances from it: a batch's own, or large means would drown the spread. */
function momentsOf(g: Emitter, x: Value): { readonly mean: Value; readonly spread: Value } {
  const count = elementCount(x.type.shape);
  const flat = reshape(g, x, [count]);
  const mean = scale(g, g.emit('sum', [flat], { axes: [0], keepDims: true }), 1 / count);
  return { mean, spread: g.emit('sumSquares', [sub(g, flat, mean)], {}) };
}

/**
 * Adds a batch's moments to those so far.
 * Reference: Chan, Golub and LeVeque, "Algorithms for computing the sample variance", 1983.
 */
function merge(state: Errors, count: number, mean: number, spread: number): void {
  const all = state.count + count;
  const apart = mean - state.mean;
  state.spread += spread + (apart * apart * state.count * count) / all;
  state.mean += (apart * count) / all;
  state.count = all;
}

export const sum = (values: Float64Array): number =>
  values.reduce((total, each) => total + each, 0);

/** What a group's errors are multiplied by to be in the data's own units; its square for squared ones. */
export function inOwnUnits(values: Float64Array, head: MetricHead, power: 1 | 2): number {
  const { scale: factors = [] } = head.targetNormalisation ?? {};
  return sum(values.map((value, group) => value / (factors[group] ?? 1) ** power));
}

/**
 * The sum of errors, each divided by its target, both in the data's own units: numbers that were shifted have
 * their zero elsewhere, and nothing is relative to that.
 */
import { elementCount } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import { add, div, type Emitter, mul, reshape, sub, sumAll } from '#engine/ops/nn.ts';
import type { Statistic } from '../define.ts';

export interface RelativeErrors {
  sum: number;
  count: number;
  readonly sampleSize: number;
}

const NOT_SCALED = { shift: [0], scale: [1] } as const;
/** What an error is divided by at least, as in scikit-learn: where a target is zero it counts for very much. */
const LEAST = 2 ** -52;

export const relativeErrors: Statistic<RelativeErrors> = {
  id: 'relativeErrors',
  outputs(g, { prediction, target }, { targetNormalisation }) {
    const { shift, scale } = targetNormalisation ?? NOT_SCALED;
    const groups = scale.length;
    const [batch = 1] = prediction.type.shape;
    const size = elementCount(prediction.type.shape) / (batch * groups);
    const grouped = (x: Value): Value => reshape(g, x, [batch, groups, size]);
    const wanted = grouped(target.type.dtype === 'f32' ? target : g.emit('toFloat', [target], {}));
    // Undoes `(x - shift) * scale`; of a difference the shift is gone.
    const factors = perGroup(
      g,
      scale.map((factor) => 1 / factor),
    );
    const error = mul(g, sub(g, grouped(prediction), wanted), factors);
    const own = add(g, mul(g, wanted, factors), perGroup(g, shift));
    const least = g.emit('full', [], { shape: [], value: LEAST });
    const divisor = g.emit('maximum', [g.emit('abs', [own], {}), least], {});
    return { relativeError: sumAll(g, div(g, g.emit('abs', [error], {}), divisor)) };
  },
  start: ({ sampleSize }) => ({ sum: 0, count: 0, sampleSize }),
  add(state, { relativeError }, samples) {
    state.sum += relativeError?.[0] ?? NaN;
    state.count += samples * state.sampleSize;
  },
};

const perGroup = (g: Emitter, values: readonly number[]): Value =>
  g.emit('constant', [], { shape: [1, values.length, 1], values });

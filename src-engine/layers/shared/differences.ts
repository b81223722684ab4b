/** Losses of the differences between numbers: all of them but what people read, and their attributes. */
import type { TensorType } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import type { Lowering } from '../define.ts';
import { difference, LOSS_PORTS, LOSS_TYPE, needNumbersAlike, targetLike } from './losses.ts';
import { type Reduced, reduced, torchReduced, torchReduction } from './reduction.ts';
import { pythonCall } from './shapes.ts';

interface Comparison<Attrs> {
  /** PyTorch's function. */
  readonly call: string;
  /** What each difference counts for. */
  readonly losses: (g: Lowering, difference: Value, attrs: Attrs) => Value;
  readonly keywords?: (attrs: Attrs) => readonly (string | undefined)[];
}

/** Whose attributes have a reduction. */
export function ofDifferences<Attrs = unknown>(
  type: string,
  { call, losses, keywords = () => [] }: Comparison<Attrs>,
) {
  return {
    ...LOSS_PORTS,
    infer([prediction, target]: Both<TensorType>) {
      needNumbersAlike(type, prediction, target);
      return [LOSS_TYPE] as const;
    },
    inferPartial: () => [LOSS_TYPE],
    lower: (g: Lowering, [prediction, target]: Both<Value>, attrs: Attrs & Reduced) =>
      [reduced(g, losses(g, difference(g, prediction, target), attrs), attrs.reduction)] as const,
    torch: (attrs: Attrs & Reduced) =>
      pythonCall(`nn.${type}`, ...keywords(attrs), torchReduction(attrs.reduction)),
    torchCode: {
      call: (
        [prediction = '', target = '']: readonly string[],
        attrs: Attrs & Reduced,
        x: Both<TensorType>,
      ) =>
        torchReduced(
          pythonCall(call, prediction, targetLike(prediction, target, x), ...keywords(attrs)),
          attrs.reduction,
          x[0],
        ),
    },
  };
}
type Both<T> = readonly [prediction: T, target: T];

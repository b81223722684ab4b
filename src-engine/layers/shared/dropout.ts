/** What drops numbers at random in training: the setting, and the mask that is multiplied by. */
import type { ConcreteShape } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import { mul } from '#engine/ops/nn.ts';
import type { Lowering } from '../define.ts';

/** PyTorch's `p`; `help` says of what it is a share. */
export const probabilityAttr = <const H extends string>(help: H, value = 0.5) =>
  ({ kind: 'number', default: value, min: 0, max: 0.99, label: 'Probability', help }) as const;

/** 0 with probability `p`, else what makes up for those: 1 / (1 - p). */
export const dropoutMask = (g: Lowering, p: number, shape: ConcreteShape): Value =>
  g.emit('dropoutMask', [g.rng], { shape, p, stream: g.randomStream() });

/** In training numbers are dropped together where `shape`, which broadcasts, is 1; in evaluation none are. */
export function dropped(
  g: Lowering,
  x: Value,
  p: number,
  shape: ConcreteShape = x.type.shape,
): Value {
  return g.mode === 'eval' || p === 0 ? x : mul(g, x, dropoutMask(g, p, shape));
}

/** What SELU has far below zero, `-λα`. */
const FAR_BELOW = -1.7580993408473766;

/** As `dropped`, with what SELU has far below zero in place of 0; mean and deviation stay. */
export function alphaDropped(
  g: Lowering,
  x: Value,
  p: number,
  shape: ConcreteShape = x.type.shape,
): Value {
  if (g.mode === 'eval' || p === 0) return x;
  const mask = dropoutMask(g, p, shape);
  // The mask is scaled up: (x - α') m (1 - p) + α' is x where it is kept and α' elsewhere.
  const moved = g.emit('affine', [x], { scale: 1, shift: -FAR_BELOW });
  const scale = ((1 - p) * (1 + p * FAR_BELOW ** 2)) ** -0.5;
  const kept = mul(g, moved, mask);
  const shift = scale * FAR_BELOW - scale * p * FAR_BELOW;
  return g.emit('affine', [kept], { scale: scale * (1 - p), shift });
}

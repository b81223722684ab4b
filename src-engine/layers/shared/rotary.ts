/**
 * Rotary positions: queries and keys are turned by where their steps stand, so that a score follows from how far two
 * steps are apart. Number i of a head goes with number i + half of it, as in Llama; not with its neighbour, as in
 * torchtune and in the paper: the same attention with the weights in another order.
 * Reference: Su et al., "RoFormer", 2021, https://arxiv.org/abs/2104.09864
 */
import { ShapeError } from '#engine/ir/problem.ts';
import type { Value } from '#engine/ops/builder.ts';
import { add, mul, reshape, sub } from '#engine/ops/nn.ts';
import type { Lowering } from '../define.ts';

export const rotaryAttrs = {
  rotary: {
    kind: 'bool',
    default: false,
    label: 'Rotary',
    help: 'Turns queries and keys by where their steps stand, so that how two fit follows from how far they are apart: by halves of each head, as Llama does. No other positional encoding is needed.',
  },
  rotaryBase: {
    kind: 'number',
    default: 10_000,
    min: 1,
    max: 1e9,
    logarithmic: true,
    advanced: true,
    label: 'Rotary base',
    help: 'The longest wave of rotary positions, in steps divided by 2π: longer than any sequence.',
  },
} as const;

export interface RotaryChoice {
  readonly rotary: boolean;
  readonly rotaryBase: number;
}
/** As `attend` takes it. */
export const rotaryOf = ({ rotary, rotaryBase }: RotaryChoice): number | undefined =>
  rotary ? rotaryBase : undefined;

/** A head is turned in pairs. */
export function needPairs(
  layer: string,
  width: number,
  {
    heads,
    attr,
    rotary,
  }: { readonly heads: number; readonly attr: string; readonly rotary: boolean },
): void {
  if (!rotary || (width / heads) % 2 === 0) return;
  const fewer = Array.from({ length: heads }, (_, k) => heads - k).find(
    (count) => width % (2 * count) === 0,
  );
  throw new ShapeError(
    'shape.rotary',
    `${layer} turns pairs of numbers, but each of its ${heads} heads has ${width / heads}.`,
    {
      port: 'x',
      explanation: 'With rotary positions the width of a head is even.',
      fixes: [
        { kind: 'setAttrs', attrs: fewer === undefined ? { rotary: false } : { [attr]: fewer } },
      ],
    },
  );
}

interface Turning {
  readonly base: number;
  readonly heads: number;
  /** Of a sequence `[N, T, parts E]` the first so many parts are turned. */
  readonly parts: number;
  readonly turning: number;
}

/** Every pair of a head's numbers by an angle that grows with the step: fast for the first pair, slowly for the last. */
export function rotated(g: Lowering, x: Value, { base, heads, parts, turning }: Turning): Value {
  const { shape } = x.type;
  const [batch = 1, steps = 1, width = 1] = shape;
  const half = width / parts / heads / 2;
  const apart = reshape(g, x, [batch, steps, parts * heads, 2, half]);
  const part = (of: Value, axis: number, start: number, length: number): Value =>
    g.emit('slice', [of], { axis, start, length });
  const turned = turning === parts ? apart : part(apart, 2, 0, turning * heads);
  const [a, b] = [part(turned, 3, 0, 1), part(turned, 3, 1, 1)];
  const table = (of: (angle: number) => number): Value =>
    g.emit('constant', [], {
      shape: [1, steps, 1, 1, half],
      values: Array.from({ length: steps * half }, (_, at) =>
        of(Math.floor(at / half) * base ** (-(at % half) / half)),
      ),
    });
  const [cos, sin] = [table(Math.cos), table(Math.sin)];
  const pairs = [sub(g, mul(g, a, cos), mul(g, b, sin)), add(g, mul(g, b, cos), mul(g, a, sin))];
  const done = g.emit('concat', pairs, { axis: 3 });
  const rest = (parts - turning) * heads;
  const all =
    rest === 0
      ? done
      : g.emit('concat', [done, part(apart, 2, turning * heads, rest)], { axis: 2 });
  return reshape(g, all, shape);
}

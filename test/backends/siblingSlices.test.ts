/**
 * Rules of differentiation through slices: the pieces of one tensor give their gradients back as one
 * concatenation, so that the work of a network unrolled over T steps grows as T, not as its square.
 */
import { describe, expect, test } from 'vitest';
import { differentiate } from '#engine/compile/differentiate.ts';
import { prune } from '#engine/compile/prune.ts';
import type { Graph } from '#engine/ir/index.ts';
import { elementCount, tensorType } from '#engine/ir/index.ts';
import { add, GraphBuilder, mul, sumAll, type Value } from '#engine/ops/index.ts';
import '../support/allclose.ts';
import { evaluateGraph } from '../support/evaluate.ts';
import { uniformTensor } from '../support/random.ts';

interface Piece {
  readonly start: number;
  readonly length: number;
}

/** The loss sums `(factor * piece)^2` over the pieces; `whole` adds a reader of all of x. */
function sliced(count: number, pieces: readonly Piece[], whole = false) {
  const builder = new GraphBuilder();
  const x = builder.leaf(
    { kind: 'parameter', name: 'x', init: { kind: 'constant', value: 0 } },
    tensorType([3, count]),
  );
  const terms = pieces.map(({ start, length }, i) => {
    const piece = builder.emit('slice', [x], { axis: 1, start, length });
    const scaled = builder.emit('affine', [piece], { scale: i + 1, shift: 0 });
    return sumAll(builder, builder.emit('square', [scaled], {}));
  });
  if (whole) terms.push(sumAll(builder, mul(builder, x, x)));
  const [first, ...others] = terms;
  const loss = others.reduce((sum, term) => add(builder, sum, term), first as Value);
  const gradient = differentiate(builder, loss, [x]).get(x.id);
  if (!gradient) throw new Error('x has no gradient');
  builder.output('gradient', gradient);
  return { graph: prune(builder.finish()), x, gradient };
}

function gradientOf({ graph }: { readonly graph: Graph }, count: number) {
  const input = uniformTensor([3, count]);
  const values = evaluateGraph(graph, new Map([[0, input]]));
  const result = values[graph.outputs['gradient'] ?? -1];
  if (!result) throw new Error('nothing was computed');
  return { input, result };
}

/** What the gradient is by hand. */
function expected(
  input: { values: ArrayLike<number> },
  count: number,
  pieces: readonly Piece[],
  whole: boolean,
) {
  return Array.from({ length: 3 * count }, (_, at) => {
    const column = at % count;
    const factors = pieces.map(({ start, length }, i) =>
      column >= start && column < start + length ? (i + 1) ** 2 : 0,
    );
    return 2 * (input.values[at] ?? 0) * factors.reduce((sum, f) => sum + f, whole ? 1 : 0);
  });
}

const evenly = (count: number): Piece[] =>
  Array.from({ length: count }, (_, start) => ({ start, length: 1 }));

describe('gradients of sibling slices', () => {
  test.each([
    ['all of a tensor', 6, evenly(6), false],
    [
      'with gaps, out of order',
      9,
      [
        { start: 6, length: 2 },
        { start: 1, length: 3 },
      ],
      false,
    ],
    [
      'that overlap',
      8,
      [
        { start: 0, length: 5 },
        { start: 3, length: 5 },
      ],
      false,
    ],
    [
      'beside another reader',
      5,
      [
        { start: 0, length: 2 },
        { start: 3, length: 2 },
      ],
      true,
    ],
    ['a single one', 5, [{ start: 2, length: 2 }], false],
    ['more than one concatenation takes', 150, evenly(150), true],
  ] as const)('%s', (_name, count, pieces, whole) => {
    const built = sliced(count, pieces, whole);
    const { input, result } = gradientOf(built, count);
    expect(result.data).toBeAllclose(expected(input, count, pieces, whole), {
      rtol: 1e-12,
      atol: 0,
    });
  });

  test('the elements computed grow with the number of pieces, not with its square', () => {
    const work = (count: number): number =>
      sliced(count, evenly(count)).graph.values.reduce(
        (sum, value) => sum + (value.kind === 'op' ? elementCount(value.type.shape) : 0),
        0,
      );
    expect(work(200) / work(50)).toBeLessThan(6);
  });
});

/**
 * Reverse-mode differentiation, graph to graph: appends to a graph the ops that compute the gradients of
 * one scalar. The rules are those of ops/gradients.ts; this walks the graph and sums contributions.
 * Reference: Griewank and Walther, "Evaluating Derivatives", 2nd ed., chapter 3.
 */
import type { ValueId } from '../ir/graph.ts';
import { elementCount } from '../ir/tensor.ts';
import type { GraphBuilder, Value } from '../ops/builder.ts';
import { gradientOf } from '../ops/gradients.ts';
import { add, reshape } from '../ops/nn.ts';

/**
 * Gradients of `loss` by value id, for every value between a leaf of `wrt` and the loss; times `factor`, a
 * scalar, where one is given.
 */
export function differentiate(
  builder: GraphBuilder,
  loss: Value,
  wrt: readonly Value[],
  factor?: Value,
): ReadonlyMap<ValueId, Value> {
  if (elementCount(loss.type.shape) !== 1) {
    throw new Error('only a scalar can be differentiated');
  }
  const needed = dependents(builder, wrt, loss.id);
  const gradients = new Map<ValueId, Value>();
  const seed = builder.within({ role: 'backward' }, () =>
    factor
      ? reshape(builder, factor, loss.type.shape)
      : builder.emit('full', [], { shape: loss.type.shape, value: 1 }),
  );
  gradients.set(loss.id, seed);

  for (let id = loss.id; id >= 0; id--) {
    const dy = gradients.get(id);
    const value = builder.value(id);
    if (!dy || value.kind === 'leaf' || !needed.has(id)) continue;
    const inputs = value.inputs.map((input) => ({ id: input, type: builder.value(input).type }));
    const output = { id, type: value.type };
    const { node } = value.origin;
    builder.within({ role: 'backward', ...(node === undefined ? {} : { node }) }, () => {
      const contributions = gradientOf(
        builder,
        value.op,
        { inputs, output, params: value.params },
        dy,
      );
      if (contributions === 'none') return;
      value.inputs.forEach((input, index) => {
        const contribution = contributions[index];
        if (!contribution || !needed.has(input)) return;
        const sum = gradients.get(input);
        gradients.set(input, sum ? add(builder, sum, contribution) : contribution);
      });
    });
  }
  return gradients;
}

/** Values up to `last` that depend on any of `leaves`. */
function dependents(
  builder: GraphBuilder,
  leaves: readonly Value[],
  last: ValueId,
): ReadonlySet<ValueId> {
  const set = new Set(leaves.map((leaf) => leaf.id));
  for (let id = 0; id <= last; id++) {
    const value = builder.value(id);
    if (value.kind === 'op' && value.inputs.some((input) => set.has(input))) set.add(id);
  }
  return set;
}

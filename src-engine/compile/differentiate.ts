/**
 * Reverse-mode differentiation, graph to graph: appends to a graph the ops that compute the gradients of
 * one scalar. The rules are those of ops/gradients.ts; this walks the graph and sums contributions.
 * Reference: Griewank and Walther, "Evaluating Derivatives", 2nd ed., chapter 3.
 */
import type { ValueId } from '../ir/graph.ts';
import { elementCount } from '../ir/tensor.ts';
import type { GraphBuilder, Value } from '../ops/builder.ts';
import { gradientOf } from '../ops/gradients.ts';
import { reshape } from '../ops/nn.ts';
import { summed } from './sumGradients.ts';

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
  /** What has flowed back so far; summed when a value's turn comes, after all that read it. */
  const contributions = new Map<ValueId, Value[]>();
  const gradients = new Map<ValueId, Value>();
  const seed = builder.within({ role: 'backward' }, () =>
    factor
      ? reshape(builder, factor, loss.type.shape)
      : builder.emit('full', [], { shape: loss.type.shape, value: 1 }),
  );
  contributions.set(loss.id, [seed]);

  for (let id = loss.id; id >= 0; id--) {
    const parts = contributions.get(id);
    if (!parts || !needed.has(id)) continue;
    const value = builder.value(id);
    const { node } = value.kind === 'op' ? value.origin : {};
    builder.within({ role: 'backward', ...(node === undefined ? {} : { node }) }, () => {
      const dy = summed(builder, parts);
      gradients.set(id, dy);
      if (value.kind === 'leaf') return;
      const inputs = value.inputs.map((input) => ({ id: input, type: builder.value(input).type }));
      const output = { id, type: value.type };
      const call = { inputs, output, params: value.params };
      const results = gradientOf(builder, value.op, call, dy);
      if (results === 'none') return;
      value.inputs.forEach((input, index) => {
        const result = results[index];
        if (!result || !needed.has(input)) return;
        const known = contributions.get(input);
        if (known) known.push(result);
        else contributions.set(input, [result]);
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

/**
 * Reverse-mode differentiation, graph to graph: appends to a graph the ops that compute the gradients of
 * one scalar. The rules are those of ops/gradients.ts; this walks the graph and sums contributions.
 * Reference: Griewank and Walther, "Evaluating Derivatives", 2nd ed., chapter 3.
 */
import type { OpValue, ValueId } from '../ir/graph.ts';
import { type InputError, inputError } from '../ir/problem.ts';
import { elementCount } from '../ir/tensor.ts';
import type { GraphBuilder, Value } from '../ops/builder.ts';
import { gradientOf } from '../ops/gradients.ts';
import { reshape } from '../ops/nn.ts';
import type { Rows } from '../ops/recurrent.ts';
import { flowingTo, summed } from './sumGradients.ts';

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
      const flowing = (rows: Rows): Value | null => flowingTo(builder, parts, dy, rows);
      const call = { inputs, output, params: value.params, flowing };
      const results = gradientOf(builder, value.op, call, dy);
      value.inputs.forEach((input, index) => {
        const result = results[index];
        if (result === undefined) throw new Error(`${value.op} says nothing of its input ${index}`);
        if (!needed.has(input) || result === 'zero') return;
        if (result === 'unsupported') throw noGradient(value, index);
        const known = contributions.get(input);
        if (known) known.push(result);
        else contributions.set(input, [result]);
      });
    });
  }
  return gradients;
}

/** Training would go on without what lies behind this op, and nobody would notice. */
function noGradient({ op, origin: { node } }: OpValue, index: number): InputError {
  const at = node === undefined ? '' : ` of "${node}"`;
  return inputError(
    'compile.no-gradient',
    `Nothing can be trained through input ${index} of ${op}${at}: it has no gradient rule.`,
    {
      ...(node === undefined ? {} : { node }),
      explanation: 'What lies before it would never be trained. Freeze it, or wire it elsewhere.',
    },
  );
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

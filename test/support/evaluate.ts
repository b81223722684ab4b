/** Runs a graph value by value on the reference kernels: no plan, no fusing, no backend. */
import { Tensor, evaluateOp } from '#engine/backends/reference/index.ts';
import type { Graph, ValueId } from '#engine/ir/index.ts';
import type { Op } from '#engine/ops/index.ts';
import type { TestTensor } from './random.ts';

/**
 * The result of every value; leaves come from `leaves` and are not changed by `assign`. What does not depend on
 * the leaf that differs is taken from `before`.
 */
export function evaluateGraph(
  graph: Graph,
  leaves: ReadonlyMap<ValueId, Pick<TestTensor, 'values'>>,
  before?: { readonly results: readonly Tensor[]; readonly changed: ReadonlySet<ValueId> },
): readonly Tensor[] {
  const results: Tensor[] = [];
  graph.values.forEach((value, id) => {
    const known = before?.changed.has(id) === false ? before.results[id] : undefined;
    if (known) results.push(known);
    else if (value.kind === 'leaf') {
      const content = leaves.get(id);
      if (!content) throw new Error(`no content for leaf ${id} (${value.leaf.kind})`);
      results.push(Tensor.from(value.type, content.values));
    } else {
      const inputs = value.inputs.map((input) => {
        const tensor = results[input];
        if (!tensor) throw new Error(`value ${id} reads ${input}, which comes later`);
        return tensor;
      });
      results.push(evaluateOp<Op>(value.op, inputs, value.params));
    }
  });
  return results;
}

/** A leaf and all that is computed from it. */
export function dependentsOf(graph: Graph, leaf: ValueId): ReadonlySet<ValueId> {
  const found = new Set([leaf]);
  graph.values.forEach((value, id) => {
    if (value.kind !== 'leaf' && value.inputs.some((input) => found.has(input))) found.add(id);
  });
  return found;
}

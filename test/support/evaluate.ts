/** Runs a graph value by value on the reference kernels: no plan, no fusing, no backend. */
import { Tensor, evaluateOp, runKernel } from '#engine/backends/reference/index.ts';
import type { Graph, ValueId } from '#engine/ir/index.ts';
import type { Op } from '#engine/ops/index.ts';
import type { TestTensor } from './random.ts';

/** The result of every value; leaves come from `leaves` and are not changed by `assign`. */
export function evaluateGraph(
  graph: Graph,
  leaves: ReadonlyMap<ValueId, Pick<TestTensor, 'values'>>,
): readonly Tensor[] {
  const results: Tensor[] = [];
  graph.values.forEach((value, id) => {
    if (value.kind === 'leaf') {
      const content = leaves.get(id);
      if (!content) throw new Error(`no content for leaf ${id} (${value.leaf.kind})`);
      results.push(Tensor.from(value.type, content.values));
    } else {
      const inputs = value.inputs.map((input) => resultOf(results, input));
      results.push(evaluateOp<Op>(value.op, inputs, value.params));
    }
  });
  return results;
}

function resultOf(results: readonly (Tensor | undefined)[], id: ValueId): Tensor {
  const tensor = results[id];
  if (!tensor) throw new Error(`there is no result of value ${id} yet`);
  return tensor;
}

/**
 * The graph once more and once more, with other numbers in one leaf: what does not depend on it is taken from
 * `results`, and the rest is written into the same memory every time, which is most of what it takes.
 */
export function evaluatedAgain(
  graph: Graph,
  leaf: ValueId,
  results: readonly Tensor[],
): (values: readonly number[]) => (id: ValueId) => Tensor {
  const changed = new Map<ValueId, Tensor>();
  const find = (id: ValueId): Tensor => changed.get(id) ?? resultOf(results, id);
  const moved = Tensor.zeros(resultOf(results, leaf).type);
  changed.set(leaf, moved);
  const steps: (() => void)[] = [];
  graph.values.forEach((value, id) => {
    if (value.kind === 'leaf' || !value.inputs.some((input) => changed.has(input))) return;
    const inputs = value.inputs.map(find);
    const output = Tensor.zeros(value.type);
    changed.set(id, output);
    steps.push(() => runKernel<Op>(value.op, inputs, output, value.params));
  });
  return (values) => {
    moved.data.set(values);
    for (const step of steps) step();
    return find;
  };
}

/**
 * Ops: those that PyTorch has a function of, with their gradients, beside it; and the cases of all of them in float32
 * beside the float64 reference.
 */
import type { Backend } from '#engine/backends/backend.ts';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { differentiate } from '#engine/compile/differentiate.ts';
import { OP_ARITY } from '#engine/ops/ops.ts';
import { opCases } from '../../ops/cases.ts';
import { graphOf, need } from '../../parity/torchOps.ts';
import { torchValues } from '../../parity/torchValues.ts';
import { evaluateGraph } from '../../support/evaluate.ts';
import { runGraph } from '../../support/runGraph.ts';
import { runOp } from '../../support/runOp.ts';
import { line, Worst } from './worst.ts';

export async function compareOps(float32: Backend): Promise<void> {
  const [exact, rounded] = [new Worst(), new Worst()];
  const used = new Set<string>();
  for (const each of torchValues.ops) {
    const { g, x, y, loss, contents } = graphOf(each);
    const trainable = x.filter(({ type }) => type.dtype === 'f32');
    const gradients = differentiate(g, loss, trainable);
    const wanted = [
      [y.id, each.output.values] as const,
      ...each.gradients.flatMap((values, k) =>
        values ? [[need(gradients.get(need(x[k]).id)).id, values] as const] : [],
      ),
    ];
    const graph = g.finish();
    for (const value of graph.values) if (value.kind === 'op') used.add(value.op);
    const reference = evaluateGraph(graph, contents);
    const fast = await runGraph(
      float32,
      graph,
      contents,
      wanted.map(([id]) => id),
    );
    wanted.forEach(([id, values], k) => {
      exact.add(each.op, reference[id]?.data ?? [], values);
      rounded.add(each.op, fast[k] ?? [], values);
    });
  }
  const all = Object.keys(OP_ARITY);
  line('ops', all.length, all.filter((op) => used.has(op)).length, exact, rounded);
  const cases = new Worst();
  const reference = createReferenceBackend();
  for (const each of opCases) {
    const wanted = await runOp(reference, each);
    cases.add(`${each.op}: ${each.note}`, await runOp(float32, each), Array.from(wanted));
  }
  const seen = new Set(opCases.map(({ op }) => op)).size;
  console.log(
    `             ${seen} ops in ${opCases.length} cases: float32 beside float64 ${String(cases)}`,
  );
}

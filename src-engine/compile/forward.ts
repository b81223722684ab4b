/**
 * A network in use, as a graph: evaluation mode, samples given from outside, noise left out, no losses. What
 * exports are made from; not planned, so it runs nowhere by itself.
 */
import type { Head } from '../check/heads.ts';
import type { Graph } from '../ir/graph.ts';
import type { PortRef } from '../ir/document.ts';
import { indexWires, reachable } from '../ir/topology.ts';
import type { ProgramContext } from './context.ts';
import { outputActivationOf } from './heads.ts';
import { Layout } from './layout.ts';
import { lower, portKey } from './lower.ts';
import { prune } from './prune.ts';

export interface ForwardOutput {
  readonly name: string;
  readonly from: PortRef;
  /** What the prediction means by the loss of this head: probabilities of raw scores. */
  readonly activatedBy?: Head;
}

export function forwardGraph(
  { document, analysis, binding }: Pick<ProgramContext, 'document' | 'analysis' | 'binding'>,
  { batch, outputs }: { readonly batch: number; readonly outputs: readonly ForwardOutput[] },
): { readonly graph: Graph; readonly nodes: ReadonlySet<string> } {
  const starts = outputs.map(({ from }) => from.node);
  const nodes = reachable(starts, indexWires(document), 'upstream');
  const lowered = lower({
    ...{ document, analysis, binding, batch, nodes },
    ...{ mode: 'eval', samples: 'fed', withoutNoise: true },
    // Nothing is placed: weights are found by name.
    layout: new Layout([]),
  });
  const { builder } = lowered;
  for (const { name, from, activatedBy } of outputs) {
    const value = lowered.outputs.get(portKey(from));
    if (!value) throw new Error(`${portKey(from)} was not lowered`);
    const activated = activatedBy && outputActivationOf(analysis, lowered, activatedBy, value);
    builder.output(name, activated ?? value);
  }
  // Which value is which node's, for names; of the others (labels, say) nothing is computed.
  const used = document.wires.flatMap(({ from, to }) => (nodes.has(to.node) ? [from] : []));
  for (const from of used) {
    const value = lowered.outputs.get(portKey(from));
    if (value) builder.output(`${PORT}${portKey(from)}`, value);
  }
  return { graph: prune(builder.finish()), nodes };
}

/** Before the names of outputs that only say which value a port has. */
export const PORT = 'port:';

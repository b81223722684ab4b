/** Parts of the graph that no loss depends on: they are drawn, but they neither learn nor matter. */
import type { DocumentEdit } from '../ir/edits.ts';
import type { Fix, Problem } from '../ir/problem.ts';
import { reachable } from '../ir/topology.ts';
import { type CheckContext, wireInto } from './context.ts';
import { isUnknownLoss } from './unknownLayer.ts';

export function checkPaths(context: CheckContext): readonly Problem[] {
  // Without a loss everything is dead, which is said once (loss.missing).
  if (context.lossNodes.length === 0) return [];
  const unknown = [...context.nodes.values()].filter(isUnknownLoss).map(({ id }) => id);
  const unread = reachable(unknown, context.index, 'upstream');
  return context.order.flatMap((id): Problem[] => {
    const node = context.nodes.get(id);
    if (!node?.definition || context.live.has(id) || unread.has(id)) return [];
    if (node.definition.role === 'loss') return [];
    if (node.definition.role === 'data') return unusedData(context, id);
    // One that nothing is wired to either has said so (wire.open-input).
    if (!node.ports.in.some((port) => wireInto(context, { node: id, port }))) return [];
    if ((context.index.from.get(id) ?? []).length === 0) {
      return [
        {
          code: 'graph.dead-branch',
          severity: 'warning',
          node: id,
          message: `Nothing uses the output of ${id}.`,
          explanation: 'What leads only to it is left out of training.',
          fixes: [removal(context, id)],
        },
      ];
    }
    if (node.parameterCount === 0) return [];
    return [
      {
        code: 'graph.no-path-to-loss',
        severity: 'info',
        node: id,
        message: `${id} has no path to a loss, so its weights do not learn.`,
        fixes: [removal(context, id)],
      },
    ];
  });
}

function unusedData({ index, dataNodes }: CheckContext, id: string): Problem[] {
  // The only data node is what the open inputs are waiting for.
  if ((index.from.get(id) ?? []).length > 0 || dataNodes.length < 2) return [];
  return [
    {
      code: 'data.unused',
      severity: 'warning',
      node: id,
      message: `Nothing is wired to ${id}.`,
      explanation: 'Training reads only data that a loss depends on.',
      fixes: [{ label: `Remove ${id}`, edits: [{ kind: 'removeNode', id }] }],
    },
  ];
}

/** Removes a dead node with all behind it and all that leads nowhere else. Data stays. */
function removal(context: CheckContext, id: string): Fix {
  const { index, nodes, order } = context;
  const removed = reachable([id], index, 'downstream');
  for (const each of order.toReversed()) {
    const out = index.from.get(each) ?? [];
    if (out.length === 0 || nodes.get(each)?.definition?.role === 'data') continue;
    if (out.every((wire) => removed.has(wire.to.node))) removed.add(each);
  }
  const edits = [...removed].map((each): DocumentEdit => ({ kind: 'removeNode', id: each }));
  return { label: removed.size === 1 ? `Remove ${id}` : `Remove ${removed.size} nodes`, edits };
}

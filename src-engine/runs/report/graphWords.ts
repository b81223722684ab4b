/** How a graph differs from another one, a line for each node and wire, in words. Pure. */
import type { PortRef } from '#engine/ir/document.ts';
import { graphDifference, ownWires, type NodeDifference } from '../graphDifference.ts';
import type { Graph } from '../matchedGraph.ts';

/** Nothing where both train the same network; what is only called otherwise is said. */
export function graphDifferenceWords(before: Graph, after: Graph): readonly string[] {
  const difference = graphDifference(before, after);
  const end = ({ node, port }: PortRef): string => `${node}.${port}`;
  return [
    ...difference.nodes.flatMap(nodeWords),
    ...ownWires(difference).map(
      ({ kind, from, to }) =>
        `${kind === 'added' ? '+' : '\u2212'} wire ${end(from)} to ${end(to)}`,
    ),
  ];
}

function nodeWords({ kind, before, after, changes }: NodeDifference): readonly string[] {
  const name = after?.id ?? before?.id ?? '';
  const was = before && after && before.id !== after.id ? `, was ${before.id}` : '';
  switch (kind) {
    case 'added':
      return [`+ ${name} (${after?.type})`];
    case 'removed':
      return [`\u2212 ${name} (${before?.type})`];
    case 'changed':
      return changes.map(
        (each) => `\u2260 ${name}${was}: ${each.label} ${each.was} \u2192 ${each.now}`,
      );
    case 'renamed':
      return [`\u2194 ${name}${was}`];
    case 'same':
      return [];
  }
}

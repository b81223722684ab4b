/** What a card says to someone who does not see it: what it is, what flows, what is wrong. */
import type { Analysis } from '#engine/check/analysis.ts';
import type { DocumentNode } from '#engine/ir/document.ts';
import { own } from '#engine/ir/record.ts';
import { problemsOf, titleOf } from '../state/selectors.ts';
import { formatCount } from '../ui/format.ts';
import { wireLabel } from '#engine/drawing/wires.ts';

/** `Linear fc1, N×784 to N×128, 1 problem: ...`. */
export function announceNode(node: DocumentNode, analysis: Analysis): string {
  const facts = analysis.nodes.get(node.id);
  const shapes = (direction: 'in' | 'out'): string => {
    const types = direction === 'in' ? facts?.inputs : facts?.outputs;
    const ports = facts?.ports[direction] ?? [];
    return ports
      .map((port) => {
        const type = own(types, port);
        const shape = type ? wireLabel(type) : 'not wired';
        return ports.length > 1 ? `${port} ${shape}` : shape;
      })
      .join(' and ');
  };
  const problems = problemsOf(analysis, node.id);
  return [
    `${node.type} ${titleOf(node)}`,
    [shapes('in'), shapes('out')].filter(Boolean).join(' to '),
    ...(node.bypassed === true ? ['bypassed'] : []),
    ...(problems.length > 0
      ? [`${formatCount(problems.length, 'problem')}: ${problems[0]?.message ?? ''}`]
      : []),
  ]
    .filter(Boolean)
    .join(', ');
}

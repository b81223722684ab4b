/**
 * Which wires are possible, and what they would mean. Refused are cycles; shapes that do not fit are
 * not: people build in steps, and a wrong wire says how to repair it.
 */
import { analyse } from '#engine/check/analyse.ts';
import type { Analysis } from '#engine/check/analysis.ts';
import { applyEdits } from '#engine/ir/applyEdits.ts';
import {
  wireKey,
  type DocumentNode,
  type NetworkDocument,
  type PortRef,
  type Wire,
} from '#engine/ir/document.ts';
import type { DocumentEdit } from '#engine/ir/edits.ts';
import { own } from '#engine/ir/record.ts';
import { readAttrs } from '#engine/ir/readAttrs.ts';
import { indexWires, reachable } from '#engine/ir/topology.ts';
import type { TensorType } from '#engine/ir/tensor.ts';
import { layers } from '#engine/layers/index.ts';

export type Direction = 'in' | 'out';

/** `in:conv1.x`: names a port for sets. */
export function portKey(direction: Direction, { node, port }: PortRef): string {
  return `${direction}:${node}.${port}`;
}

/** Nodes that a wire from (or into) this node may not reach, itself included. */
function forbidden(document: NetworkDocument, node: string, direction: Direction): Set<string> {
  return reachable([node], indexWires(document), direction === 'out' ? 'upstream' : 'downstream');
}

/** Keys of the ports that a wire dragged from `port` may end at. */
export function legalPorts(
  document: NetworkDocument,
  analysis: Analysis,
  port: PortRef,
  direction: Direction,
): ReadonlySet<string> {
  const refused = forbidden(document, port.node, direction);
  const other = direction === 'out' ? 'in' : 'out';
  const legal = new Set<string>();
  for (const node of analysis.nodes.values()) {
    // A loss ends the graph: nothing takes what comes out of it.
    const isEnd = other === 'out' && node.definition?.role === 'loss';
    if (refused.has(node.id) || isEnd) continue;
    for (const name of node.ports[other]) {
      legal.add(portKey(other, { node: node.id, port: name }));
    }
  }
  return legal;
}

/** Why this wire is refused, or null. */
export function refusal(document: NetworkDocument, { from, to }: Wire): string | null {
  if (from.node === to.node) return 'A node cannot feed itself.';
  return forbidden(document, from.node, 'out').has(to.node)
    ? `This wire would close a cycle: ${to.node} already feeds ${from.node}.`
    : null;
}

export interface Trial {
  readonly analysis: Analysis;
  /** Errors at the target that were not there before. */
  readonly errors: readonly string[];
  /** First output of the target with the wire in place. */
  readonly output: TensorType | undefined;
}

/** What would be with these edits; nothing is kept. */
export function tryEdits(
  document: NetworkDocument,
  edits: readonly DocumentEdit[],
  target: string,
): Trial {
  const analysis = analyse(applyEdits(document, edits));
  const node = analysis.nodes.get(target);
  return {
    analysis,
    errors: analysis.problems
      .filter(
        (problem) =>
          problem.severity === 'error' &&
          problem.node === target &&
          problem.code !== 'wire.open-input',
      )
      .map((problem) => problem.message),
    output: own(node?.outputs, node?.ports.out[0] ?? ''),
  };
}

export function tryWire(document: NetworkDocument, wire: Wire): Trial {
  return tryEdits(document, [{ kind: 'addWire', wire }], wire.to.node);
}

function portsOf(node: DocumentNode): {
  readonly in: readonly string[];
  readonly out: readonly string[];
} {
  const definition = layers.get(node.type);
  if (!definition) return { in: [], out: [] };
  return definition.ports(readAttrs(definition.attrs, node.attrs).attrs);
}

/** With this node in the document, whether or not it is there. */
function withNode(document: NetworkDocument, node: DocumentNode): NetworkDocument {
  return document.nodes.some((each) => each.id === node.id)
    ? document
    : applyEdits(document, [{ kind: 'addNode', node }]);
}

/** The input that this output fits best: open before wired, without errors before with. */
export function bestInput(
  document: NetworkDocument,
  node: DocumentNode,
  from: PortRef,
): string | null {
  const within = withNode(document, node);
  const wired = new Set(within.wires.map(wireKey));
  const ports = portsOf(node).in;
  const [only] = ports;
  if (ports.length <= 1) return only ?? null;
  const scored = ports.map((port, index) => {
    const to = { node: node.id, port };
    const { errors } = tryWire(within, { from, to });
    return { port, score: (wired.has(wireKey({ to })) ? 100 : 0) + errors.length * 10 + index };
  });
  return scored.sort((a, b) => a.score - b.score)[0]?.port ?? null;
}

export function bestOutput(
  document: NetworkDocument,
  node: DocumentNode,
  to: PortRef,
): string | null {
  const within = withNode(document, node);
  const ports = layers.get(node.type)?.role === 'loss' ? [] : portsOf(node).out;
  const [only] = ports;
  if (ports.length <= 1) return only ?? null;
  const scored = ports.map((port, index) => {
    const { errors } = tryWire(within, { from: { node: node.id, port }, to });
    return { port, score: errors.length * 10 + index };
  });
  return scored.sort((a, b) => a.score - b.score)[0]?.port ?? null;
}

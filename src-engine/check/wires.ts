/** Problems of the wiring itself: cycles, wires at ports that are not there, inputs with nothing wired. */
import type { NetworkDocument, PortRef, Wire } from '../ir/document.ts';
import type { Fix, Problem } from '../ir/problem.ts';
import { components, isSelfWired, type WireIndex } from '../ir/topology.ts';
import type { NodeAnalysis } from './analysis.ts';
import { type CheckContext, wireInto } from './context.ts';
import { connectionsFor } from './connections.ts';
import { connectField } from './lostFields.ts';

export function checkWires(context: CheckContext): readonly Problem[] {
  return [...cycles(context), ...unknownPorts(context), ...openInputs(context)];
}

function cycles({ document, index }: CheckContext): readonly Problem[] {
  return components(document, index).flatMap((group): Problem[] => {
    const members = new Set(group);
    const first = document.nodes.find(({ id }) => members.has(id))?.id;
    if (first === undefined || (group.length === 1 && !isSelfWired(first, index))) return [];
    const closing = closingWires(document, index, members);
    const names = closing.map(({ from, to }) => `${from.node} to ${to.node}`);
    return [
      {
        code: 'graph.cycle',
        severity: 'error',
        node: first,
        message:
          group.length === 1
            ? `${first} is wired to itself.`
            : `${group.length} nodes form a cycle: ${inCycleOrder(index, first, members).join(' → ')}.`,
        explanation: 'Each value must be known before it is used; only a recurrent layer may loop.',
        fixes: [
          {
            label:
              names.length === 1
                ? `Remove the wire from ${names.join()}`
                : `Remove ${names.length} wires: ${names.join(', ')}`,
            edits: closing.map(({ to }) => ({ kind: 'removeWire', to })),
          },
        ],
      },
    ];
  });
}

/** Wires that lead back to a node still being followed; without them the members have an order. */
function closingWires(
  document: NetworkDocument,
  index: WireIndex,
  members: ReadonlySet<string>,
): readonly Wire[] {
  const state = new Map<string, 'open' | 'done'>();
  const closing: Wire[] = [];
  for (const { id: root } of document.nodes) {
    if (!members.has(root) || state.has(root)) continue;
    state.set(root, 'open');
    const path = [{ id: root, next: 0 }];
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const wire = (index.from.get(top.id) ?? [])[top.next++];
      if (!wire) {
        state.set(top.id, 'done');
        path.pop();
        continue;
      }
      const to = wire.to.node;
      if (!members.has(to)) continue;
      if (state.get(to) === 'open') closing.push(wire);
      else if (!state.has(to)) {
        state.set(to, 'open');
        path.push({ id: to, next: 0 });
      }
    }
  }
  return closing;
}

/** The shortest way round from a node to itself, for the message. */
function inCycleOrder(index: WireIndex, start: string, members: ReadonlySet<string>): string[] {
  const cameFrom = new Map<string, string>();
  const waiting = [start];
  for (const id of waiting) {
    for (const { to } of index.from.get(id) ?? []) {
      if (to.node === start) {
        const way = [start];
        for (
          let at: string | undefined = id;
          at !== undefined && at !== start;
          at = cameFrom.get(at)
        ) {
          way.splice(1, 0, at);
        }
        return [...way, start];
      }
      if (!members.has(to.node) || cameFrom.has(to.node)) continue;
      cameFrom.set(to.node, id);
      waiting.push(to.node);
    }
  }
  return [...members];
}

function unknownPorts({ document, nodes }: CheckContext): readonly Problem[] {
  return document.wires.flatMap((wire): Problem[] => {
    const [from, to] = [nodes.get(wire.from.node), nodes.get(wire.to.node)];
    if (!from || !to) return [];
    const lost =
      // A data source whose fields are not known yet says so itself.
      !from.ports.out.includes(wire.from.port) && from.ports.out.length > 0
        ? { node: from, port: wire.from.port, side: 'output', others: from.ports.out }
        : !to.ports.in.includes(wire.to.port)
          ? { node: to, port: wire.to.port, side: 'input', others: to.ports.in }
          : null;
    if (!lost) return [];
    const { node, port, side, others } = lost;
    const has = others.length === 0 ? `it has no ${side}` : `it has ${others.join(', ')}`;
    return [
      {
        code: 'wire.unknown-port',
        severity: 'error',
        // At the consumer, whose input is missing; `port` names the wire.
        node: to.id,
        port: wire.to.port,
        message: `${node.id} has no ${side} ${port}; ${has}.`,
        explanation: 'The layer has changed since, or the file was written for another version.',
        fixes: [...rewirings(document, wire, from), removal(wire)],
      },
    ];
  });
}

const removal = (wire: Wire): Fix => ({
  label: `Remove the wire from ${wire.from.node} to ${wire.to.node}`,
  edits: [{ kind: 'removeWire', to: wire.to }],
});

/** A lost output whose node has one other to offer, or a field of the same role. */
function rewirings(document: NetworkDocument, wire: Wire, from: NodeAnalysis): readonly Fix[] {
  const field = connectField(document, from, wire.from.port);
  if (field) return [field];
  const [only, ...others] = from.ports.out;
  if (from.ports.out.includes(wire.from.port) || only === undefined || others.length > 0) return [];
  return [
    {
      label: `Use ${from.id}.${only}`,
      edits: [{ kind: 'addWire', wire: { from: { node: from.id, port: only }, to: wire.to } }],
    },
  ];
}

function openInputs(context: CheckContext): readonly Problem[] {
  const problems: Problem[] = [];
  for (const node of context.nodes.values()) {
    if (!node.definition) continue;
    const ports = node.bypassed ? node.ports.in.slice(0, 1) : node.ports.in;
    for (const port of ports) {
      const to = { node: node.id, port };
      if (!wireInto(context, to)) problems.push(openInput(context, node, to));
    }
  }
  return problems;
}

function openInput(context: CheckContext, node: NodeAnalysis, to: PortRef): Problem {
  const needed = context.live.has(node.id);
  const connections = connectionsFor(context, to);
  const [best] = connections;
  const place = node.ports.in.length > 1 ? `${to.port} of ${node.id}` : node.id;
  return {
    code: 'wire.open-input',
    severity: needed ? 'error' : 'warning',
    ...to,
    message: `Nothing is wired to ${place}.`,
    explanation: best
      ? `${best.name} would fit: ${best.shape}.`
      : needed
        ? 'The loss depends on it.'
        : 'No loss depends on it, so it is left out of training.',
    fixes:
      connections.length > 0
        ? connections.map(({ name, from }) => ({
            label: `Connect ${name}`,
            edits: [{ kind: 'addWire', wire: { from, to } }],
          }))
        : [
            {
              label: `Remove ${node.id}`,
              edits: [{ kind: 'removeNode', id: node.id, heal: true }],
            },
          ],
  };
}

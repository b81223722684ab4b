/** The document's nodes and wires as React Flow takes them; unchanged ones keep their identity. */
import { Position, type Edge, type Node as FlowNode, type NodeHandle } from '@xyflow/react';
import type { NodeAnalysis } from '#engine/check/analysis.ts';
import { wireKey, type DocumentNode, type Wire } from '#engine/ir/document.ts';
import { CARD, portY } from '#engine/drawing/geometry.ts';

const NO_DATA = {};
const PORT_SIZE = 9;

/** Where the ports are, so that wires of cards that are not in the page have their ends. */
function handlesOf(ports: NodeAnalysis['ports']): NodeHandle[] {
  return (['in', 'out'] as const).flatMap((direction) =>
    ports[direction].map((id, index): NodeHandle => ({
      id,
      type: direction === 'in' ? 'target' : 'source',
      position: direction === 'in' ? Position.Left : Position.Right,
      x: (direction === 'in' ? 0 : CARD.width) - PORT_SIZE / 2,
      y: portY(index, ports[direction].length) - PORT_SIZE / 2,
      width: PORT_SIZE,
      height: PORT_SIZE,
    })),
  );
}

/** Ids of cards and wires in the page, for `aria-activedescendant`. */
export function cardElementId(node: string): string {
  return `card-${encodeURIComponent(node)}`;
}
export function wireElementId(key: string): string {
  return `wire-${encodeURIComponent(key)}`;
}

/** What a screen reader calls it, and the id it is pointed at by; React Flow's types know no id. */
function spoken(id: string, what: string): { readonly 'aria-roledescription': string } {
  const attributes = { id, 'aria-roledescription': what };
  return attributes;
}

/** React Flow skips what keeps its identity. */
const flowNodes = new WeakMap<DocumentNode, { key: string; plain: FlowNode; selected: FlowNode }>();
const NO_PORTS: NodeAnalysis['ports'] = { in: [], out: [] };
export function flowNode(
  node: DocumentNode,
  ports: NodeAnalysis['ports'] = NO_PORTS,
  label: string,
  selected: boolean,
): FlowNode {
  const key = JSON.stringify([ports, label]);
  let pair = flowNodes.get(node);
  if (pair?.key !== key) {
    const plain: FlowNode = {
      id: node.id,
      type: 'layer',
      position: node.position,
      data: NO_DATA,
      width: CARD.width,
      height: CARD.height,
      measured: CARD,
      handles: handlesOf(ports),
      ariaLabel: label,
      ariaRole: 'group',
      domAttributes: spoken(cardElementId(node.id), 'layer'),
      selected: false,
    };
    pair = { key, plain, selected: { ...plain, selected: true } };
    flowNodes.set(node, pair);
  }
  return selected ? pair.selected : pair.plain;
}

const flowEdges = new WeakMap<Wire, { plain: Edge; selected: Edge }>();
export function flowEdge(wire: Wire, selected: boolean): Edge {
  let pair = flowEdges.get(wire);
  if (!pair) {
    const plain: Edge = {
      id: wireKey(wire),
      type: 'wire',
      source: wire.from.node,
      sourceHandle: wire.from.port,
      target: wire.to.node,
      targetHandle: wire.to.port,
      domAttributes: spoken(wireElementId(wireKey(wire)), 'wire'),
      ariaLabel: `Wire from ${wire.from.node} ${wire.from.port} to ${wire.to.node} ${wire.to.port}`,
      selected: false,
    };
    pair = { plain, selected: { ...plain, selected: true } };
    flowEdges.set(wire, pair);
  }
  return selected ? pair.selected : pair.plain;
}

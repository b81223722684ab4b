/** Where the wires of a document begin and end, and what stands beside them. Pure. */
import type { Analysis } from '../check/analysis.ts';
import { wireKey, type NetworkDocument, type PortRef } from '../ir/document.ts';
import { own } from '../ir/record.ts';
import type { TensorType } from '../ir/tensor.ts';
import { formatWireShape } from '../runs/numberText.ts';
import { CARD, portY, type Point } from './geometry.ts';
import type { WireEnds } from './routing.ts';

/** Px per character of a wire's label. */
const LABEL_CHARACTER = 5.7;
/** `N×64×14×14`; integers say so: `N int32`. */
export function wireLabel(type: TensorType | undefined): string {
  if (!type) return '?';
  const shape = formatWireShape(type.shape);
  return type.dtype === 'f32' ? shape : `${shape} ${type.dtype === 'i32' ? 'int32' : 'uint8'}`;
}

/** Where a port is on the canvas; ports that a node does not have sit where its first one would. */
export function portPoint(
  { x, y }: Point,
  direction: 'in' | 'out',
  port: string,
  analysis: Analysis,
  node: string,
): Point {
  const ports = analysis.nodes.get(node)?.ports[direction] ?? [];
  const index = Math.max(0, ports.indexOf(port));
  return {
    x: direction === 'in' ? x : x + CARD.width,
    y: y + portY(index, ports.length),
  };
}

export function typeAt(analysis: Analysis, { node, port }: PortRef): TensorType | undefined {
  return own(analysis.nodes.get(node)?.outputs, port);
}

export function wireEnds(document: NetworkDocument, analysis: Analysis): WireEnds[] {
  const places = new Map(document.nodes.map((node) => [node.id, node.position]));
  return document.wires.flatMap((wire): WireEnds[] => {
    const from = places.get(wire.from.node);
    const to = places.get(wire.to.node);
    if (!from || !to) return [];
    const type = typeAt(analysis, wire.from);
    return [
      {
        key: wireKey(wire),
        net: `${wire.from.node}.${wire.from.port}`,
        source: {
          ...portPoint(from, 'out', wire.from.port, analysis, wire.from.node),
          node: wire.from.node,
        },
        target: {
          ...portPoint(to, 'in', wire.to.port, analysis, wire.to.node),
          node: wire.to.node,
        },
        minor: type !== undefined && type.dtype !== 'f32',
        labelWidth: wireLabel(type).length * LABEL_CHARACTER,
      },
    ];
  });
}

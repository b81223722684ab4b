/** Routes of all wires of the document, computed once per change of positions, ports or wires. */
import { createStore } from 'zustand/vanilla';
import type { Analysis } from '#engine/check/analysis.ts';
import { wireKey, type NetworkDocument, type PortRef } from '#engine/ir/document.ts';
import type { TensorType } from '#engine/ir/tensor.ts';
import { documentStore } from '../state/document.ts';
import { formatWireShape } from '../ui/format.ts';
import { CARD, portY, type Point } from './geometry.ts';
import { routeWires, type Route, type WireEnds } from './routing.ts';

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
  return analysis.nodes.get(node)?.outputs[port];
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

export interface RoutesState {
  readonly routes: ReadonlyMap<string, Route>;
}
export const routesStore = createStore<RoutesState>(() => ({ routes: new Map() }));

let signature = '';

/** Routes anew where anything that matters to routes changed; a route that stays keeps its identity. */
function update(): void {
  const { document, analysis } = documentStore.getState();
  const ends = wireEnds(document, analysis);
  const cards = document.nodes.map(({ id, position }) => ({ id, ...position }));
  const next = JSON.stringify([cards, ends]);
  if (next === signature) return;
  signature = next;
  const before = routesStore.getState().routes;
  const routes = new Map<string, Route>();
  for (const [key, route] of routeWires(cards, ends)) {
    const old = before.get(key);
    routes.set(key, old && sameRoute(old, route) ? old : route);
  }
  routesStore.setState({ routes });
}

function sameRoute(a: Route, b: Route): boolean {
  return (
    JSON.stringify([a.points, a.label, [...a.gaps]]) ===
    JSON.stringify([b.points, b.label, [...b.gaps]])
  );
}

update();
documentStore.subscribe((state, before) => {
  if (state.document !== before.document || state.analysis !== before.analysis) update();
});

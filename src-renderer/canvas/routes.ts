/** Routes of all wires of the document, computed once per change of positions, ports or wires. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Analysis } from '#engine/check/analysis.ts';
import { wireKey, type NetworkDocument, type PortRef } from '#engine/ir/document.ts';
import { own } from '#engine/ir/record.ts';
import type { TensorType } from '#engine/ir/tensor.ts';
import { documentsBehind, type DocumentStore } from '../state/document.ts';
import { formatWireShape } from '../ui/format.ts';
import { CARD, portY, type Point } from './geometry.ts';
import {
  distanceToBox,
  routeWires,
  type Route,
  type RoutedCard,
  type WireEnds,
} from './routing.ts';

/** Px per character of a wire's label. */
const LABEL_CHARACTER = 5.7;
/** While more cards than this move at once, everything is routed anew. */
const MOST_DRAGGED = 12;
/** A wire nearer than this to a card that came along looks for another way. */
const CLEAR = 6;

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

export interface RoutesState {
  readonly routes: ReadonlyMap<string, Route>;
}
/** What the routes of a document were made of. */
interface Routed {
  cards: readonly RoutedCard[];
  ends: readonly WireEnds[];
}

const routesByDocument = new WeakMap<DocumentStore, StoreApi<RoutesState>>();

/** How the wires of a document run; follows it from the first question on. */
export function routesOf(given: DocumentStore): StoreApi<RoutesState> {
  const documents = documentsBehind(given);
  const known = routesByDocument.get(documents);
  if (known) return known;
  const store = createStore<RoutesState>(() => ({ routes: new Map() }));
  routesByDocument.set(documents, store);
  const last: Routed = { cards: [], ends: [] };
  update(documents, store, last, true);
  documents.subscribe((state, before) => {
    if (state.analysis !== before.analysis) update(documents, store, last, true);
    else if (state.document.nodes !== before.document.nodes) update(documents, store, last, false);
  });
  return store;
}

const sameEnds = (a: WireEnds, b: WireEnds | undefined): boolean =>
  b !== undefined && JSON.stringify(a) === JSON.stringify(b);

/** Cards that were not there before or stood elsewhere. */
function movedCards(
  cards: readonly RoutedCard[],
  known: readonly RoutedCard[],
): readonly RoutedCard[] {
  const before = new Map(known.map((card) => [card.id, card]));
  return cards.filter(({ id, x, y }) => {
    const old = before.get(id);
    return !old || old.x !== x || old.y !== y;
  });
}

function runsThrough({ points }: Route, card: RoutedCard): boolean {
  return distanceToBox(points, card) < CLEAR;
}

/**
 * Routes that a few moved cards leave as they are: their ends stand still and no card has come in their
 * way. All others, and all of them when the hand lets go, are routed anew.
 */
function untouched(
  cards: readonly RoutedCard[],
  ends: readonly WireEnds[],
  routes: ReadonlyMap<string, Route>,
  last: Routed,
): ReadonlyMap<string, Route> {
  const moved = movedCards(cards, last.cards);
  if (moved.length === 0 || moved.length > MOST_DRAGGED || cards.length !== last.cards.length) {
    return new Map();
  }
  const before = new Map(last.ends.map((end) => [end.key, end]));
  const kept = new Map<string, Route>();
  for (const end of ends) {
    const route = routes.get(end.key);
    if (!route || !sameEnds(end, before.get(end.key))) continue;
    if (moved.some((card) => runsThrough(route, card))) continue;
    kept.set(end.key, route);
  }
  return kept;
}

/** Routes anew where anything that matters to routes changed; a route that stays keeps its identity. */
function update(
  documents: DocumentStore,
  store: StoreApi<RoutesState>,
  last: Routed,
  whole: boolean,
): void {
  const { document, analysis } = documents.getState();
  const ends = wireEnds(document, analysis);
  const cards = document.nodes.map(({ id, position }) => ({ id, x: position.x, y: position.y }));
  const before = store.getState().routes;
  const keep = whole ? new Map<string, Route>() : untouched(cards, ends, before, last);
  last.cards = cards;
  last.ends = ends;
  const routes = new Map<string, Route>();
  let changed = false;
  for (const [key, route] of routeWires(cards, ends, keep)) {
    const old = before.get(key);
    const same = old !== undefined && sameRoute(old, route);
    changed ||= !same;
    routes.set(key, same ? old : route);
  }
  if (changed || routes.size !== before.size) store.setState({ routes });
}

function sameRoute(a: Route, b: Route): boolean {
  return (
    JSON.stringify([a.points, a.label, [...a.gaps]]) ===
    JSON.stringify([b.points, b.label, [...b.gaps]])
  );
}

/** Routes of all wires of the document, computed once per change of positions, ports or wires. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import {
  distanceToBox,
  routeWires,
  type Route,
  type RoutedCard,
  type WireEnds,
} from '#engine/drawing/routing.ts';
import { wireEnds } from '#engine/drawing/wires.ts';
import { documentsBehind, type DocumentStore } from '../state/document.ts';

/** While more cards than this move at once, everything is routed anew. */
const MOST_DRAGGED = 12;
/** A wire nearer than this to a card that came along looks for another way. */
const CLEAR = 6;

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

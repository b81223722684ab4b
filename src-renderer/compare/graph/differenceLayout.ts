/**
 * Where the nodes and wires of two graphs stand on one canvas: those there now where their document has them,
 * those that are gone where they were, moved along with what they were wired to and beside what stands there
 * now. Pure.
 */
import { analyse } from '#engine/check/analyse.ts';
import type { Analysis } from '#engine/check/analysis.ts';
import type { DocumentNode, NetworkDocument, PortRef } from '#engine/ir/document.ts';
import {
  meanOf,
  type GraphDifference,
  type NodeDifference,
  type WireDifference,
} from '#engine/runs/index.ts';
import { CARD, GRID, PITCH, snap, type Point } from '#engine/drawing/geometry.ts';
import { portPoint } from '#engine/drawing/wires.ts';
import { routeWires, wirePath, type WireEnds } from '#engine/drawing/routing.ts';

export interface PlacedNode extends NodeDifference {
  /** As it is now, else as it was. */
  readonly node: DocumentNode;
  readonly position: Point;
  readonly summary: string;
}
export interface PlacedWire {
  readonly key: string;
  readonly kind: WireDifference['kind'];
  readonly from: string;
  readonly to: string;
  readonly path: string;
  readonly middle: Point;
}
export interface PlacedDifference {
  readonly nodes: readonly PlacedNode[];
  readonly wires: readonly PlacedWire[];
}

const CORNER = 10;
/** Around a card that is put where there is room. */
const ROOM = GRID;

export function placeDifference(
  difference: GraphDifference,
  before: NetworkDocument,
  after: NetworkDocument,
): PlacedDifference {
  const [was, is] = [analyse(before), analyse(after)];
  const places = placesOf(difference);
  const nodes = difference.nodes.flatMap((each): PlacedNode[] => {
    const node = each.after ?? each.before;
    const position = places.get(each.key);
    if (!node || !position) return [];
    const analysis = each.after ? is : was;
    return [{ ...each, node, position, summary: analysis.nodes.get(node.id)?.summary ?? '' }];
  });
  return { nodes, wires: placeWires(difference, nodes, was, is) };
}

/** By key. */
export function placesOf({ nodes, wires }: GraphDifference): ReadonlyMap<string, Point> {
  const places = new Map<string, Point>();
  for (const { key, after } of nodes) if (after) places.set(key, after.position);
  const shifts = new Map(
    nodes.flatMap(({ key, before, after }) =>
      before && after ? [[key, minus(after.position, before.position)] as const] : [],
    ),
  );
  for (const { key, before, after } of nodes) {
    if (after || !before) continue;
    const beside = wires.flatMap(({ kind, from, to }) => {
      if (kind !== 'removed') return [];
      const other = from.node === key ? to.node : to.node === key ? from.node : null;
      const shift = other === null ? undefined : shifts.get(other);
      return shift ? [shift] : [];
    });
    const shift = { x: meanOf(beside.map(({ x }) => x)), y: meanOf(beside.map(({ y }) => y)) };
    const wanted = { x: snap(before.position.x + shift.x), y: snap(before.position.y + shift.y) };
    places.set(key, freePlace(wanted, [...places.values()]));
    // What else is gone goes along with it.
    shifts.set(key, minus(places.get(key) ?? wanted, before.position));
  }
  return places;
}

const minus = (a: Point, b: Point): Point => ({ x: a.x - b.x, y: a.y - b.y });

/** Half a row or column further each, those beside it in a row later than those below and above. */
const STEPS: readonly Point[] = Array.from({ length: 33 * 33 }, (_, i) => ({
  x: ((i % 33) - 16) * (PITCH.x / 2),
  y: (Math.floor(i / 33) - 16) * (PITCH.y / 4),
})).toSorted((a, b) => farness(a) - farness(b));
function farness({ x, y }: Point): number {
  return Math.abs(x) * 1.5 + Math.abs(y) + (y < 0 ? 1 : 0);
}

function freePlace(wanted: Point, taken: readonly Point[]): Point {
  const isFree = ({ x, y }: Point): boolean =>
    taken.every(
      (other) =>
        Math.abs(other.x - x) >= CARD.width + ROOM || Math.abs(other.y - y) >= CARD.height + ROOM,
    );
  for (const step of STEPS) {
    const place = { x: wanted.x + step.x, y: wanted.y + step.y };
    if (isFree(place)) return place;
  }
  const below = Math.max(...taken.map(({ y }) => y)) + PITCH.y;
  return { x: wanted.x, y: below };
}

function placeWires(
  { wires }: GraphDifference,
  nodes: readonly PlacedNode[],
  was: Analysis,
  is: Analysis,
): readonly PlacedWire[] {
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const end = (direction: 'in' | 'out', { node: key, port }: PortRef) => {
    const placed = byKey.get(key);
    if (!placed) return null;
    const analysis = placed.after ? is : was;
    return { ...portPoint(placed.position, direction, port, analysis, placed.node.id), node: key };
  };
  const drawn = wires.flatMap((wire, i) => {
    const [source, target] = [end('out', wire.from), end('in', wire.to)];
    if (!source || !target) return [];
    const ends: WireEnds = {
      key: String(i),
      // Wires that are gone have ways of their own.
      net: `${wire.kind === 'removed'}.${wire.from.node}.${wire.from.port}`,
      source,
      target,
      minor: wire.kind === 'removed',
      labelWidth: 0,
    };
    return [{ wire, ends }];
  });
  const cards = nodes.map(({ key, position }) => ({ id: key, ...position }));
  const routes = routeWires(
    cards,
    drawn.map(({ ends }) => ends),
  );
  return drawn.flatMap(({ wire, ends }) => {
    const route = routes.get(ends.key);
    if (!route) return [];
    const path = wirePath(route.points, CORNER, route.gaps);
    const { kind, from, to } = wire;
    return [{ key: ends.key, kind, from: from.node, to: to.node, path, middle: route.middle }];
  });
}

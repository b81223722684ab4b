/**
 * Where wires run: right-angled, out of the right of a card and into the left of one, around cards, in
 * lanes of their own. Pure. Each wire takes the cheapest of a set of candidate routes, with what is
 * routed already in mind; candidates come cheapest first, so the search usually ends after a few.
 * Not a shortest-path search over a grid: graphs of layers are rows and columns, and five segments do.
 */
import { CARD, type Point } from './geometry.ts';
import { range, segmentsOf, type Segment, Traffic } from './traffic.ts';
import { labelPlaces } from './wireLabels.ts';

export interface RoutedCard extends Point {
  readonly id: string;
}
export interface WireEnds {
  readonly key: string;
  /** Wires of one output port are one net: they may share a way. */
  readonly net: string;
  readonly source: Point & { readonly node: string };
  readonly target: Point & { readonly node: string };
  /** Keeps to lanes nearer the cards, out of the way of the main wires. */
  readonly minor: boolean;
  /** Room its label needs. */
  readonly labelWidth: number;
}
export interface Route {
  readonly points: readonly Point[];
  /** Middle of the label's baseline; null where no stretch is long enough. */
  readonly label: Point | null;
  /** Middle of the wire, for its badge. */
  readonly middle: Point;
  /** Per horizontal stretch (index of its first point): x at which another wire crosses above. */
  readonly gaps: ReadonlyMap<number, readonly number[]>;
}

/** Distances in px. The first of each is what a lone wire takes. */
const OUT = { major: [16, 24, 32, 40], minor: [13, 21, 29, 37] } as const;
const INTO = { major: [24, 16, 32, 40], minor: [20, 12, 28, 36] } as const;
const BELOW = [26, 16, 36] as const;
const ABOVE = [20, 10, 28] as const;
const CLEARANCE = 6;

const COST = { bend: 24, card: 5000 } as const;

interface Box {
  readonly id: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Cards a segment runs through; its own two only where it enters them, not where it touches. */
function cardsHit(segment: Segment, boxes: readonly Box[], wire: WireEnds): number {
  const { horizontal, at, from, to } = segment;
  let hits = 0;
  for (const box of boxes) {
    const low = horizontal ? box.top : box.left;
    const high = horizontal ? box.bottom : box.right;
    if (at <= low - CLEARANCE || at >= high + CLEARANCE) continue;
    const own = box.id === wire.source.node || box.id === wire.target.node;
    const margin = own ? -2 : CLEARANCE;
    if (at <= low - margin || at >= high + margin) continue;
    if (to <= (horizontal ? box.left : box.top) - margin) continue;
    if (from >= (horizontal ? box.right : box.bottom) + margin) continue;
    hits += 1;
  }
  return hits;
}

function tidy(points: readonly Point[]): readonly Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    const last = kept.at(-1);
    const before = kept.at(-2);
    if (last && last.x === point.x && last.y === point.y) continue;
    const straight =
      last &&
      before &&
      ((before.x === last.x && last.x === point.x) || (before.y === last.y && last.y === point.y));
    if (straight) kept.pop();
    kept.push(point);
  }
  return kept;
}

function lengthOf(points: readonly Point[]): number {
  let length = 0;
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1];
    const b = points[i];
    if (a && b) length += Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
  }
  return length;
}

/** Heights of the lanes between rows of cards, each with how many px off the first choice it is. */
type Channels = ReadonlyMap<number, { readonly major: number; readonly minor: number }>;

function channelsOf(boxes: readonly Box[]): Channels {
  const found = new Map<number, { major: number; minor: number }>();
  const offer = (y: number, major: number, minor: number): void => {
    const known = found.get(y);
    found.set(y, {
      major: Math.min(major, known?.major ?? Infinity),
      minor: Math.min(minor, known?.minor ?? Infinity),
    });
  };
  for (const box of boxes) {
    BELOW.forEach((distance, i) => offer(box.bottom + distance, i * 2, i * 2 + 6));
    ABOVE.forEach((distance, i) => offer(box.top - distance, i * 2 + 6, i * 2));
  }
  return found;
}

/** A route before it is drawn: the x of its first turn, the y of its lane, the x of its last turn. */
interface Plan {
  readonly cost: number;
  readonly x1: number;
  /** Null: the target's own height, that is, one vertical stretch. */
  readonly lane: number | null;
  readonly x2: number;
}

/** Lanes tried for one wire: the least detour first. */
const MOST_LANES = 14;

function plans(wire: WireEnds, channels: Channels): Plan[] {
  const { source: s, target: t, minor } = wire;
  const found: Plan[] = [];
  const outs = minor ? OUT.minor : OUT.major;
  const intos = minor ? INTO.minor : INTO.major;
  if (t.x - s.x >= 8 && t.y === s.y) found.push({ cost: t.x - s.x, x1: s.x, lane: null, x2: s.x });
  else if (t.x - s.x >= 24) {
    const length = t.x - s.x + Math.abs(t.y - s.y) + 2 * COST.bend;
    const places = [
      ...outs.map((distance) => s.x + distance),
      ...intos.map((distance) => t.x - distance),
      (s.x + t.x) / 2,
    ];
    places.forEach((x, i) => {
      if (x < s.x + 8 || x > t.x - 8) return;
      found.push({ cost: length + i * 0.5, x1: x, lane: null, x2: x });
    });
  }
  const lanes = [...channels]
    .map(([y, rank]) => ({
      y,
      cost: Math.abs(y - s.y) + Math.abs(y - t.y) + (minor ? rank.minor : rank.major),
    }))
    .sort((a, b) => a.cost - b.cost)
    .slice(0, MOST_LANES);
  for (const { y, cost } of lanes) {
    for (let i = 0; i < outs.length; i++) {
      for (let k = 0; i + k < outs.length; k++) {
        const out = outs[i] ?? 0;
        const into = intos[k] ?? 0;
        const x1 = s.x + out;
        const x2 = t.x - into;
        const length = cost + out + Math.abs(x2 - x1) + into;
        found.push({ cost: length + 4 * COST.bend + (i + k) * 3, x1, lane: y, x2 });
      }
    }
  }
  return found.sort((a, b) => a.cost - b.cost);
}

function pointsOf({ source: s, target: t }: WireEnds, { x1, lane, x2 }: Plan): readonly Point[] {
  return lane === null
    ? tidy([s, { x: x1, y: s.y }, { x: x1, y: t.y }, t])
    : tidy([s, { x: x1, y: s.y }, { x: x1, y: lane }, { x: x2, y: lane }, { x: x2, y: t.y }, t]);
}

function best(
  wire: WireEnds,
  boxes: readonly Box[],
  channels: Channels,
  traffic: Traffic,
): readonly Point[] {
  const { source, target, net } = wire;
  if (source.y === target.y && target.x - source.x >= 8) {
    // Most wires go to the next card: nothing beats a free straight line.
    const line: Segment = {
      horizontal: true,
      at: source.y,
      from: source.x,
      to: target.x,
      net,
    };
    if (cardsHit(line, boxes, wire) === 0 && traffic.cost(line) === 0) return [source, target];
  }
  let chosen: readonly Point[] | null = null;
  let lowest = Infinity;
  for (const plan of plans(wire, channels)) {
    if (plan.cost >= lowest) break;
    const points = pointsOf(wire, plan);
    let total = plan.cost;
    for (const segment of segmentsOf(points, wire.net)) {
      total += COST.card * cardsHit(segment, boxes, wire) + traffic.cost(segment);
      if (total >= lowest) break;
    }
    if (total < lowest) {
      lowest = total;
      chosen = points;
    }
  }
  return chosen ?? [wire.source, wire.target];
}

/** Main wires first, short before long: the straight ones never give way. */
function inRoutingOrder(wires: readonly WireEnds[]): WireEnds[] {
  const span = ({ source, target }: WireEnds): number =>
    Math.abs(source.x - target.x) + 4 * Math.abs(source.y - target.y);
  return wires.toSorted((a, b) => Number(a.minor) - Number(b.minor) || span(a) - span(b));
}

/**
 * Routes for all wires. Those in `keep` stay as they are (while something else is dragged) and only
 * their labels and gaps are looked at anew.
 */
export function routeWires(
  cards: readonly RoutedCard[],
  wires: readonly WireEnds[],
  keep: ReadonlyMap<string, Pick<Route, 'points'>> = new Map(),
): ReadonlyMap<string, Route> {
  const boxes: Box[] = cards.map(({ id, x, y }) => ({
    id,
    left: x,
    right: x + CARD.width,
    top: y,
    bottom: y + CARD.height,
  }));
  const channels = channelsOf(boxes);
  const traffic = new Traffic();
  const lines = new Map<string, readonly Point[]>();
  const settle = (wire: WireEnds, points: readonly Point[]): void => {
    lines.set(wire.key, points);
    traffic.add(segmentsOf(points, wire.net));
  };
  for (const wire of wires) {
    const kept = keep.get(wire.key);
    if (kept) settle(wire, kept.points);
  }
  for (const wire of inRoutingOrder(wires)) {
    if (!keep.has(wire.key)) settle(wire, best(wire, boxes, channels, traffic));
  }
  const pointsAlong = (wire: WireEnds) => lines.get(wire.key) ?? [wire.source, wire.target];
  const labelled = wires.map((wire) => ({ ...wire, points: pointsAlong(wire) }));
  const labels = labelPlaces(labelled, cards, traffic);
  return new Map(
    labelled.map((wire) => {
      const { points } = wire;
      return [
        wire.key,
        {
          points,
          label: labels.get(wire.key) ?? null,
          middle: middleOf(points),
          gaps: gapsOf(points, wire.net, traffic),
        },
      ];
    }),
  );
}

function middleOf(points: readonly Point[]): Point {
  let left = lengthOf(points) / 2;
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1];
    const b = points[i];
    if (!a || !b) break;
    const length = Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
    if (left <= length && length > 0) {
      const share = left / length;
      return { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share };
    }
    left -= length;
  }
  return points[0] ?? { x: 0, y: 0 };
}

/** A crossing cuts the horizontal wire; ends of a stretch are corners and stay whole. */
function gapsOf(
  points: readonly Point[],
  net: string,
  traffic: Traffic,
): ReadonlyMap<number, readonly number[]> {
  const gaps = new Map<number, readonly number[]>();
  segmentsOf(points, net).forEach((segment, index) => {
    if (!segment.horizontal) return;
    const crossings = traffic
      .verticals(segment.from + 5, segment.to - 5, net)
      .filter((other) => other.from < segment.at - 2 && other.to > segment.at + 2)
      .map((other) => other.at);
    if (crossings.length > 0) gaps.set(index, [...new Set(crossings)]);
  });
  return gaps;
}

const GAP_HALF = 3;
const round = (value: number): number => Math.round(value * 10) / 10;

/** SVG path with rounded corners, interrupted at gaps. */
export function wirePath(
  points: readonly Point[],
  radius: number,
  gaps: ReadonlyMap<number, readonly number[]> = new Map(),
): string {
  const [first] = points;
  if (!first) return '';
  let path = `M${round(first.x)} ${round(first.y)}`;
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1];
    const b = points[i];
    const c = points[i + 1];
    if (!a || !b) break;
    const forward = b.x >= a.x;
    const crossings = (gaps.get(i - 1) ?? []).toSorted((p, q) => (forward ? p - q : q - p));
    const side = forward ? GAP_HALF : -GAP_HALF;
    for (const x of crossings) path += `L${round(x - side)} ${a.y}M${round(x + side)} ${a.y}`;
    if (!c) {
      path += `L${round(b.x)} ${round(b.y)}`;
      break;
    }
    const before = Math.hypot(b.x - a.x, b.y - a.y);
    const after = Math.hypot(c.x - b.x, c.y - b.y);
    const bend = Math.min(radius, before / 2, after / 2);
    const enter = {
      x: b.x - ((b.x - a.x) / before) * bend,
      y: b.y - ((b.y - a.y) / before) * bend,
    };
    const leave = { x: b.x + ((c.x - b.x) / after) * bend, y: b.y + ((c.y - b.y) / after) * bend };
    path += `L${round(enter.x)} ${round(enter.y)}Q${round(b.x)} ${round(b.y)} ${round(leave.x)} ${round(leave.y)}`;
  }
  return path;
}

/** Distance of a point from a wire, for dropping things on it. */
export const distanceTo = (points: readonly Point[], point: Point): number =>
  distanceToRectangle(points, point, { width: 0, height: 0 });

/** Distance of a wire from a card; 0 where it runs through it. */
export const distanceToBox = (points: readonly Point[], card: Point): number =>
  distanceToRectangle(points, card, CARD);

function distanceToRectangle(
  points: readonly Point[],
  { x, y }: Point,
  { width, height }: { readonly width: number; readonly height: number },
): number {
  let nearest = Infinity;
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1];
    const b = points[i];
    if (!a || !b) break;
    const [x0, x1] = range(a.x, b.x);
    const [y0, y1] = range(a.y, b.y);
    const dx = Math.max(x - x1, 0, x0 - (x + width));
    const dy = Math.max(y - y1, 0, y0 - (y + height));
    nearest = Math.min(nearest, Math.hypot(dx, dy));
  }
  return nearest;
}

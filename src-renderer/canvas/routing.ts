/**
 * Where wires run: right-angled, out of the right of a card and into the left of one, around cards, in
 * lanes of their own. Pure. Each wire takes the cheapest of a set of candidate routes, with what is
 * routed already in mind; candidates come cheapest first, so the search usually ends after a few.
 * Not a shortest-path search over a grid: graphs of layers are rows and columns, and five segments do.
 */
import { CARD, type Point } from './geometry.ts';

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

interface Segment {
  readonly horizontal: boolean;
  /** The coordinate it keeps. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly net: string;
}

/** Distances in px. The first of each is what a lone wire takes. */
const OUT = { major: [24, 16, 32, 40], minor: [13, 21, 29, 37] } as const;
const INTO = { major: [24, 16, 32, 40], minor: [20, 12, 28, 36] } as const;
const BELOW = [26, 14, 34] as const;
const ABOVE = [20, 32, 12] as const;
/** Beyond this many px a row of cards is no candidate for a channel. */
const CHANNEL_REACH = 700;
const CLEARANCE = 6;
const LABEL_LIFT = 6;
const LABEL_MARGIN = 6;

const COST = { bend: 24, card: 5000, overlap: 700, crossing: 30 } as const;

interface Box {
  readonly id: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const range = (a: number, b: number): readonly [number, number] => (a < b ? [a, b] : [b, a]);

function segmentsOf(points: readonly Point[], net: string): Segment[] {
  return points.slice(1).map((b, i) => {
    const a = points[i] ?? b;
    const horizontal = a.y === b.y;
    const [from, to] = horizontal ? range(a.x, b.x) : range(a.y, b.y);
    return { horizontal, at: horizontal ? a.y : a.x, from, to, net };
  });
}

/** Cards a segment runs through; its own two only where it enters them, not where it touches. */
function cardsHit(segment: Segment, boxes: readonly Box[], wire: WireEnds): number {
  let hits = 0;
  for (const box of boxes) {
    const own = box.id === wire.source.node || box.id === wire.target.node;
    const margin = own ? -2 : CLEARANCE;
    const [low, high, from, to] = segment.horizontal
      ? [box.top, box.bottom, box.left, box.right]
      : [box.left, box.right, box.top, box.bottom];
    if (segment.at <= low - margin || segment.at >= high + margin) continue;
    if (segment.to <= from - margin || segment.from >= to + margin) continue;
    hits += 1;
  }
  return hits;
}

/** What it costs to run beside or across wires that are there already. */
function trafficCost(segment: Segment, taken: readonly Segment[]): number {
  let cost = 0;
  for (const other of taken) {
    if (other.net === segment.net) continue;
    if (other.horizontal === segment.horizontal) {
      if (Math.abs(other.at - segment.at) >= 7) continue;
      if (Math.min(other.to, segment.to) - Math.max(other.from, segment.from) > 4) {
        cost += COST.overlap;
      }
    } else if (
      other.at > segment.from &&
      other.at < segment.to &&
      segment.at > other.from &&
      segment.at < other.to
    ) {
      cost += COST.crossing;
    }
  }
  return cost;
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

/** Heights between, above and below rows of cards, where a wire can run far. */
function channels(boxes: readonly Box[], wire: WireEnds): readonly { y: number; rank: number }[] {
  const { source, target } = wire;
  const [low, high] = range(source.y, target.y);
  const found = new Map<number, number>();
  const offer = (y: number, rank: number): void => {
    if (y < low - CHANNEL_REACH || y > high + CHANNEL_REACH) return;
    found.set(y, Math.min(rank, found.get(y) ?? Infinity));
  };
  for (const box of boxes) {
    BELOW.forEach((distance, i) => offer(box.bottom + distance, wire.minor ? i + 3 : i));
    ABOVE.forEach((distance, i) => offer(box.top - distance, wire.minor ? i : i + 3));
  }
  return [...found].map(([y, rank]) => ({ y, rank }));
}

interface Candidate {
  readonly points: readonly Point[];
  readonly cost: number;
}

function candidates(wire: WireEnds, boxes: readonly Box[]): Candidate[] {
  const { source: s, target: t, minor } = wire;
  const found: Candidate[] = [];
  const offer = (points: readonly Point[], preference: number): void => {
    const clean = tidy(points);
    found.push({
      points: clean,
      cost: lengthOf(clean) + COST.bend * (clean.length - 2) + preference,
    });
  };
  const outs = minor ? OUT.minor : OUT.major;
  const intos = minor ? INTO.minor : INTO.major;
  if (t.x - s.x >= 8 && t.y === s.y) offer([s, t], 0);
  if (t.x - s.x >= 24) {
    const places = [
      ...outs.map((distance) => s.x + distance),
      ...intos.map((distance) => t.x - distance),
      (s.x + t.x) / 2,
    ];
    places.forEach((x, i) => {
      if (x < s.x + 8 || x > t.x - 8) return;
      offer([s, { x, y: s.y }, { x, y: t.y }, t], i * 0.5);
    });
  }
  for (const { y, rank } of channels(boxes, wire)) {
    outs.forEach((out, i) => {
      intos.forEach((into, k) => {
        const x1 = s.x + out;
        const x2 = t.x - into;
        offer(
          [s, { x: x1, y: s.y }, { x: x1, y }, { x: x2, y }, { x: x2, y: t.y }, t],
          rank * 2 + i * 3 + k * 3,
        );
      });
    });
  }
  return found.sort((a, b) => a.cost - b.cost);
}

function best(wire: WireEnds, boxes: readonly Box[], taken: readonly Segment[]): readonly Point[] {
  let chosen: readonly Point[] | null = null;
  let lowest = Infinity;
  for (const { points, cost } of candidates(wire, boxes)) {
    if (cost >= lowest) break;
    let total = cost;
    for (const segment of segmentsOf(points, wire.net)) {
      total += COST.card * cardsHit(segment, boxes, wire) + trafficCost(segment, taken);
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

export function routeWires(
  cards: readonly RoutedCard[],
  wires: readonly WireEnds[],
): ReadonlyMap<string, Route> {
  const boxes: Box[] = cards.map(({ id, x, y }) => ({
    id,
    left: x,
    right: x + CARD.width,
    top: y,
    bottom: y + CARD.height,
  }));
  const taken: Segment[] = [];
  const lines = new Map<string, readonly Point[]>();
  for (const wire of inRoutingOrder(wires)) {
    const points = best(wire, boxes, taken);
    lines.set(wire.key, points);
    taken.push(...segmentsOf(points, wire.net));
  }
  return new Map(
    wires.map((wire) => {
      const points = lines.get(wire.key) ?? [wire.source, wire.target];
      return [
        wire.key,
        {
          points,
          label: labelPlace(points, wire, taken),
          middle: middleOf(points),
          gaps: gapsOf(points, wire.net, taken),
        },
      ];
    }),
  );
}

/** Above the longest horizontal stretch, moved along it until no wire crosses the text. */
function labelPlace(
  points: readonly Point[],
  { labelWidth, net }: WireEnds,
  taken: readonly Segment[],
): Point | null {
  const stretches = segmentsOf(points, net)
    .filter((segment) => segment.horizontal)
    .sort((a, b) => b.to - b.from - (a.to - a.from));
  const [longest] = stretches;
  if (!longest || longest.to - longest.from < labelWidth + 2) return null;
  const y = longest.at - LABEL_LIFT;
  const half = labelWidth / 2 + LABEL_MARGIN;
  const middle = (longest.from + longest.to) / 2;
  const room = (longest.to - longest.from) / 2 - labelWidth / 2;
  const crossed = (x: number): boolean =>
    taken.some(
      (other) =>
        !other.horizontal &&
        Math.abs(other.at - x) < half &&
        other.from < longest.at - 1 &&
        other.to > y - 10,
    );
  for (let offset = 0; offset <= room; offset += 8) {
    if (!crossed(middle + offset)) return { x: middle + offset, y };
    if (!crossed(middle - offset)) return { x: middle - offset, y };
  }
  return { x: middle, y };
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
  taken: readonly Segment[],
): ReadonlyMap<number, readonly number[]> {
  const gaps = new Map<number, readonly number[]>();
  segmentsOf(points, net).forEach((segment, index) => {
    if (!segment.horizontal) return;
    const crossings = taken
      .filter(
        (other) =>
          !other.horizontal &&
          other.net !== net &&
          other.at > segment.from + 5 &&
          other.at < segment.to - 5 &&
          other.from < segment.at - 2 &&
          other.to > segment.at + 2,
      )
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
export function distanceTo(points: readonly Point[], { x, y }: Point): number {
  let nearest = Infinity;
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1];
    const b = points[i];
    if (!a || !b) break;
    const [x0, x1] = range(a.x, b.x);
    const [y0, y1] = range(a.y, b.y);
    const dx = Math.max(x0 - x, 0, x - x1);
    const dy = Math.max(y0 - y, 0, y - y1);
    nearest = Math.min(nearest, Math.hypot(dx, dy));
  }
  return nearest;
}

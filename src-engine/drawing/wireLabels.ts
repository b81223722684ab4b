/**
 * Where the shape of a wire stands: above its longest horizontal stretch if it can, moved along it, else below it
 * or at another one, so that no wire runs through the text and no two texts meet. Pure.
 */
import { CARD, type Point } from './geometry.ts';
import { segmentsOf, type Segment, type Traffic } from './traffic.ts';

export interface LabelledWire {
  readonly key: string;
  readonly net: string;
  readonly points: readonly Point[];
  /** Room the text needs. */
  readonly labelWidth: number;
}

/** Distance of the baseline from the line, above and below. */
const LIFT = 6;
const DROP = 13;
/** Of the letters, up and down from the baseline. */
const ASCENT = 8;
const DESCENT = 2;
const MARGIN = 3;
/** A stretch is this much longer than its text at least. */
const SPARE = 8;
const STRIDE = 4;

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}
const meet = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Middle of the baseline by wire; null where no stretch is long enough. */
export function labelPlaces(
  wires: readonly LabelledWire[],
  cards: readonly Point[],
  traffic: Traffic,
): ReadonlyMap<string, Point | null> {
  const places = new Map<string, Point | null>();
  // A text may begin where a card ends.
  const cardBoxes: readonly Box[] = cards.map(({ x, y }) => ({
    ...{ left: x + MARGIN, right: x + CARD.width - MARGIN, top: y, bottom: y + CARD.height },
  }));
  const taken: Box[] = [];
  // Those that have the least choice first.
  const roomOf = ({ points, net, labelWidth }: LabelledWire): number =>
    (stretchesOf(points, net)[0]?.length ?? 0) - labelWidth;
  for (const wire of wires.toSorted((a, b) => roomOf(a) - roomOf(b))) {
    const place = placeOf(wire, traffic, cardBoxes, taken);
    places.set(wire.key, place);
    if (place) taken.push(boxAt(place, wire.labelWidth));
  }
  return places;
}

const stretchesOf = (points: readonly Point[], net: string) =>
  segmentsOf(points, net)
    .filter(({ horizontal }) => horizontal)
    .map((segment) => ({ ...segment, length: segment.to - segment.from }))
    .sort((a, b) => b.length - a.length);

function boxAt({ x, y }: Point, labelWidth: number): Box {
  const half = labelWidth / 2 + MARGIN;
  return { left: x - half, right: x + half, top: y - ASCENT, bottom: y + DESCENT };
}

function placeOf(
  { points, net, labelWidth }: LabelledWire,
  traffic: Traffic,
  ...solid: readonly (readonly Box[])[]
): Point | null {
  const stretches = stretchesOf(points, net).filter(({ length }) => length >= labelWidth + SPARE);
  const [longest] = stretches;
  if (!longest) return null;
  for (const stretch of stretches) {
    for (const y of [stretch.at - LIFT, stretch.at + DROP]) {
      const found = freePlace(stretch, y, labelWidth, traffic, solid);
      if (found) return found;
    }
  }
  return { x: (longest.from + longest.to) / 2, y: longest.at - LIFT };
}

/** On a baseline along a stretch, as near to its middle as it can. */
function freePlace(
  { at, from, to, net }: Segment,
  y: number,
  labelWidth: number,
  traffic: Traffic,
  solid: readonly (readonly Box[])[],
): Point | null {
  const middle = (from + to) / 2;
  const room = (to - from - labelWidth) / 2;
  const half = labelWidth / 2 + MARGIN;
  const reach: Box = { left: from - half, right: to + half, top: y - ASCENT, bottom: y + DESCENT };
  const boxes: Box[] = [
    ...traffic
      .verticals(reach.left, reach.right, net)
      .filter((other) => other.from < Math.max(at, reach.bottom) - 1 && other.to > reach.top)
      .map((other) => ({ left: other.at, right: other.at, top: other.from, bottom: other.to })),
    ...traffic
      .horizontals(reach.top, reach.bottom, net)
      .map((other) => ({ left: other.from, right: other.to, top: y, bottom: y })),
    ...solid.flatMap((boxes) => boxes.filter((box) => meet(box, reach))),
  ];
  for (let offset = 0; ; offset = Math.min(room, offset + STRIDE)) {
    for (const x of [middle + offset, middle - offset]) {
      const box = boxAt({ x, y }, labelWidth);
      if (!boxes.some((other) => other.left < box.right && box.left < other.right)) return { x, y };
    }
    if (offset >= room) return null;
  }
}

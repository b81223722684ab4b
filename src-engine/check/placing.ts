/** Where nodes that a fix adds go on the canvas: in line with their neighbours, on the grid. */
import type { DocumentNode, NetworkDocument } from '../ir/document.ts';
import type { DocumentEdit } from '../ir/edits.ts';

/** Of a card, in px. */
const [CARD_WIDTH, CARD_HEIGHT] = [144, 128];
/** Distance of columns and rows, in px. */
export const COLUMN = 224;
export const ROW = 192;
const GRID = 16;

interface Point {
  readonly x: number;
  readonly y: number;
}

const snap = (value: number) => Math.round(value / GRID) * GRID;

export function midpoint(a: Point, b: Point): Point {
  return { x: snap((a.x + b.x) / 2), y: snap((a.y + b.y) / 2) };
}

/**
 * Places for `count` nodes in front of `target`. Where the gap in its row is too small, the target and
 * all to its right in that row move on.
 */
export function makeRoom(
  document: NetworkDocument,
  from: Point,
  target: DocumentNode,
  count: number,
): { readonly places: readonly Point[]; readonly moves: readonly DocumentEdit[] } {
  const { x, y } = target.position;
  const sameRow = Math.abs(from.y - y) < ROW / 2 && from.x < x;
  const gap = sameRow ? x - from.x : 0;
  if (gap >= COLUMN * (count + 1)) {
    const step = gap / (count + 1);
    const places = Array.from({ length: count }, (_, i) => ({
      x: snap(from.x + step * (i + 1)),
      y,
    }));
    return { places, moves: [] };
  }
  const shift = COLUMN * count;
  const moves = document.nodes
    .filter((node) => Math.abs(node.position.y - y) < ROW / 2 && node.position.x >= x)
    .map(({ id, position }): DocumentEdit => ({
      kind: 'moveNode',
      id,
      x: position.x + shift,
      y: position.y,
    }));
  return { places: Array.from({ length: count }, (_, i) => ({ x: x + COLUMN * i, y })), moves };
}

/** A free place in the column right of a node, or where a first node goes. */
export function rightOf(document: NetworkDocument, node: Point | undefined): Point {
  if (!node) return { x: 0, y: 0 };
  return freePlace(document, { x: node.x + COLUMN, y: node.y });
}

export function leftOf(document: NetworkDocument, node: Point | undefined): Point {
  if (!node) return { x: 0, y: 0 };
  return freePlace(document, { x: node.x - COLUMN, y: node.y });
}

/** Where nobody chose the very place: this one, else the next to its right that no card covers. */
export function uncovered(document: NetworkDocument, wanted: Point): Point {
  const covered = ({ x, y }: Point) =>
    document.nodes.some(
      ({ position }) =>
        Math.abs(position.x - x) < CARD_WIDTH && Math.abs(position.y - y) < CARD_HEIGHT,
    );
  let place = wanted;
  while (covered(place)) place = { x: place.x + COLUMN, y: place.y };
  return place;
}

function freePlace(document: NetworkDocument, wanted: Point): Point {
  const taken = ({ x, y }: Point) =>
    document.nodes.some(
      ({ position }) => Math.abs(position.x - x) < COLUMN / 2 && Math.abs(position.y - y) < ROW / 2,
    );
  let place = wanted;
  while (taken(place)) place = { x: place.x, y: place.y + ROW };
  return place;
}

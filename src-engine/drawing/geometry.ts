/** Sizes of cards and where ports sit, in canvas px at zoom 1. Everything is on the 16 px grid. */

export const GRID = 16;
export const CARD = { width: 144, height: 128 } as const;
/** Distance between cards of a laid out graph, edge to edge; it leaves room for a shape label. */
export const GAP = { x: 80, y: 64 } as const;
export const PITCH = { x: CARD.width + GAP.x, y: CARD.height + GAP.y } as const;

/** Where in a card its picture is, by how much the card shows. LayerNode.css leaves this room. */
export const PICTURE = {
  full: { x: 10, y: 46, width: 126, height: 56 },
  name: { x: 10, y: 28, width: 126, height: 93 },
} as const;
/** From afar the header keeps its size on screen (LayerNode.css), and takes of the picture's room what it needs. */
const NAME_HEADER_PX = 22;
export function belowHeader(zoom: number): number {
  return Math.max(0, NAME_HEADER_PX / zoom + 2 - PICTURE.name.y);
}

const FIRST_PORT_Y = 64;
const PORT_PITCH = 32;

/** Height of a port on its edge. Two sit at 64 and 96; more spread over the card. */
export function portY(index: number, count: number): number {
  if (count <= 2) return FIRST_PORT_Y + index * PORT_PITCH;
  if (count === 3) return PORT_PITCH + index * PORT_PITCH;
  const top = 32;
  const bottom = CARD.height - 16;
  return top + ((bottom - top) * index) / (count - 1);
}

/** Names of ports nearer to each other than this would run into each other. */
const NAME_PITCH = 11;

/** A lone port needs no name; of very many some have one, the others say it under the pointer. */
export function isPortNamed(index: number, count: number): boolean {
  if (count < 2) return false;
  const pitch = portY(1, count) - portY(0, count);
  return index % Math.ceil(NAME_PITCH / pitch) === 0;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export function snap(value: number): number {
  return Math.round(value / GRID) * GRID;
}

/**
 * The outline of a set of cards: what encloses them and what lies between them, and leaves other cards out.
 * Pure. Rectangles around the cards are joined where only canvas lies between neighbours; the outline is that
 * of the union, so it has right angles, as wires have.
 */
import { CARD, PITCH, type Point } from '#engine/drawing/geometry.ts';

/** Around a card, px; above it is room for the heading of a region. */
export const REGION_PADDING = { x: 16, top: 30, bottom: 16 } as const;
/** What stays free around a card that is not of the region. */
const CLEARANCE = 10;
/** Neighbours as far apart as this are joined: a card could stand between them, but none does. */
const REACH = { x: 2 * PITCH.x, y: 2 * PITCH.y } as const;

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Outline {
  /** Closed loops of corners, holes among them. */
  readonly loops: readonly (readonly Point[])[];
  /** The left upper corner of its highest part, where the heading goes. */
  readonly head: Point;
}

const around = ({ x, y }: Point): Box => ({
  left: x - REGION_PADDING.x,
  right: x + CARD.width + REGION_PADDING.x,
  top: y - REGION_PADDING.top,
  bottom: y + CARD.height + REGION_PADDING.bottom,
});
const beside = ({ x, y }: Point): Box => ({
  left: x - CLEARANCE,
  right: x + CARD.width + CLEARANCE,
  top: y - CLEARANCE,
  bottom: y + CARD.height + CLEARANCE,
});

/** Null for no cards. */
export function outlineOf(cards: readonly Point[], others: readonly Point[]): Outline | null {
  const boxes = cards.map(around);
  if (boxes.length === 0) return null;
  const blocks = others.map(beside);
  const xs = sorted([...boxes, ...blocks].flatMap(({ left, right }) => [left, right]));
  const ys = sorted([...boxes, ...blocks].flatMap(({ top, bottom }) => [top, bottom]));
  const cells = new Cells(xs, ys);
  for (const box of blocks) cells.mark(box, BLOCKED);
  for (const box of boxes) cells.mark(box, FILLED);
  cells.close(REACH);
  const loops = cells.loops();
  const corners = loops.flat();
  const top = Math.min(...corners.map(({ y }) => y));
  const left = Math.min(...corners.filter(({ y }) => y === top).map(({ x }) => x));
  return { loops, head: { x: left, y: top } };
}

const sorted = (values: readonly number[]): number[] =>
  [...new Set(values)].toSorted((a, b) => a - b);

/** What a cell is; 0: free. */
const BLOCKED = 1;
const FILLED = 2;

/** The plane, cut at every edge of every box. */
class Cells {
  readonly #xs: readonly number[];
  readonly #ys: readonly number[];
  readonly #columns: number;
  readonly #rows: number;
  readonly #state: Uint8Array;

  constructor(xs: readonly number[], ys: readonly number[]) {
    this.#xs = xs;
    this.#ys = ys;
    this.#columns = xs.length - 1;
    this.#rows = ys.length - 1;
    this.#state = new Uint8Array(this.#columns * this.#rows);
  }

  mark({ left, right, top, bottom }: Box, state: number): void {
    const [x0, x1] = [this.#xs.indexOf(left), this.#xs.indexOf(right)];
    const [y0, y1] = [this.#ys.indexOf(top), this.#ys.indexOf(bottom)];
    for (let y = y0; y < y1; y++) {
      this.#state.fill(state, y * this.#columns + x0, y * this.#columns + x1);
    }
  }

  /** Fills gaps along rows, then along columns, then what that has left along rows. */
  close(reach: { readonly x: number; readonly y: number }): void {
    const alongRows = (): void => {
      for (let y = 0; y < this.#rows; y++) {
        this.#closeLine(this.#xs, this.#columns, (x) => y * this.#columns + x, reach.x);
      }
    };
    alongRows();
    for (let x = 0; x < this.#columns; x++) {
      this.#closeLine(this.#ys, this.#rows, (y) => y * this.#columns + x, reach.y);
    }
    alongRows();
  }

  #closeLine(
    edges: readonly number[],
    length: number,
    cell: (at: number) => number,
    reach: number,
  ): void {
    let last = -1;
    for (let at = 0; at < length; at++) {
      const state = this.#state[cell(at)];
      if (state === BLOCKED) last = -1;
      if (state !== FILLED) continue;
      const gap = (edges[at] ?? 0) - (edges[last + 1] ?? 0);
      if (last >= 0 && gap <= reach) {
        for (let between = last + 1; between < at; between++) this.#state[cell(between)] = FILLED;
      }
      last = at;
    }
  }

  #filled(x: number, y: number): boolean {
    const inside = x >= 0 && y >= 0 && x < this.#columns && y < this.#rows;
    return inside && this.#state[y * this.#columns + x] === FILLED;
  }

  /** Walks around what is filled, with it on the right hand; only corners are kept. */
  loops(): Point[][] {
    const next = this.#edges();
    const found: Point[][] = [];
    for (const start of [...next.keys()]) {
      const loop: number[] = [];
      let at = start;
      let came = 0;
      for (;;) {
        const ways: readonly number[] = next.get(at) ?? [];
        if (ways.length === 0) break;
        // Where two corners touch, the turn to the right keeps each loop to itself.
        const to = ways.length > 1 ? this.#rightmost(came, at, ways) : ways[0];
        if (to === undefined) break;
        next.set(
          at,
          ways.filter((way) => way !== to),
        );
        loop.push(at);
        [came, at] = [at, to];
      }
      if (loop.length > 0) found.push(this.#corners(loop));
    }
    return found;
  }

  readonly #stride = 1 << 16;
  #vertex(x: number, y: number): number {
    return y * this.#stride + x;
  }

  /** From each vertex of the boundary the next ones. */
  #edges(): Map<number, number[]> {
    const next = new Map<number, number[]>();
    const add = (x0: number, y0: number, x1: number, y1: number): void => {
      const from = this.#vertex(x0, y0);
      next.set(from, [...(next.get(from) ?? []), this.#vertex(x1, y1)]);
    };
    for (let y = 0; y < this.#rows; y++) {
      for (let x = 0; x < this.#columns; x++) {
        if (!this.#filled(x, y)) continue;
        if (!this.#filled(x, y - 1)) add(x, y, x + 1, y);
        if (!this.#filled(x + 1, y)) add(x + 1, y, x + 1, y + 1);
        if (!this.#filled(x, y + 1)) add(x + 1, y + 1, x, y + 1);
        if (!this.#filled(x - 1, y)) add(x, y + 1, x, y);
      }
    }
    return next;
  }

  #direction(from: number, to: number): Point {
    return {
      x: Math.sign((to % this.#stride) - (from % this.#stride)),
      y: Math.sign(Math.floor(to / this.#stride) - Math.floor(from / this.#stride)),
    };
  }

  #rightmost(came: number, at: number, ways: readonly number[]): number | undefined {
    const way = this.#direction(came, at);
    return ways.find((to) => {
      const turn = this.#direction(at, to);
      return way.x * turn.y - way.y * turn.x > 0;
    });
  }

  #corners(loop: readonly number[]): Point[] {
    return loop
      .filter((at, i) => {
        const before = this.#direction(loop.at(i - 1) ?? at, at);
        const after = this.#direction(at, loop[(i + 1) % loop.length] ?? at);
        return before.x !== after.x || before.y !== after.y;
      })
      .map((at) => ({
        x: this.#xs[at % this.#stride] ?? 0,
        y: this.#ys[Math.floor(at / this.#stride)] ?? 0,
      }));
  }
}

/** SVG path of closed loops with rounded corners. */
export function loopPath(loops: readonly (readonly Point[])[], radius: number): string {
  return loops.map((loop) => closedPath(loop, radius)).join('');
}

function closedPath(loop: readonly Point[], radius: number): string {
  const parts = loop.map((corner, i) => {
    const before = loop.at(i - 1) ?? corner;
    const after = loop[(i + 1) % loop.length] ?? corner;
    const enter = toward(corner, before, radius);
    const leave = toward(corner, after, radius);
    const go = i === 0 ? 'M' : 'L';
    return `${go}${enter.x} ${enter.y}Q${corner.x} ${corner.y} ${leave.x} ${leave.y}`;
  });
  return `${parts.join('')}Z`;
}

/** From a corner a little along its side, at most to the middle of that. */
function toward(corner: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - corner.x, to.y - corner.y);
  const share = length === 0 ? 0 : Math.min(distance, length / 2) / length;
  return { x: corner.x + (to.x - corner.x) * share, y: corner.y + (to.y - corner.y) * share };
}

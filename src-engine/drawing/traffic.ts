/** Stretches of wires that are routed already, found by where they run. Pure. */
import type { Point } from './geometry.ts';

export interface Segment {
  readonly horizontal: boolean;
  /** The coordinate it keeps. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly net: string;
}

export const range = (a: number, b: number): readonly [number, number] => (a < b ? [a, b] : [b, a]);

export function segmentsOf(points: readonly Point[], net: string): Segment[] {
  return points.slice(1).map((b, i) => {
    const a = points[i] ?? b;
    const horizontal = a.y === b.y;
    const [from, to] = horizontal ? range(a.x, b.x) : range(a.y, b.y);
    return { horizontal, at: horizontal ? a.y : a.x, from, to, net };
  });
}

const OVERLAP_COST = 700;
const CROSSING_COST = 30;

/** Lines nearer than this to each other look like one. */
const LANE = 8;
const BUCKET = 32;

/** Segments routed so far, found by the coordinate they keep. */
export class Traffic {
  readonly segments: Segment[] = [];
  readonly #horizontal = new Map<number, Segment[]>();
  readonly #vertical = new Map<number, Segment[]>();

  add(segments: readonly Segment[]): void {
    for (const segment of segments) {
      this.segments.push(segment);
      const buckets = segment.horizontal ? this.#horizontal : this.#vertical;
      const key = Math.floor(segment.at / BUCKET);
      const bucket = buckets.get(key);
      if (bucket) bucket.push(segment);
      else buckets.set(key, [segment]);
    }
  }

  /** What it costs to run beside or across wires that are there already. */
  cost(segment: Segment): number {
    const { horizontal, at, from, to, net } = segment;
    const alongside = horizontal ? this.#horizontal : this.#vertical;
    const across = horizontal ? this.#vertical : this.#horizontal;
    let cost = 0;
    const last = Math.floor((at + LANE) / BUCKET);
    for (let key = Math.floor((at - LANE) / BUCKET); key <= last; key++) {
      for (const other of alongside.get(key) ?? []) {
        if (other.net === net || Math.abs(other.at - at) >= LANE) continue;
        if (Math.min(other.to, to) - Math.max(other.from, from) > 4) cost += OVERLAP_COST;
      }
    }
    const end = Math.floor(to / BUCKET);
    for (let key = Math.floor(from / BUCKET); key <= end; key++) {
      for (const other of across.get(key) ?? []) {
        if (other.net === net || other.at <= from || other.at >= to) continue;
        if (at > other.from && at < other.to) cost += CROSSING_COST;
      }
    }
    return cost;
  }

  /** Vertical segments of other nets at an x between these. */
  verticals(from: number, to: number, net: string): Segment[] {
    return between(this.#vertical, from, to, net);
  }

  /** Horizontal ones at a y between these. */
  horizontals(from: number, to: number, net: string): Segment[] {
    return between(this.#horizontal, from, to, net);
  }
}

function between(
  buckets: ReadonlyMap<number, readonly Segment[]>,
  from: number,
  to: number,
  net: string,
): Segment[] {
  const found: Segment[] = [];
  const last = Math.floor(to / BUCKET);
  for (let key = Math.floor(from / BUCKET); key <= last; key++) {
    for (const segment of buckets.get(key) ?? []) {
      if (segment.net !== net && segment.at >= from && segment.at <= to) found.push(segment);
    }
  }
  return found;
}

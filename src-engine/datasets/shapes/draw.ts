/** One shape into one picture: where it lies, how large and how turned, antialiased. */
import { OUTLINES, SHAPE_NAMES } from './outlines.ts';

/** Lengths in pixels, y downwards. */
export interface Placed {
  /** Index into SHAPE_NAMES. */
  readonly shape: number;
  readonly x: number;
  readonly y: number;
  /** Of the circle around it. */
  readonly radius: number;
  /** In radians. */
  readonly angle: number;
}

/** Samples along each side of a pixel: 17 levels of cover. */
const SUPERSAMPLES = 4;

/** How much of each pixel it covers, 0 to 1: `[side, side]`, of which only its box is written. */
export function coverOf(
  { shape, x, y, radius, angle }: Placed,
  side: number,
  cover: Float32Array,
): void {
  const name = SHAPE_NAMES[shape];
  if (name === undefined) throw new RangeError(`there is no shape ${shape}`);
  const inside = OUTLINES[name];
  const [cos, sin] = [Math.cos(angle) / radius, Math.sin(angle) / radius];
  const [left, right] = span(x, radius, side);
  const [top, bottom] = span(y, radius, side);
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      let hits = 0;
      for (let i = 0; i < SUPERSAMPLES * SUPERSAMPLES; i++) {
        const dx = column + ((i % SUPERSAMPLES) + 0.5) / SUPERSAMPLES - x;
        const dy = row + (Math.floor(i / SUPERSAMPLES) + 0.5) / SUPERSAMPLES - y;
        if (inside(cos * dx + sin * dy, cos * dy - sin * dx)) hits++;
      }
      cover[row * side + column] = hits / (SUPERSAMPLES * SUPERSAMPLES);
    }
  }
}

const span = (centre: number, radius: number, side: number): readonly [number, number] => [
  Math.max(0, Math.floor(centre - radius)),
  Math.min(side, Math.ceil(centre + radius)),
];

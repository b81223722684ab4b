/**
 * One writing of a digit: a form, each of its points a little off, warped, slanted and scaled. Produces the
 * pen's path in the units of forms.ts; pen.ts draws it. The ranges were set by how well a network trained
 * on the result reads real digits.
 */
import type { RandomStream } from '#engine/ops/philox.ts';
import { ALTERNATIVES, chooseGlyph, type Path, traceStroke } from './strokes.ts';

/** Standard deviations. Lengths in units of the form (its height is 100), angles in radians. */
export const HANDWRITING = {
  pointJitter: 3.2,
  /** Strength of the smooth warp, and its waves over the height of a digit. */
  warp: 3.2,
  warpWaves: [0.5, 1.4],
  slant: { mean: 0.14, deviation: 0.3 },
  rotation: 0.1,
  /** Of the logarithm of width over height. */
  aspect: { mean: 0.02, deviation: 0.24 },
  /** Of the logarithm of the width at the top over the width at the bottom, halved. */
  taper: 0.14,
  /** Of the logarithm of the exponent that moves the waist of a digit up or down. */
  waist: 0.16,
  /** Share of a first or last span by which a stroke starts or ends early or late. */
  ends: 0.3,
} as const;

export function writeDigit(digit: number, random: RandomStream, path: Path): void {
  const alternatives = ALTERNATIVES[digit];
  if (!alternatives) throw new RangeError(`${digit} is not a digit`);
  const { strokes } = chooseGlyph(alternatives, random.uniform());
  path.clear();
  // All points of a writer's digit are off by the same amount of care.
  const jitter = HANDWRITING.pointJitter * (0.4 + 1.2 * random.uniform());
  for (const { points, corners } of strokes) {
    const moved = points.map((value) => value + jitter * random.normal());
    moveEnd(moved, 0, 2, HANDWRITING.ends * random.normal());
    moveEnd(moved, moved.length - 2, moved.length - 4, HANDWRITING.ends * random.normal());
    traceStroke(moved, corners, path);
  }
  proportion(path, random);
  warp(path, random);
  slantAndScale(path, random);
}

/** Moves an end point along its span: outward for a positive share. */
function moveEnd(points: Float64Array, end: number, next: number, share: number): void {
  for (const axis of [0, 1]) {
    const at = points[end + axis] ?? 0;
    points[end + axis] = at + share * (at - (points[next + axis] ?? 0));
  }
}

/** A head larger than the foot or the other way round: in height, and in width. */
function proportion({ xs, ys, length }: Path, random: RandomStream): void {
  const exponent = Math.exp(HANDWRITING.waist * random.normal());
  const taper = HANDWRITING.taper * random.normal();
  for (let i = 0; i < length; i++) {
    const down = Math.min(1, Math.max(0, (ys[i] ?? 0) / 100));
    ys[i] = (ys[i] ?? 0) + 100 * (down ** exponent - down);
    xs[i] = 35 + ((xs[i] ?? 0) - 35) * Math.exp(taper * (1 - 2 * down));
  }
}

/** An elastic distortion: a few plane waves of random direction push every point aside. */
function warp(path: Path, random: RandomStream): void {
  const { xs, ys, length } = path;
  const [fewest, most] = HANDWRITING.warpWaves;
  for (let wave = 0; wave < 3; wave++) {
    const direction = 2 * Math.PI * random.uniform();
    const frequency = ((fewest + (most - fewest) * random.uniform()) * 2 * Math.PI) / 100;
    const phase = 2 * Math.PI * random.uniform();
    const [fx, fy] = [frequency * Math.cos(direction), frequency * Math.sin(direction)];
    const [dx, dy] = [HANDWRITING.warp * random.normal(), HANDWRITING.warp * random.normal()];
    for (let i = 0; i < length; i++) {
      const x = xs[i] ?? 0;
      const y = ys[i] ?? 0;
      const push = Math.sin(fx * x + fy * y + phase);
      xs[i] = x + dx * push;
      ys[i] = y + dy * push;
    }
  }
}

function slantAndScale({ xs, ys, length }: Path, random: RandomStream): void {
  const { slant, rotation, aspect } = HANDWRITING;
  const shear = slant.mean + slant.deviation * random.normal();
  const angle = rotation * random.normal();
  const wide = Math.exp(aspect.mean + aspect.deviation * random.normal());
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  for (let i = 0; i < length; i++) {
    const y = (ys[i] ?? 0) - 50;
    // Upright handwriting leans to the right: the top goes right.
    const x = wide * (xs[i] ?? 0) - shear * y;
    xs[i] = cos * x - sin * y;
    ys[i] = sin * x + cos * y;
  }
}

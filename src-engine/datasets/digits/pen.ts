/**
 * Draws a path as MNIST's digits are drawn: scaled into a 20x20 box with its proportions kept, antialiased,
 * its centre of mass moved to the centre of 28x28. Reference: http://yann.lecun.com/exdb/mnist/
 */
import type { RandomStream } from '#engine/ops/philox.ts';
import type { Path } from './strokes.ts';

export const SIDE = 28;
const BOX = 20;

/** Lengths in pixels; deviations are of logarithms where a width is meant. */
export const PEN = {
  width: { median: 2.6, deviation: 0.27, min: 1.4, max: 5 },
  /** How much wider the pen is across its nib than along it, and how much pressure comes and goes. */
  nib: 0.12,
  pressure: 0.12,
  /** Width of the grey edge. */
  edge: [0.8, 1.5],
} as const;

/** Keeps its canvas between digits. */
export class Pen {
  readonly #ink = new Float32Array(SIDE * SIDE);

  /** Writes 28x28 bytes, white on black, at `offset`. */
  draw(path: Path, random: RandomStream, into: Uint8Array, offset: number): void {
    const { width } = PEN;
    const chosen = width.median * Math.exp(width.deviation * random.normal());
    const radius = Math.min(width.max, Math.max(width.min, chosen)) / 2;
    const nibAngle = Math.PI * random.uniform();
    const nib = PEN.nib * random.normal();
    const pressure = PEN.pressure * random.normal();
    const phase = 2 * Math.PI * random.uniform();
    fitIntoBox(path, radius * (1 + Math.abs(nib) + Math.abs(pressure)));
    const edge = PEN.edge[0] + (PEN.edge[1] - PEN.edge[0]) * random.uniform();
    this.#ink.fill(0);
    const radiusAt = (i: number) => {
      const along = Math.sin((4 * i) / path.length + phase);
      return radius * (1 + pressure * along);
    };
    for (let i = 1; i < path.length; i++) {
      if (path.begins[i] === 1) continue;
      const [x0, y0] = [path.xs[i - 1] ?? 0, path.ys[i - 1] ?? 0];
      const [x1, y1] = [path.xs[i] ?? 0, path.ys[i] ?? 0];
      const across = Math.cos(2 * (Math.atan2(y1 - y0, x1 - x0) - nibAngle));
      const factor = 1 + nib * across;
      this.#segment(x0, y0, x1, y1, factor * radiusAt(i - 1), factor * radiusAt(i), edge);
    }
    centre(this.#ink, into, offset);
  }

  /** A line with round ends whose radius goes from r0 to r1; the darkest ink at a pixel wins. */
  #segment(x0: number, y0: number, x1: number, y1: number, r0: number, r1: number, edge: number) {
    const ink = this.#ink;
    const reach = Math.max(r0, r1) + edge / 2;
    const left = Math.max(0, Math.floor(Math.min(x0, x1) - reach));
    const right = Math.min(SIDE - 1, Math.ceil(Math.max(x0, x1) + reach));
    const top = Math.max(0, Math.floor(Math.min(y0, y1) - reach));
    const bottom = Math.min(SIDE - 1, Math.ceil(Math.max(y0, y1) + reach));
    const dx = x1 - x0;
    const dy = y1 - y0;
    const perLength2 = 1 / Math.max(dx * dx + dy * dy, 1e-9);
    const reach2 = reach * reach;
    for (let py = top; py <= bottom; py++) {
      for (let px = left; px <= right; px++) {
        const ax = px - x0;
        const ay = py - y0;
        const along = Math.min(1, Math.max(0, (ax * dx + ay * dy) * perLength2));
        const ex = ax - along * dx;
        const ey = ay - along * dy;
        const distance2 = ex * ex + ey * ey;
        if (distance2 >= reach2) continue;
        const depth = r0 + (r1 - r0) * along - Math.sqrt(distance2);
        const cover = Math.min(1, depth / edge + 0.5);
        const at = py * SIDE + px;
        if (cover > (ink[at] ?? 0)) ink[at] = cover;
      }
    }
  }
}

/** Scales and moves the path so that its ink fills the box in the middle of the canvas. */
function fitIntoBox({ xs, ys, length }: Path, radius: number): void {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < length; i++) {
    const x = xs[i] ?? 0;
    const y = ys[i] ?? 0;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const scale = (BOX - 2 * radius) / Math.max(right - left, bottom - top, 1e-6);
  const middle = (SIDE - 1) / 2;
  const [moveX, moveY] = [
    middle - (scale * (left + right)) / 2,
    middle - (scale * (top + bottom)) / 2,
  ];
  for (let i = 0; i < length; i++) {
    xs[i] = (xs[i] ?? 0) * scale + moveX;
    ys[i] = (ys[i] ?? 0) * scale + moveY;
  }
}

/** Copies the ink as bytes, moved by whole pixels so that its centre of mass lies in the middle. */
function centre(ink: Float32Array, into: Uint8Array, offset: number): void {
  let [mass, sumX, sumY] = [0, 0, 0];
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const amount = ink[y * SIDE + x] ?? 0;
      mass += amount;
      sumX += amount * x;
      sumY += amount * y;
    }
  }
  const middle = (SIDE - 1) / 2;
  const moveX = Math.round(middle - sumX / mass);
  const moveY = Math.round(middle - sumY / mass);
  for (let y = 0; y < SIDE; y++) {
    const fromY = y - moveY;
    for (let x = 0; x < SIDE; x++) {
      const fromX = x - moveX;
      const inside = fromX >= 0 && fromX < SIDE && fromY >= 0 && fromY < SIDE;
      into[offset + y * SIDE + x] = inside ? Math.round(255 * (ink[fromY * SIDE + fromX] ?? 0)) : 0;
    }
  }
}

/**
 * From the points of a form to a smooth path: a centripetal Catmull-Rom spline through them, broken at
 * corners. Reference: Yuksel, Schaefer, Keyser, "Parameterization and applications of Catmull-Rom curves"
 * (2011): of its family the one without loops or overshoot within a segment.
 */
import { DIGIT_FORMS, type DigitForm } from './forms.ts';

export interface Stroke {
  /** x and y in turn. */
  readonly points: Float64Array;
  readonly corners: readonly boolean[];
}
export interface Glyph {
  readonly form: DigitForm;
  readonly strokes: readonly Stroke[];
}

/** The forms of each digit, with weights summed up for drawing one. */
export interface Alternatives {
  readonly glyphs: readonly Glyph[];
  readonly totalWeight: number;
}

export const ALTERNATIVES: readonly Alternatives[] = Array.from({ length: 10 }, (_, digit) => {
  const glyphs = DIGIT_FORMS.filter((form) => form.digit === digit).map((form) => ({
    form,
    strokes: form.strokes.map(readStroke),
  }));
  return { glyphs, totalWeight: glyphs.reduce((sum, glyph) => sum + glyph.form.weight, 0) };
});

/** The form at `share` (0 to 1) of the summed weights. */
export function chooseGlyph({ glyphs, totalWeight }: Alternatives, share: number): Glyph {
  let left = share * totalWeight;
  const chosen = glyphs.find(({ form }) => (left -= form.weight) < 0) ?? glyphs.at(-1);
  if (!chosen) throw new Error('a digit without forms');
  return chosen;
}

function readStroke(text: string): Stroke {
  const parts = text.split(' ').map((part) => /^(\d+),(\d+)(!?)$/.exec(part));
  if (parts.length < 2 || parts.includes(null)) throw new Error(`not a stroke: ${text}`);
  return {
    points: Float64Array.from(parts.flatMap((part) => [Number(part?.[1]), Number(part?.[2])])),
    corners: parts.map((part) => part?.[3] === '!'),
  };
}

/** A path being built up: points in order, the pen lifted between strokes. */
export class Path {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  /** 1 where a stroke begins. */
  readonly begins: Uint8Array;
  length = 0;

  constructor(capacity: number) {
    this.xs = new Float64Array(capacity);
    this.ys = new Float64Array(capacity);
    this.begins = new Uint8Array(capacity);
  }

  clear(): void {
    this.length = 0;
  }

  add(x: number, y: number, begins: boolean): void {
    if (this.length === this.xs.length) throw new RangeError('the path is full');
    this.xs[this.length] = x;
    this.ys[this.length] = y;
    this.begins[this.length] = begins ? 1 : 0;
    this.length += 1;
  }
}

/** Pieces of the curve between two points of the pen. */
const PIECES = 4;

/** Appends the curve through `points` to a path. */
export function traceStroke(points: Float64Array, corners: readonly boolean[], path: Path): void {
  const last = points.length / 2 - 1;
  path.add(points[0] ?? 0, points[1] ?? 0, true);
  for (let i = 0; i < last; i++) {
    // Beyond an end or a corner there is no neighbour: the end itself, mirrored.
    const before = i > 0 && corners[i] !== true ? i - 1 : -1;
    const after = i + 1 < last && corners[i + 1] !== true ? i + 2 : -1;
    traceSpan(points, before, i, i + 1, after, path);
  }
}

function traceSpan(p: Float64Array, i0: number, i1: number, i2: number, i3: number, path: Path) {
  const x1 = p[2 * i1] ?? 0;
  const y1 = p[2 * i1 + 1] ?? 0;
  const x2 = p[2 * i2] ?? 0;
  const y2 = p[2 * i2 + 1] ?? 0;
  const x0 = i0 >= 0 ? (p[2 * i0] ?? 0) : 2 * x1 - x2;
  const y0 = i0 >= 0 ? (p[2 * i0 + 1] ?? 0) : 2 * y1 - y2;
  const x3 = i3 >= 0 ? (p[2 * i3] ?? 0) : 2 * x2 - x1;
  const y3 = i3 >= 0 ? (p[2 * i3 + 1] ?? 0) : 2 * y2 - y1;
  const d01 = knot(x1 - x0, y1 - y0);
  const d12 = knot(x2 - x1, y2 - y1);
  const d23 = knot(x3 - x2, y3 - y2);
  // Tangents of the non-uniform spline, scaled to this span.
  const tangent1 = (v0: number, v1: number, v2: number) =>
    d12 * ((v1 - v0) / d01 - (v2 - v0) / (d01 + d12) + (v2 - v1) / d12);
  const tangent2 = (v1: number, v2: number, v3: number) =>
    d12 * ((v2 - v1) / d12 - (v3 - v1) / (d12 + d23) + (v3 - v2) / d23);
  const mx1 = tangent1(x0, x1, x2);
  const my1 = tangent1(y0, y1, y2);
  const mx2 = tangent2(x1, x2, x3);
  const my2 = tangent2(y1, y2, y3);
  for (let piece = 1; piece <= PIECES; piece++) {
    const t = piece / PIECES;
    const t2 = t * t;
    const t3 = t2 * t;
    // Hermite basis.
    const h1 = 2 * t3 - 3 * t2 + 1;
    const g1 = t3 - 2 * t2 + t;
    const h2 = 3 * t2 - 2 * t3;
    const g2 = t3 - t2;
    path.add(
      h1 * x1 + g1 * mx1 + h2 * x2 + g2 * mx2,
      h1 * y1 + g1 * my1 + h2 * y2 + g2 * my2,
      false,
    );
  }
}

/** Centripetal: the square root of the distance, kept from zero. */
const knot = (dx: number, dy: number): number => Math.max(Math.sqrt(Math.hypot(dx, dy)), 1e-6);

/**
 * How the images of the data are drawn: on which ground, with how wide a line, how large and where. Measured, so that
 * what a hand draws on a page can be made to lie as the images do that the network learned from.
 */
import type { Drawing, Pose } from './model.ts';

export interface Pictures {
  /** Of one channel, row-major, one after another; 0 is black, 1 white. */
  readonly shades: Float32Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
}

/** Larger ones are photographs, which nobody draws. */
const MOST_PIXELS = 64;
const FEWEST_PIXELS = 6;
/** From the ground's shade, of the whole range. */
const GROUND_TOLERANCE = 0.1;
/** What is darker (or lighter) than the ground by so much is drawn. */
const INK = 0.2;
/** Share of images that have to have the ground. */
const MOST_OF_THEM = 0.8;
/** Standard deviations below which something is the same in all images: of places by the side of an image. */
const STEADY_PLACE = 0.04;
/** Of sizes, by their mean. */
const STEADY_SIZE = 0.1;

/** Null where the images are of another kind than drawings. */
export function drawingOf({ shades, count, height, width }: Pictures): Drawing | null {
  if (Math.max(height, width) > MOST_PIXELS || Math.min(height, width) < FEWEST_PIXELS) return null;
  const size = height * width;
  const images = Array.from({ length: count }, (_, i) => shades.subarray(i * size, (i + 1) * size));
  const ground = groundOf(images, height, width);
  if (ground === null) return null;
  const marks = images.flatMap((image) => markOf(image, ground, width) ?? []);
  if (marks.length === 0) return null;
  const pens = marks.map(({ pen }) => pen);
  return {
    ground,
    penPixels: Math.max(1, rounded(mean(pens))),
    pose: poseOf(marks, Math.max(height, width)),
  };
}

function groundOf(
  images: readonly Float32Array[],
  height: number,
  width: number,
): Drawing['ground'] | null {
  const borders = images.map((image) => {
    const border = image.filter((_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return x === 0 || y === 0 || x === width - 1 || y === height - 1;
    });
    return mean([...border]);
  });
  const share = (of: 0 | 1): number =>
    borders.filter((shade) => Math.abs(shade - of) <= GROUND_TOLERANCE).length / borders.length;
  if (share(0) >= MOST_OF_THEM) return 0;
  return share(1) >= MOST_OF_THEM ? 1 : null;
}

/** What is drawn on an image, in pixels. */
interface Mark {
  readonly side: number;
  readonly mass: readonly [x: number, y: number];
  readonly box: readonly [x: number, y: number];
  readonly pen: number;
}

function markOf(image: Float32Array, ground: number, width: number): Mark | null {
  const height = image.length / width;
  const ink = image.map((shade) => Math.abs(shade - ground));
  const at = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : (ink[y * width + x] ?? 0);
  let [left, right, top, bottom] = [width, -1, height, -1];
  let [total, sumX, sumY, edges] = [0, 0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const shade = at(x, y);
      total += shade;
      sumX += shade * (x + 0.5);
      sumY += shade * (y + 0.5);
      edges += Math.abs(shade - at(x - 1, y)) + Math.abs(shade - at(x, y - 1));
      if (shade < INK) continue;
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    }
  }
  if (right < left) return null;
  return {
    side: Math.max(right - left, bottom - top) + 1,
    mass: [sumX / total, sumY / total],
    box: [(left + right + 1) / 2, (top + bottom + 1) / 2],
    // A line is as wide as twice its area by its outline; of a slanted one the steps make it longer by a quarter.
    pen: (1.25 * 2 * total) / Math.max(edges, 1),
  };
}

function poseOf(marks: readonly Mark[], size: number): Pose | null {
  const sides = marks.map(({ side }) => side);
  if (deviation(sides) > STEADY_SIZE * mean(sides)) return null;
  const found = (['mass', 'box'] as const)
    .map((centre) => {
      const [xs, ys] = [marks.map((mark) => mark[centre][0]), marks.map((mark) => mark[centre][1])];
      const spread = Math.max(deviation(xs), deviation(ys));
      return { centre, spread, x: mean(xs), y: mean(ys) };
    })
    .sort((a, b) => a.spread - b.spread)[0];
  if (!found || found.spread > STEADY_PLACE * size) return null;
  return {
    sidePixels: rounded(mean(sides)),
    centre: found.centre,
    ...{ x: rounded(found.x), y: rounded(found.y) },
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

const rounded = (value: number): number => Number(value.toFixed(2));

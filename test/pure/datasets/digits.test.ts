/** Generated digits: the shape, statistics and variety that let them stand in for MNIST's. */
import { beforeAll, describe, expect, it } from 'vitest';
import { DIGIT_FORMS } from '#engine/datasets/digits/forms.ts';
import { writeDigit } from '#engine/datasets/digits/handwriting.ts';
import { ALTERNATIVES, chooseGlyph, Path, traceStroke } from '#engine/datasets/digits/strokes.ts';
import { type DataTable, datasets, loadData } from '#engine/datasets/index.ts';
import { RandomStream } from '#engine/ops/philox.ts';
import { memoryFiles, realFiles } from '#test/support/memoryFiles.ts';
import { realDataset } from '#test/support/realDatasets.ts';

const SIDE = 28;
const COUNT = 2000;

interface Digits {
  readonly images: readonly Uint8Array[];
  readonly labels: readonly number[];
}
function digitsOf({ columns, count }: DataTable, rows = count): Digits {
  const [image, label] = columns;
  const pixels = image?.stored;
  if (!(pixels instanceof Uint8Array)) throw new Error('images are not bytes');
  return {
    images: Array.from({ length: rows }, (_, row) =>
      pixels.subarray(row * SIDE * SIDE, (row + 1) * SIDE * SIDE),
    ),
    labels: Array.from({ length: rows }, (_, row) => label?.stored[row] ?? NaN),
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((a, b) => a + b, 0) / values.length;

/** Of all pixels, from 0 to 1. */
function intensity(images: readonly Uint8Array[]) {
  let [sum, squares, count] = [0, 0, 0];
  for (const image of images) {
    for (let at = 0; at < image.length; at++) {
      const value = (image[at] ?? 0) / 255;
      sum += value;
      squares += value ** 2;
    }
    count += image.length;
  }
  return { mean: sum / count, deviation: Math.sqrt(squares / count - (sum / count) ** 2) };
}

/** Bounds of the ink, and its centre of mass. */
function inkOf(image: Uint8Array) {
  let [mass, sumX, sumY, left, right, top, bottom] = [0, 0, 0, SIDE, -1, SIDE, -1];
  for (const [at, value] of image.entries()) {
    if (value === 0) continue;
    const [x, y] = [at % SIDE, Math.floor(at / SIDE)];
    mass += value;
    sumX += value * x;
    sumY += value * y;
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  return { x: sumX / mass, y: sumY / mass, width: right - left + 1, height: bottom - top + 1 };
}

let table: DataTable;
let digits: Digits;
beforeAll(async () => {
  table = await loadData('digits', { count: COUNT }, memoryFiles({}));
  digits = digitsOf(table);
});

describe('generated digits', () => {
  it('come each ten of every kind, in mixed order', () => {
    for (let row = 0; row < COUNT; row += 10) {
      const ten = digits.labels.slice(row, row + 10);
      expect(ten.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
    expect(digits.labels.slice(0, 10)).not.toEqual(digits.labels.slice(10, 20));
    expect(table.columns[1]?.field.classNames).toEqual([...'0123456789']);
  });

  it("have the greys of MNIST's: mean 0.131 and deviation 0.308", () => {
    const { mean: average, deviation } = intensity(digits.images);
    expect(Math.abs(average - 0.131)).toBeLessThan(0.012);
    expect(Math.abs(deviation - 0.308)).toBeLessThan(0.015);
    // A 1 takes the least ink, as there.
    const own = (digit: number) =>
      intensity(digits.images.filter((_, row) => digits.labels[row] === digit)).mean;
    const others = [0, 2, 3, 4, 5, 6, 7, 8, 9].map(own);
    expect(own(1)).toBeLessThan(0.75 * Math.min(...others));
  });

  it('are centred by their mass, and as large as a box of 20 pixels', () => {
    const inks = digits.images.map(inkOf);
    for (const { x, y, width, height } of inks) {
      expect(Math.abs(x - 13.5)).toBeLessThan(0.6);
      expect(Math.abs(y - 13.5)).toBeLessThan(0.6);
      expect(Math.max(width, height)).toBeGreaterThanOrEqual(18);
      expect(Math.max(width, height)).toBeLessThanOrEqual(22);
    }
  });

  it('are all different', () => {
    const seen = new Set(digits.images.map((image) => image.join()));
    expect(seen.size).toBe(COUNT);
  });

  it('are alike within a class, more than between classes', () => {
    const average = (digit: number) => {
      const own = digits.images.filter((_, row) => digits.labels[row] === digit);
      return Array.from({ length: SIDE * SIDE }, (_, at) =>
        mean(own.map((image) => image[at] ?? 0)),
      );
    };
    const averages = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(average);
    const distance = (image: Uint8Array, other: readonly number[]) =>
      other.reduce((sum, value, at) => sum + (value - (image[at] ?? 0)) ** 2, 0);
    const right = digits.images.slice(0, 500).filter((image, row) => {
      const distances = averages.map((each) => distance(image, each));
      return distances.indexOf(Math.min(...distances)) === digits.labels[row];
    }).length;
    // The nearest average already finds most digits (on MNIST: 82 %).
    expect(right / 500).toBeGreaterThan(0.65);
    expect(right / 500).toBeLessThan(0.95);
  });

  it('tell their progress and wait for who listens', async () => {
    const definition = datasets.get('digits');
    const told: string[] = [];
    await definition?.load({
      options: { count: 1200, seed: 1 },
      files: memoryFiles({}),
      abilities: {},
      onProgress: async (done, total) => {
        await Promise.resolve();
        told.push(`${done}/${total}`);
      },
    });
    expect(told).toEqual(['500/1200', '1000/1200']);
  });

  it('have the greys that real ones have, side by side', async (context) => {
    const folder = realDataset('mnist');
    if (folder === null) return context.skip('needs the MNIST files');
    const real = digitsOf(await loadData(`idx:${folder}`, {}, realFiles), COUNT);
    const [made, wanted] = [intensity(digits.images), intensity(real.images)];
    expect(Math.abs(made.mean - wanted.mean)).toBeLessThan(0.015);
    expect(Math.abs(made.deviation - wanted.deviation)).toBeLessThan(0.02);
    const full = (images: readonly Uint8Array[]) =>
      mean(images.map((image) => image.filter((value) => value > 242).length / image.length));
    expect(full(digits.images) / full(real.images)).toBeGreaterThan(0.8);
    expect(full(digits.images) / full(real.images)).toBeLessThan(1.25);
  });
});

describe('the forms of digits', () => {
  it('are several for each, told apart by name, within their box', () => {
    for (let digit = 0; digit < 10; digit++) {
      const own = DIGIT_FORMS.filter((form) => form.digit === digit);
      expect(own.length).toBeGreaterThanOrEqual(4);
      expect(new Set(own.map(({ name }) => name)).size).toBe(own.length);
      for (const { weight } of own) expect(weight).toBeGreaterThan(0);
    }
    for (const { glyphs } of ALTERNATIVES) {
      for (const { strokes } of glyphs) {
        const ys = strokes.flatMap(({ points }) => [...points].filter((_, i) => i % 2 === 1));
        expect(Math.max(...ys)).toBeLessThanOrEqual(100);
      }
    }
  });

  it('are drawn by weight', () => {
    const [alternatives] = ALTERNATIVES;
    if (!alternatives) throw new Error('no zero');
    const { glyphs, totalWeight } = alternatives;
    expect(chooseGlyph(alternatives, 0)).toBe(glyphs[0]);
    expect(chooseGlyph(alternatives, 0.999999)).toBe(glyphs.at(-1));
    const firstShare = (glyphs[0]?.form.weight ?? 0) / totalWeight;
    expect(chooseGlyph(alternatives, firstShare - 1e-9)).toBe(glyphs[0]);
    expect(chooseGlyph(alternatives, firstShare + 1e-9)).toBe(glyphs[1]);
  });

  it('are smooth through every point, and sharp at corners', () => {
    const points = Float64Array.of(0, 0, 10, 0, 20, 10, 20, 30);
    const trace = (corners: readonly boolean[]) => {
      const path = new Path(64);
      traceStroke(points, corners, path);
      return path;
    };
    const smooth = trace([false, false, false, false]);
    expect(smooth.length).toBe(13);
    for (const [i, at] of [0, 4, 8, 12].entries()) {
      expect(smooth.xs[at]).toBeCloseTo(points[2 * i] ?? NaN, 9);
      expect(smooth.ys[at]).toBeCloseTo(points[2 * i + 1] ?? NaN, 9);
    }
    const turn = ({ xs, ys }: Path, at: number) => {
      const into = Math.atan2((ys[at] ?? 0) - (ys[at - 1] ?? 0), (xs[at] ?? 0) - (xs[at - 1] ?? 0));
      const out = Math.atan2((ys[at + 1] ?? 0) - (ys[at] ?? 0), (xs[at + 1] ?? 0) - (xs[at] ?? 0));
      return Math.abs(out - into);
    };
    const sharp = trace([false, true, false, false]);
    expect(turn(sharp, 4)).toBeGreaterThan(1.5 * turn(smooth, 4));
  });

  it('never outgrow the path, however often they are written', () => {
    const path = new Path(512);
    for (let i = 0; i < 500; i++) {
      writeDigit(i % 10, new RandomStream(i, 'data'), path);
      expect(path.length).toBeGreaterThan(8);
      expect([...path.xs.slice(0, path.length)].every(Number.isFinite)).toBe(true);
    }
    expect(() => writeDigit(10, new RandomStream(1, 'data'), path)).toThrow(RangeError);
    expect(() => writeDigit(1, new RandomStream(1, 'data'), new Path(3))).toThrow('full');
  });
});

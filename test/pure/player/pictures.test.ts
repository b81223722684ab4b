/**
 * Rule: what is drawn or given as a picture reaches the network in its size, its range and, where the data are all
 * drawn alike, as large and where they are.
 */
import { expect, test } from 'vitest';
import { drawingOf } from '#engine/export/player/drawing.ts';
import type { Drawing } from '#engine/export/player/model.ts';
import { numbersOfPicture } from '#player/pictures/given.ts';
import type { Picture } from '#player/pictures/picture.ts';
import { inkBox, inkCentre, type Plane, posed, resampled } from '#player/pictures/resample.ts';

/** A filled box on nothing. */
function boxed(side: number, [left, top, width, height]: readonly number[]): Plane {
  const isIn = (at: number, from = 0, length = 0): boolean => at >= from && at < from + length;
  const values = Float32Array.from({ length: side * side }, (_, i) =>
    isIn(i % side, left, width) && isIn(Math.floor(i / side), top, height) ? 1 : 0,
  );
  return { width: side, height: side, values };
}
const whole = (plane: Plane) => ({ left: 0, top: 0, width: plane.width, height: plane.height });
const sum = (values: Float32Array): number => values.reduce((a, b) => a + b, 0);

test('a smaller picture has the mean of what each pixel covers', () => {
  const plane = { width: 4, height: 2, values: Float32Array.of(0, 1, 1, 1, 0, 1, 1, 1) };
  expect([...resampled(plane, whole(plane), { width: 2, height: 1 }).values]).toEqual([0.5, 1]);
  // Three of two: the middle one covers half of each.
  const two = { width: 2, height: 1, values: Float32Array.of(0, 1) };
  const [a, b, c] = resampled(two, whole(two), { width: 3, height: 1 }).values;
  expect([a, c]).toEqual([0, 1]);
  expect(b).toBeCloseTo(0.5, 6);
});

test('ink is neither lost nor made, and what lies outside is what is said', () => {
  const plane = boxed(30, [3, 7, 11, 9]);
  const small = resampled(plane, whole(plane), { width: 7, height: 7 });
  expect(sum(small.values) * (30 / 7) ** 2).toBeCloseTo(99, 2);
  const beside = resampled(plane, { left: -30, top: 0, width: 30, height: 30 }, plane, 0.25);
  expect(new Set(beside.values)).toEqual(new Set([0.25]));
});

test('a drawing is made as large as those of the data, its middle where theirs is', () => {
  const size = { width: 28, height: 28 };
  for (const box of [
    [5, 9, 60, 40],
    [100, 20, 12, 90],
    [0, 0, 6, 6],
  ]) {
    const ink = posed(boxed(140, box), { sidePixels: 20, centre: 'mass', x: 14, y: 15 }, size);
    const found = inkBox(ink);
    expect(Math.abs(Math.max(found?.width ?? 0, found?.height ?? 0) - 20)).toBeLessThanOrEqual(1);
    const centre = inkCentre(ink);
    expect(centre?.x).toBeCloseTo(14, 1);
    expect(centre?.y).toBeCloseTo(15, 1);
  }
  const empty = posed(
    boxed(140, [0, 0, 0, 0]),
    { sidePixels: 20, centre: 'box', x: 14, y: 14 },
    size,
  );
  expect(sum(empty.values)).toBe(0);
});

const picture = (shade: Plane): Picture => ({
  ...{ width: shade.width, height: shade.height },
  planes: [shade, shade, shade, { ...shade, values: shade.values.map(() => 1) }],
});
const inverted = (plane: Plane): Plane => ({ ...plane, values: plane.values.map((v) => 1 - v) });
const DRAWING: Drawing = {
  ...{ ground: 0, penPixels: 2 },
  pose: { sidePixels: 20, centre: 'mass', x: 14, y: 14 },
};
const IMAGE = {
  ...{ channels: 1, height: 28, width: 28, low: 0, high: 255, drawing: DRAWING },
};
const AS_IS = { isPosed: true, isInverted: false };

test('dark on light is turned over where the data are light on dark, unless somebody says otherwise', () => {
  const light = boxed(100, [10, 30, 40, 20]);
  const wanted = numbersOfPicture(picture(light), IMAGE, AS_IS);
  const turned = numbersOfPicture(picture(inverted(light)), IMAGE, AS_IS);
  turned.forEach((value, i) => expect(value).toBeCloseTo(wanted[i] ?? NaN, 2));
  expect(Math.max(...wanted)).toBeCloseTo(255, 0);
  const other = numbersOfPicture(picture(light), IMAGE, { isPosed: false, isInverted: true });
  expect(other[0]).toBe(255);
});

test('a picture of just the right size is taken as it is; a wide one by its middle', () => {
  const exact = boxed(28, [1, 2, 5, 5]);
  expect([...numbersOfPicture(picture(exact), IMAGE, AS_IS)]).toEqual(
    [...exact.values].map((ink) => 255 * ink),
  );
  const colours = { ...IMAGE, channels: 3, height: 1, width: 1, drawing: null, low: -1, high: 1 };
  const wide: Plane = { width: 3, height: 1, values: Float32Array.of(1, 0.5, 0) };
  expect([...numbersOfPicture(picture(wide), colours, AS_IS)]).toEqual([0, 0, 0]);
});

/** So many images, drawn by this. */
function pictures(count: number, draw: (i: number) => Plane) {
  const all = Array.from({ length: count }, (_, i) => draw(i));
  return {
    ...{ count, height: all[0]?.height ?? 0, width: all[0]?.width ?? 0 },
    shades: Float32Array.from(all.flatMap(({ values }) => [...values])),
  };
}

test('how the data are drawn is measured; what lies anywhere or is no drawing is not made to', () => {
  const steady = drawingOf(
    pictures(20, (i) => boxed(16, i % 2 === 0 ? [3, 6, 10, 4] : [6, 3, 4, 10])),
  );
  expect(steady).toMatchObject({ ground: 0, pose: { sidePixels: 10, x: 8, y: 8 } });
  const dark = drawingOf(pictures(20, () => inverted(boxed(16, [3, 6, 10, 4]))));
  expect(dark?.ground).toBe(1);
  const anywhere = drawingOf(
    pictures(20, (i) => boxed(16, [1 + (i % 9), 1 + ((3 * i) % 9), 4, 4])),
  );
  expect(anywhere).toMatchObject({ ground: 0, pose: null });
  const halves = drawingOf(
    pictures(20, (i) => boxed(16, i % 2 === 0 ? [0, 0, 16, 16] : [0, 0, 0, 0])),
  );
  expect(halves).toBeNull();
  expect(drawingOf(pictures(2, () => boxed(128, [50, 50, 20, 20])))).toBeNull();
});

test('a line is as wide as it was drawn', () => {
  for (const pen of [2, 4]) {
    const drawing = drawingOf(pictures(4, () => boxed(28, [4, 13, 20, pen])));
    // A straight one is told a quarter wider: most lines are slanted.
    expect(drawing?.penPixels).toBeGreaterThan(pen * 0.9);
    expect(drawing?.penPixels).toBeLessThan(pen * 1.3);
  }
});

/**
 * Rule: the pictures of all cards lie on one sheet in the plane of the cards. It falls on the pixels of the
 * screen, a hand may pan within its margin without a new one, and what it must cover it covers.
 */
import { describe, expect, test } from 'vitest';
import {
  boundsOf,
  onSheet,
  sheetFor,
  stillServes,
  type Sheet,
  type View,
} from '#renderer/charts/pictureSheet.ts';

const view: View = { x: 10.3, y: -20.7, zoom: 0.4, width: 1000, height: 600 };
const cards = { x: -5000, y: -5000, width: 20_000, height: 20_000 };
const few = { x: 100, y: 100, width: 400, height: 300 };

/** Of a place on the sheet, in device pixels of the screen. */
const onScreen = (sheet: Sheet, { x, zoom }: View, pixelRatio: number): number =>
  sheet.x * zoom * pixelRatio + x * pixelRatio;

describe('a new sheet', () => {
  test.each([1, 1.25, 2])('lies on the pixel grid of the screen (%s)', (pixelRatio) => {
    const sheet = sheetFor(view, cards, pixelRatio)!;
    expect(onScreen(sheet, view, pixelRatio) % 1).toBeCloseTo(0, 6);
    expect(sheet.scale).toBeCloseTo(0.4 * pixelRatio);
    expect(stillServes(sheet, view, cards, pixelRatio, false)).toBe(true);
  });

  test('is as large as what is seen and a margin, and no larger than the pictures', () => {
    const sheet = sheetFor(view, cards, 1)!;
    expect(sheet.width).toBeGreaterThan(1400);
    expect(sheet.width).toBeLessThan(1800);
    const small = sheetFor(view, few, 1)!;
    expect([small.width, small.height]).toEqual([161, 121]);
  });

  test('is none where no picture is near', () => {
    expect(sheetFor({ ...view, x: 50_000 }, few, 1)).toBeNull();
    expect(stillServes(null, { ...view, x: 50_000 }, few, 1, false)).toBe(true);
    expect(stillServes(null, view, few, 1, false)).toBe(false);
  });
});

describe('what was drawn', () => {
  const sheet = sheetFor(view, cards, 1)!;

  test('serves while the camera pans by whole pixels within its margin', () => {
    expect(stillServes(sheet, { ...view, x: view.x + 300 }, cards, 1, false)).toBe(true);
    expect(stillServes(sheet, { ...view, x: view.x + 330 }, cards, 1, true)).toBe(false);
  });

  test('serves wherever the camera goes when it covers all pictures', () => {
    const all = sheetFor(view, few, 1)!;
    expect(stillServes(all, { ...view, x: 900, y: -100 }, few, 1, true)).toBe(true);
  });

  test('is stretched while the camera zooms, and drawn anew when it rests or is stretched far', () => {
    const zoomed = { ...view, x: 100, y: 100, zoom: 0.5 };
    expect(stillServes(sheet, zoomed, few, 1, true)).toBe(true);
    expect(stillServes(sheet, zoomed, few, 1, false)).toBe(false);
    expect(stillServes(sheet, { ...zoomed, zoom: 0.8 }, few, 1, true)).toBe(false);
  });

  test('is drawn anew off the pixel grid once the camera rests', () => {
    const between = { ...view, x: view.x + 20.5 };
    expect(stillServes(sheet, between, cards, 1, true)).toBe(true);
    expect(stillServes(sheet, between, cards, 1, false)).toBe(false);
  });

  test('does not serve once a picture is outside of it', () => {
    const all = sheetFor(view, few, 1)!;
    expect(stillServes(all, view, { ...few, width: 500 }, 1, false)).toBe(false);
  });
});

test('a picture keeps its size and whole pixels wherever it is', () => {
  const sheet = sheetFor(view, cards, 1)!;
  const box = { x: 123.4, y: 56.7, width: 126, height: 56 };
  const { x, y, width, height } = onSheet(sheet, box)!;
  expect([x % 1, y % 1, width, height]).toEqual([0, 0, 50, 22]);
  expect(x).toBeCloseTo((box.x - sheet.x) * 0.4, -0.4);
  expect(onSheet(sheet, { ...box, x: 9000 })).toBeNull();
});

test('bounds are around all boxes', () => {
  expect(boundsOf([])).toBeNull();
  expect(boundsOf([few, { x: 0, y: 350, width: 10, height: 100 }])).toEqual({
    x: 0,
    y: 100,
    width: 500,
    height: 350,
  });
});

/** Rule: what lies under and beside the cards follows the camera exactly and costs it no painting. */
import { describe, expect, test } from 'vitest';
import { dotsAt, dotShift } from '#renderer/canvas/Dots.tsx';
import { mapScale } from '#renderer/canvas/GraphMap.tsx';

describe('dots', () => {
  test('are on the grid, wider apart from afar, and never a haze', () => {
    expect([2, 1, 0.5].map((zoom) => dotsAt(zoom).gap)).toEqual([16, 16, 16]);
    expect([0.49, 0.2, 0.04].map((zoom) => dotsAt(zoom).gap)).toEqual([64, 64, 256]);
    for (let zoom = 0.04; zoom < 2.5; zoom *= 1.1) {
      expect(dotsAt(zoom).gap * zoom).toBeGreaterThanOrEqual(8);
    }
  });
  test('begin a gap or less before the canvas, on whole pixels, where the camera puts them', () => {
    for (const offset of [-1234.4, -3, 0, 7.3, 900]) {
      const shift = dotShift(offset, 24, 1);
      expect(shift).toBeGreaterThanOrEqual(-24);
      expect(shift).toBeLessThanOrEqual(0);
      expect(shift % 1).toBeCloseTo(0);
      const off = (offset - shift) / 24;
      expect(Math.abs(off - Math.round(off)) * 24).toBeLessThanOrEqual(0.5);
    }
  });
});

test('the map shows the graph and what is in sight, in the middle', () => {
  const graph = { x: 0, y: 0, width: 1000, height: 500 };
  const sight = { x: 500, y: 0, width: 1000, height: 500 };
  const { scale, x, y } = mapScale(graph, sight, { width: 160, height: 88 });
  expect(scale).toBeCloseTo(152 / 1500);
  expect(x).toBeCloseTo(4);
  expect(y + (500 / 2) * scale).toBeCloseTo(44);
});

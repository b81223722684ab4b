/** The plane of a bottleneck: two squares with the same axes, and which cell is under the pointer. */
import { describe, expect, it } from 'vitest';
import { apart, cellAt, classPlaces, middleOf, planesIn } from '#renderer/charts/drawLatents.ts';

const frame = {
  ...{ step: 1, node: 'z', width: 2, xMin: -2, xMax: 2, yMin: 0, yMax: 10 },
  points: {
    x: Float32Array.of(0, 1, 2, -1),
    y: Float32Array.of(5, 6, 7, 1),
    label: Uint8Array.of(3, 3, 3, 0),
  },
};

describe('the squares', () => {
  it('are beside each other in a wide panel, and one above the other in a high one', () => {
    const wide = planesIn(400, 200, true);
    expect(wide.pictures?.y).toBe(wide.points.y);
    expect(wide.pictures?.side).toBe(wide.points.side);
    expect((wide.pictures?.x ?? 0) + wide.points.side).toBeLessThanOrEqual(400);
    const high = planesIn(200, 400, true);
    expect(high.pictures?.x).toBe(high.points.x);
    expect((high.pictures?.y ?? 0) + high.points.side).toBeLessThanOrEqual(400);
  });
  it('are one where there are no pictures, and none where there is no room', () => {
    expect(planesIn(400, 200, false).pictures).toBeNull();
    expect(planesIn(10, 10, true).points.side).toBe(0);
  });
});

describe('the cell under the pointer', () => {
  const box = { x: 10, y: 20, side: 100 };
  it('is counted from the lowest at the left', () => {
    expect(cellAt(box, 5, [11, 119])).toEqual({ column: 0, row: 0 });
    expect(cellAt(box, 5, [109, 21])).toEqual({ column: 4, row: 4 });
    expect(cellAt(box, 5, [9, 50])).toBeNull();
    expect(cellAt(box, 5, [50, 121])).toBeNull();
  });
  it('has its numbers in its middle', () => {
    expect(middleOf(frame, 4, { column: 0, row: 3 })).toEqual([-1.5, 8.75]);
  });
});

it('a class is named where most of it is', () => {
  expect(classPlaces(frame)).toEqual(
    new Map([
      [3, [1, 6]],
      [0, [-1, 1]],
    ]),
  );
});

describe('names of classes', () => {
  const distances = (places: readonly (readonly [number, number])[]): number[] =>
    places.flatMap(([x, y], i) =>
      places.slice(i + 1).map(([other, below]) => Math.hypot(x - other, y - below)),
    );
  it('stay where they have room', () => {
    const places = [
      [0, 0],
      [20, 0],
      [0, 13],
    ] as const;
    expect(apart(places, 12)).toEqual(places);
  });
  it('step aside from each other, from the very same place too', () => {
    const places = Array.from({ length: 10 }, (_, i) => [50 + (i % 3), 50] as const);
    expect(Math.min(...distances(apart(places, 12)))).toBeGreaterThan(11);
    const [one] = apart(
      [
        [3, 4],
        [3, 4],
      ],
      12,
    );
    expect(one?.every(Number.isFinite)).toBe(true);
  });
});

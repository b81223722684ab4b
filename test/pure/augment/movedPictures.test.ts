/** Rule: moves that are done at once, when pixels are asked for, come to what they come to one after the other. */
import { describe, expect, test } from 'vitest';
import { moved, reflected } from '#engine/augment/geometry.ts';
import { MovedPicture, type Picture } from '#engine/augment/index.ts';

const SHAPE = { channels: 2, height: 5, width: 7 };
const SIZE = 2 * 5 * 7;
const bytes = Uint8Array.from({ length: 3 * SIZE }, (_, i) => (i * 37) % 256);
const stored = (): Picture => new MovedPicture(SHAPE, { values: bytes, start: SIZE }, undefined);

interface Move {
  readonly row: (row: number) => number;
  readonly column: (column: number) => number;
  readonly fill: number;
}
const flip: Move = { row: (row) => row, column: (column) => 6 - column, fill: 0 };
const shift = (down: number, right: number, fill: number): Move => ({
  ...{ row: (row) => row - down, column: (column) => column - right, fill },
});
const mirror: Move = {
  row: (r) => reflected(r + 2, 5),
  column: (c) => reflected(c - 3, 7),
  fill: 0,
};

const LISTS: Readonly<Record<string, readonly Move[]>> = {
  none: [],
  'one that leaves nothing out': [flip],
  'one with an outside': [shift(2, -1, 1)],
  'two that push out and back in': [shift(0, 3, 1), shift(0, -3, 1)],
  'two of one fill': [shift(1, 2, 0.5), shift(-3, 1, 0.5)],
  'two of different fills': [shift(1, 2, 1), shift(-3, 1, 0)],
  'a fill, then one that leaves nothing out': [shift(1, 2, 1), flip],
  'several of all kinds': [mirror, shift(1, 2, 1), flip, shift(-3, 1, 0), mirror, flip],
};

/** Pixel by pixel, move after move. */
function oneByOne(moves: readonly Move[]): number[] {
  let pixels = [...bytes.subarray(SIZE, 2 * SIZE)].map((byte) => byte / 255);
  for (const { row: rowOf, column: columnOf, fill } of moves) {
    const before = pixels;
    pixels = before.map((_, at) => {
      const column = columnOf(at % 7);
      const row = rowOf(Math.floor(at / 7) % 5);
      const isInside = row >= 0 && row < 5 && column >= 0 && column < 7;
      return isInside ? (before[at - (at % 35) + row * 7 + column] ?? NaN) : fill;
    });
  }
  return pixels;
}

const all = (picture: Picture, moves: readonly Move[]): Picture =>
  moves.reduce((now, { row, column, fill }) => moved(now, row, column, fill), picture);

describe.each(Object.entries(LISTS))('moves: %s', (_name, moves) => {
  test('of stored bytes', () => {
    expect([...all(stored(), moves).pixels]).toEqual(oneByOne(moves).map(Math.fround));
  });

  test('of numbers', () => {
    const { pixels } = stored();
    expect([...all({ ...SHAPE, pixels }, moves).pixels]).toEqual(oneByOne(moves).map(Math.fround));
  });

  test('asked for in between, which changes nothing', () => {
    const watched = moves.reduce((now, { row, column, fill }) => {
      expect(now.pixels).toHaveLength(SIZE);
      return moved(now, row, column, fill);
    }, stored());
    expect(watched.pixels).toEqual(all(stored(), moves).pixels);
  });
});

test('a byte reaches the batch as it is', () => {
  const values = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const picture = new MovedPicture(
    { channels: 1, height: 16, width: 16 },
    { values, start: 0 },
    undefined,
  );
  const batch = new Float32Array(300).fill(-1);
  picture.writeStored(batch, 40);
  expect([...batch.subarray(40, 296)]).toEqual([...values]);
  expect(batch[39]).toBe(-1);
  expect(batch[296]).toBe(-1);
  // And through a step that is not a move.
  expect([...picture.pixels].map((pixel) => Math.fround(pixel * 255))).toEqual([...values]);
});

/** Pictures of shapes: what their fields say is what is drawn. */
import { describe, expect, it } from 'vitest';
import { coverOf } from '#engine/datasets/shapes/draw.ts';
import { SHAPE_NAMES } from '#engine/datasets/shapes/outlines.ts';
import { type DataTable, loadData } from '#engine/datasets/index.ts';
import type { JsonValue } from '#engine/ir/attrs.ts';
import { memoryFiles } from '#test/support/memoryFiles.ts';

const load = (options: Record<string, JsonValue>): Promise<DataTable> =>
  loadData('shapes', options, memoryFiles({}));
const column = ({ columns }: DataTable, name: string) => {
  const found = columns.find(({ field }) => field.name === name);
  if (!found) throw new Error(`no column ${name}`);
  return found;
};

/** Cover of a shape in the middle of a picture. */
function drawn(shape: number, side: number, radius: number, angle = 0): Float32Array {
  const cover = new Float32Array(side * side);
  coverOf({ shape, x: side / 2, y: side / 2, radius, angle }, side, cover);
  return cover;
}
const sum = (values: Float32Array): number => values.reduce((a, b) => a + b, 0);

describe('the outlines', () => {
  const half = (2 * Math.PI) / 10;
  it.each([
    ['circle', Math.PI],
    ['square', 2],
    ['triangle', (3 * Math.sqrt(3)) / 4],
    // Ten triangles between the centre, a point and a corner.
    ['star', 5 * 0.45 * Math.sin(half)],
    ['cross', 4 * 0.3 * 0.94 * 2 - 4 * 0.3 ** 2],
    ['ring', Math.PI * (1 - 0.55 ** 2)],
  ])('%s has its area, however it is turned', (name, area) => {
    const shape = SHAPE_NAMES.findIndex((each) => each === name);
    for (const angle of [0, 0.4, 2]) {
      const measured = sum(drawn(shape, 200, 90, angle)) / 90 ** 2;
      expect(measured / area, `turned by ${angle}`).toBeCloseTo(1, 2);
    }
  });

  it('are named for all of them', () => {
    expect(SHAPE_NAMES).toEqual(['circle', 'square', 'triangle', 'star', 'cross', 'ring']);
    expect(() => drawn(SHAPE_NAMES.length, 16, 5)).toThrow(RangeError);
  });

  it('have soft edges: whole, empty and in between', () => {
    const cover = drawn(0, 32, 10);
    expect(cover[16 * 32 + 16]).toBe(1);
    expect(cover[0]).toBe(0);
    expect(cover.filter((each) => each > 0 && each < 1).length).toBeGreaterThan(40);
  });
});

describe('pictures of shapes', () => {
  it('hold each shape equally often, and colours that do not follow from it', async () => {
    const table = await load({ count: 1200, side: 16 });
    const shapes = column(table, 'shape').stored;
    const colours = column(table, 'colour').stored;
    const pairs = new Map<string, number>();
    const counts = new Array<number>(6).fill(0);
    for (const [row, shape] of shapes.entries()) {
      counts[shape] = (counts[shape] ?? 0) + 1;
      const pair = `${shape} ${colours[row]}`;
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    }
    expect(counts).toEqual([200, 200, 200, 200, 200, 200]);
    expect(pairs.size).toBe(36);
    // 33 of each on average; 4 deviations are 23.
    for (const [pair, count] of pairs) expect(Math.abs(count - 100 / 3), pair).toBeLessThan(23);
  });

  it('lie where they are said to lie, as large as they are said to be', async () => {
    const side = 64;
    const table = await load({ count: 60, side, noise: 0, turned: false, colours: 'grey' });
    const [images, positions] = [column(table, 'image').stored, column(table, 'position').stored];
    const [shapes, sizes] = [column(table, 'shape').stored, column(table, 'size').stored];
    for (let row = 0; row < 60; row++) {
      // As wide as high without a turn, and seen from the same distance on all sides.
      if (!['circle', 'square', 'ring'].includes(SHAPE_NAMES[shapes[row] ?? 0] ?? '')) continue;
      const image = images.subarray(row * side * side, (row + 1) * side * side);
      const ground = Math.min(...image);
      let [left, right, top, bottom] = [side, 0, side, 0];
      for (const [at, light] of image.entries()) {
        if (light === ground) continue;
        const [x, y] = [at % side, Math.floor(at / side)];
        [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
        [top, bottom] = [Math.min(top, y), Math.max(bottom, y + 1)];
      }
      const half = side / 2;
      expect(Math.abs((left + right) / 2 / half - 1 - (positions[2 * row] ?? 0))).toBeLessThan(
        1.1 / half,
      );
      expect(Math.abs((top + bottom) / 2 / half - 1 - (positions[2 * row + 1] ?? 0))).toBeLessThan(
        1.1 / half,
      );
      const around = SHAPE_NAMES[shapes[row] ?? 0] === 'square' ? Math.SQRT2 : 1;
      const radius = (around * (right - left)) / 2 / half;
      expect(Math.abs(radius - (sizes[row] ?? 0))).toBeLessThan(2 / half);
    }
  });

  it('have the colour they are said to have', async () => {
    const side = 32;
    const table = await load({ count: 60, side, noise: 0 });
    const images = column(table, 'image').stored;
    const { field, stored: colours } = column(table, 'colour');
    const strong: Record<string, readonly number[]> = {
      red: [0],
      yellow: [0, 1],
      green: [1],
      cyan: [1, 2],
      blue: [2],
      magenta: [0, 2],
    };
    expect(field.classNames).toEqual(Object.keys(strong));
    for (let row = 0; row < 60; row++) {
      const lights = [0, 1, 2].map((channel) => {
        const begin = (row * 3 + channel) * side * side;
        return Math.max(...images.subarray(begin, begin + side * side));
      });
      const own = strong[field.classNames?.[colours[row] ?? -1] ?? ''] ?? [];
      const weakest = Math.min(...own.map((channel) => lights[channel] ?? 0));
      const others = [0, 1, 2].filter((channel) => !own.includes(channel));
      for (const channel of others) expect(lights[channel], `row ${row}`).toBeLessThan(weakest);
    }
  });

  it('are the same bytes on every machine', async () => {
    const { fingerprint } = await load({ count: 24, side: 16, seed: 3 });
    expect(fingerprint).toMatchInlineSnapshot(`"9e51c13e55e3da22"`);
  });

  it('that are grey have one channel and no colour to tell', async () => {
    const { columns } = await load({ count: 12, colours: 'grey' });
    expect(columns.map(({ field }) => field.name)).toEqual(['image', 'shape', 'position', 'size']);
    expect(columns[0]?.field.shape).toEqual([1, 32, 32]);
  });
});

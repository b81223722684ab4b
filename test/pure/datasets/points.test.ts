/** Generated points and curves lie where their definitions say. */
import { describe, expect, it } from 'vitest';
import { loadData } from '#engine/datasets/index.ts';
import type { JsonValue } from '#engine/ir/attrs.ts';
import { memoryFiles } from '#test/support/memoryFiles.ts';

interface Sample {
  readonly x: number;
  readonly y: number;
  readonly label: number;
}

async function samples(id: string, options: Record<string, JsonValue>): Promise<readonly Sample[]> {
  const { columns, count } = await loadData(id, options, memoryFiles({}));
  const [features, label] = columns;
  return Array.from({ length: count }, (_, row) => ({
    x: features?.stored[2 * row] ?? NaN,
    y: features?.stored[2 * row + 1] ?? NaN,
    label: label?.stored[row] ?? NaN,
  }));
}
const radius = ({ x, y }: Sample): number => Math.hypot(x, y);
const sizes = (all: readonly Sample[]): readonly number[] => {
  const counts: number[] = [];
  for (const { label } of all) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
};

describe('classes', () => {
  it.each(['xor', 'moons', 'circles', 'spirals', 'blobs'])('of %s are balanced', async (id) => {
    const counts = sizes(await samples(id, { count: 101 }));
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    expect(counts.length).toBeGreaterThan(1);
  });

  it.each([
    ['circles', 5],
    ['spirals', 8],
    ['blobs', 10],
  ])('of %s can be %d', async (id, classes) => {
    expect(sizes(await samples(id, { count: 200, classes }))).toHaveLength(classes);
  });
});

describe('xor', () => {
  it('has class 1 where exactly one coordinate is positive, in all four quadrants', async () => {
    const all = await samples('xor', { noise: 0 });
    for (const { x, y, label } of all) expect(label).toBe(x > 0 !== y > 0 ? 1 : 0);
    const quadrants = all.map(({ x, y }) => (x > 0 ? 1 : 0) + (y > 0 ? 2 : 0));
    for (const quadrant of [0, 1, 2, 3]) {
      expect(quadrants.filter((each) => each === quadrant).length).toBe(100);
    }
  });

  it('is separated by no line, but by the product of its coordinates', async () => {
    const all = await samples('xor', { noise: 0 });
    for (let angle = 0; angle < Math.PI; angle += 0.05) {
      for (let offset = -1; offset <= 1; offset += 0.1) {
        const right = all.filter(
          ({ x, y, label }) =>
            (Math.cos(angle) * x + Math.sin(angle) * y > offset ? 1 : 0) === label,
        ).length;
        // A line can cut off one quadrant at best.
        expect(Math.max(right, all.length - right)).toBeLessThan(0.8 * all.length);
      }
    }
    expect(all.every(({ x, y, label }) => (x * y < 0 ? 1 : 0) === label)).toBe(true);
  });
});

describe('moons, circles, spirals and blobs without noise', () => {
  it('moons lie on two half circles', async () => {
    for (const { x, y, label } of await samples('moons', { noise: 0 })) {
      const [cx, cy] = label === 0 ? [x + 0.5, y + 0.25] : [0.5 - x, 0.25 - y];
      expect(Math.hypot(cx, cy)).toBeCloseTo(1, 5);
      expect(cy).toBeGreaterThanOrEqual(-1e-6);
    }
  });

  it('circles have the radii of their classes', async () => {
    const all = await samples('circles', { noise: 0, classes: 3, factor: 0.6 });
    for (const sample of all) expect(radius(sample)).toBeCloseTo(0.6 ** sample.label, 5);
  });

  it('spirals wind around the centre as often as asked', async () => {
    const all = await samples('spirals', { noise: 0, turns: 2, count: 2000 });
    for (const sample of all) {
      const along = (radius(sample) - 0.08) / 0.92;
      const expected = 2 * Math.PI * (2 * along + sample.label / 2);
      const actual = Math.atan2(sample.y, sample.x);
      expect(Math.cos(expected - actual)).toBeCloseTo(1, 4);
    }
    expect(Math.max(...all.map(radius))).toBeGreaterThan(0.99);
    // Any first few are spread over the whole arm.
    expect(Math.max(...all.slice(0, 20).map(radius))).toBeGreaterThan(0.8);
  });

  it('blobs sit on their centres, and spread by the noise', async () => {
    const still = await samples('blobs', { noise: 0, classes: 4 });
    expect(still[1]?.x).toBeCloseTo(0, 6);
    expect(still[1]?.y).toBeCloseTo(1, 6);
    const noisy = await samples('blobs', { noise: 0.3, count: 20_000, classes: 2 });
    const own = noisy.filter(({ label }) => label === 0);
    const deviation = Math.sqrt(own.reduce((sum, { y }) => sum + y * y, 0) / own.length);
    expect(deviation).toBeCloseTo(0.3, 2);
  });
});

describe('curves', () => {
  const curve = async (options: Record<string, JsonValue>) => {
    const { columns } = await loadData('curves', options, memoryFiles({}));
    const [x, y] = columns;
    return [...(x?.stored ?? [])].map((value, row) => [value, y?.stored[row] ?? NaN] as const);
  };

  it.each([
    ['sine', (x: number) => Math.sin(2 * Math.PI * x)],
    ['polynomial', (x: number) => 4 * x ** 3 - 3 * x + 0.5 * x ** 2],
    ['step', (x: number) => (x < 0 ? -0.8 : 0.8)],
    ['absolute', (x: number) => 2 * Math.abs(x) - 1],
    ['bump', (x: number) => 2 * Math.exp(-12 * x ** 2) - 1],
    ['chirp', (x: number) => Math.sin(1.5 * Math.PI * (x + 1) ** 2)],
    ['sawtooth', (x: number) => ((3 * (x + 1)) % 2) - 1],
  ])('%s has the values of its function', async (name, at) => {
    const points = await curve({ curve: name, noise: 0 });
    for (const [x, y] of points) expect(y).toBeCloseTo(at(x), 4);
    expect(Math.min(...points.map(([x]) => x))).toBeLessThan(-0.98);
    expect(Math.max(...points.map(([x]) => x))).toBeGreaterThan(0.98);
    expect(Math.max(...points.map(([, y]) => Math.abs(y)))).toBeLessThan(2);
  });

  it('scatter by the noise', async () => {
    const points = await curve({ noise: 0.2, count: 20_000 });
    const squares = points.map(([x, y]) => (y - Math.sin(2 * Math.PI * x)) ** 2);
    const mean = squares.reduce((a, b) => a + b, 0) / squares.length;
    expect(Math.sqrt(mean)).toBeCloseTo(0.2, 2);
  });
});

/** Random numbers: the published test vectors, the documented mapping, and that they look random. */
import { describe, expect, test } from 'vitest';
import { Tensor, evaluateOp } from '#engine/backends/reference/index.ts';
import { tensorType } from '#engine/ir/index.ts';
import {
  RandomStream,
  below,
  permutation,
  philox4x32,
  rngFeed,
  seedWords,
} from '#engine/ops/index.ts';

const hex = (words: readonly number[]) =>
  words.map((w) => w.toString(16).padStart(8, '0')).join(' ');

describe('Philox 4x32-10', () => {
  // Random123's kat_vectors, https://github.com/DEShawResearch/random123
  test.each([
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [[-1, -1, -1, -1], [-1, -1], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    ],
  ] as const)('counter %j key %j', (counter, key, expected) => {
    expect(hex(philox4x32(counter, key))).toBe(expected);
  });
});

const SEED = 0x12_3456_789a;
const rngAt = (step: number) => Tensor.from(tensorType([4], 'i32'), rngFeed(SEED, step));
const many = (op: 'randomUniform' | 'randomNormal', step: number, stream: number, count = 40_000) =>
  evaluateOp(op, [rngAt(step)], { shape: [count], stream }).data;

function moments(values: ArrayLike<number>) {
  const list = Array.from(values);
  const mean = list.reduce((sum, v) => sum + v, 0) / list.length;
  const variance = list.reduce((sum, v) => sum + (v - mean) ** 2, 0) / list.length;
  return { mean, variance };
}

describe('the mapping', () => {
  test('uniform: four elements a block, 24 bits of each word', () => {
    const values = many('randomUniform', 9, 5, 8);
    const block = philox4x32([1, 9, 5, 0], seedWords(SEED));
    expect([...values.slice(4)]).toEqual(block.map((word) => (word >>> 8) / 2 ** 24));
  });

  test('a dropout mask drops where the uniform number is below p', () => {
    const params = { shape: [1000], stream: 5 };
    const values = evaluateOp('randomUniform', [rngAt(9)], params).data;
    const mask = evaluateOp('dropoutMask', [rngAt(9)], { ...params, p: 0.25 }).data;
    expect([...mask]).toEqual([...values].map((u) => (u < 0.25 ? 0 : Math.fround(4 / 3))));
  });

  test('another step, stream or seed gives other numbers', () => {
    const first = hex(philox4x32([0, 1, 2, 0], seedWords(3)));
    expect(hex(philox4x32([0, 2, 2, 0], seedWords(3)))).not.toBe(first);
    expect(hex(philox4x32([0, 1, 3, 0], seedWords(3)))).not.toBe(first);
    expect(hex(philox4x32([0, 1, 2, 0], seedWords(4)))).not.toBe(first);
    expect(hex(philox4x32([0, 1, 2, 0], seedWords(3 + 2 ** 32)))).not.toBe(first);
  });

  test('a box lies inside its image and every place is reached', () => {
    const seen = new Set<string>();
    const shape = [400, 1, 5, 4];
    const mask = evaluateOp('randomBoxMask', [rngAt(1)], { shape, stream: 1, height: 3, width: 2 });
    for (let n = 0; n < 400; n++) {
      const zeros = Array.from({ length: 20 }, (_, i) => i).filter(
        (i) => mask.at(n * 20 + i) === 0,
      );
      expect(zeros).toHaveLength(6);
      const corner = zeros[0] ?? NaN;
      expect(zeros).toEqual([0, 1, 4, 5, 8, 9].map((by) => corner + by));
      seen.add(`${Math.floor(corner / 4)},${corner % 4}`);
    }
    expect(seen.size).toBe(3 * 3);
  });

  test('below stays below', () => {
    expect(below(0xffffffff, 7)).toBe(6);
    expect(below(0, 7)).toBe(0);
  });
});

describe('the numbers look right', () => {
  // Four standard errors of 40 000 draws.
  test('uniform', () => {
    const { mean, variance } = moments(many('randomUniform', 3, 1));
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / 40_000));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.002);
  });

  test('normal', () => {
    const values = many('randomNormal', 3, 1);
    const { mean, variance } = moments(values);
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(40_000));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / 40_000));
    const within = [...values].filter((z) => Math.abs(z) < 1.959964).length / 40_000;
    expect(Math.abs(within - 0.95)).toBeLessThan(0.005);
  });

  test('neighbouring streams are not correlated', () => {
    const [a, b] = [many('randomNormal', 3, 1), many('randomNormal', 3, 2)];
    const correlation = Array.from(a).reduce((sum, v, i) => sum + v * (b[i] ?? NaN), 0) / 40_000;
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(40_000));
  });
});

describe('shuffling', () => {
  test('an order of everything, its own for every epoch and seed, the same each time', () => {
    const order = permutation(1000, 7, 3);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(permutation(1000, 7, 3)).toEqual(order);
    expect(permutation(1000, 7, 4)).not.toEqual(order);
    expect(permutation(1000, 8, 3)).not.toEqual(order);
  });

  test('every order of three comes up equally often', () => {
    const counts = new Map<string, number>();
    for (let epoch = 0; epoch < 6000; epoch++) {
      const order = permutation(3, 11, epoch).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });

  test('nothing and one', () => {
    expect([...permutation(0, 1, 0)]).toEqual([]);
    expect([...permutation(1, 1, 0)]).toEqual([0]);
  });
});

describe('streams for the host', () => {
  test('integers cover their range', () => {
    const random = new RandomStream(5, 'data');
    const seen = new Set(Array.from({ length: 200 }, () => random.integer(6)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('domains do not share numbers', () => {
    const [a, b] = [new RandomStream(5, 'data'), new RandomStream(5, 'initialise')];
    expect(a.word()).not.toBe(b.word());
  });

  test.each([-1, 1.5, NaN, 2 ** 53])('a seed of %d is refused', (seed) => {
    expect(() => seedWords(seed)).toThrow(RangeError);
  });
});

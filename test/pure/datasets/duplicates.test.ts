/** Rule: pictures that are nearly the same are found, within and between splits; those that only resemble are not. */
import { describe, expect, it } from 'vitest';
import { duplicateNotes, findDuplicates } from '#engine/datasets/images/duplicates.ts';
import { imageField } from '#engine/datasets/shared/table.ts';
import { RandomStream } from '#engine/ops/index.ts';
import { cpuSeconds } from '#test/support/cpuSeconds.ts';

const SIDE = 32;
type Picture = Uint8Array;

/** Smooth patches of random greys, in three channels. */
function patches(seed: number): Picture {
  const random = new RandomStream(seed, 'data');
  const coarse = Array.from({ length: 6 * 6 * 3 }, () => random.integer(256));
  return picture((x, y, channel) => coarse[(channel * 6 + (y >> 3)) * 6 + (x >> 3)] ?? 0);
}
function picture(value: (x: number, y: number, channel: number) => number): Picture {
  return Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, at) =>
    Math.max(0, Math.min(255, value(at % SIDE, (at >> 5) % SIDE, at >> 10))),
  );
}
const changed = (of: Picture, change: (value: number, at: number) => number): Picture =>
  of.map((value, at) => Math.max(0, Math.min(255, change(value, at))));
const find = (pictures: readonly Picture[], testStart?: number, onProgress?: () => void) =>
  findDuplicates(
    {
      field: imageField(3, SIDE, SIDE),
      stored: new Uint8Array(Buffer.concat(pictures)),
    },
    testStart,
    onProgress,
  );

describe('nearly the same', () => {
  const one = patches(1);
  it.each([
    ['the same', one, 1],
    ['with noise', changed(one, (value, at) => value + (at % 7) - 3), 0.999],
    ['a little brighter', changed(one, (value) => value + 5), 0.999],
    ['with a spot', changed(one, (value, at) => (at % 1024 < 4 ? value - 30 : value)), 0.995],
  ])('is a picture that is %s', async (_what, other, least) => {
    const { pairs, isComplete } = await find([one, patches(2), other]);
    expect(pairs.map(({ rows }) => rows)).toEqual([[0, 2]]);
    expect(pairs[0]?.similarity).toBeGreaterThanOrEqual(least);
    expect(isComplete).toBe(true);
  });

  it('is none of many others, nor a blank picture of another grey', async () => {
    const many = Array.from({ length: 300 }, (_, i) => patches(i));
    expect((await find(many)).pairs).toEqual([]);
    expect((await find([0, 60, 120, 255].map((grey) => picture(() => grey)))).pairs).toEqual([]);
  });

  it('are all of a group with the first, and test pictures that training has', async () => {
    const noisy = changed(one, (value, at) => value + (at % 3));
    const found = await find(
      [one, patches(2), one, noisy, patches(3), one, patches(4), patches(4)],
      5,
    );
    expect(found.pairs.map(({ rows }) => rows).sort()).toEqual([
      [0, 2],
      [0, 3],
      [0, 5],
      [6, 7],
    ]);
    expect(found.testRows).toEqual([5]);
    expect(duplicateNotes(found)).toEqual([
      '4 pictures are nearly the same as an earlier one.',
      '1 test picture is in training as well.',
    ]);
    expect(duplicateNotes(await find([one, patches(2)]))).toEqual([]);
  });

  it('are found in bounded time where all are alike', async () => {
    const blank = picture(() => 0);
    const from = cpuSeconds();
    let told = 0;
    const alike = Array.from({ length: 3000 }, () => blank);
    const { pairs, isComplete } = await find(alike, undefined, () => void (told += 1));
    // At the beginning, and while it compares: whoever waits knows that it goes on.
    expect(told).toBeGreaterThan(1);
    expect(pairs).toHaveLength(2999);
    expect(isComplete).toBe(true);
    expect(cpuSeconds() - from).toBeLessThan(20);
  });
});

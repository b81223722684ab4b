/**
 * Rule: a step of augmentation changes pictures as torchvision defines it, keeps their shape and the one it was given,
 * and draws by seed, epoch, row and place alone. Expected numbers follow from the definitions by hand.
 */
import { describe, expect, test } from 'vitest';
import {
  type AugmentedPicture,
  augmented,
  augmentSteps,
  type Picture,
} from '#engine/augment/index.ts';
import { blendedWith, greyOf, turnedHue } from '#engine/augment/colour.ts';
import { moved, reflected, warped } from '#engine/augment/geometry.ts';
import { addNormals } from '#engine/augment/normals.ts';
import { beta } from '#engine/augment/shared.ts';
import type { Step } from '#engine/ir/attrs.ts';
import { RandomStream } from '#engine/ops/philox.ts';

const picture = (channels: number, height: number, width: number): Picture => {
  const random = new RandomStream(1, 'data');
  const pixels = Float32Array.from({ length: channels * height * width }, () => random.uniform());
  return { channels, height, width, pixels };
};
const of = (width: number, ...pixels: number[]): Picture => ({
  ...{ channels: 1, height: pixels.length / width, width },
  pixels: Float32Array.from(pixels),
});
const rounded = ({ pixels }: Picture) => Array.from(pixels, (value) => Number(value.toFixed(5)));
const place = { seed: 7, epoch: 3, row: 11 };
/** After the steps; what is mixed in is the picture upside down. */
const made = (given: Picture, steps: readonly Step[], at = place) => {
  const other = { ...given, pixels: given.pixels.slice().reverse() };
  const source = { read: (row: number) => (row === at.row ? given : other), others: [at.row + 1] };
  return augmented(source, steps, at).map((each) => each.picture);
};
const always: readonly Step[] = [...augmentSteps.keys()].map((step) => ({
  step,
  ...(augmentSteps.get(step)?.attrs['chance'] ? { chance: 1 } : {}),
}));

describe('every step', () => {
  test.each(always)('$step keeps shape, range and what it was given, and changes it', (step) => {
    const given = picture(3, 9, 7);
    const before = given.pixels.slice();
    // A shift or a crop of no pixels may be drawn.
    const results = [0, 1, 2, 3].map((row) => made(given, [step], { ...place, row })[0]);
    expect(given.pixels).toEqual(before);
    for (const result of results) {
      expect(result).toMatchObject({ channels: 3, height: 9, width: 7 });
      expect(result?.pixels).toHaveLength(189);
      expect(result?.pixels.every((value) => value >= 0 && value <= 1)).toBe(true);
    }
    expect(results.some((result) => String(result?.pixels) !== String(before))).toBe(true);
  });

  test.each(always)('$step takes pictures of one pixel, and of one channel', (step) => {
    expect(made(picture(1, 1, 1), [step], place)[0]?.pixels).toHaveLength(1);
    expect(made(picture(1, 5, 2), [step], place)[0]?.pixels).toHaveLength(10);
  });
});

describe('what is drawn', () => {
  const given = picture(3, 8, 8);
  const last = (steps: readonly Step[], at = place) => made(given, steps, at).at(-1)?.pixels;

  test('is the same for the same seed, epoch and row, whatever was drawn before', () => {
    const first = last(always);
    last(always, { ...place, row: 12 });
    expect(last(always)).toEqual(first);
  });

  test.each([{ seed: 8 }, { epoch: 4 }, { row: 12 }])('is another for %j', (other) => {
    const noise = [{ step: 'noise' }];
    expect(last(noise, { ...place, ...other })).not.toEqual(last(noise));
  });

  test('is another for the same step at another place, and a step that is off keeps its place', () => {
    const twice = last([{ step: 'noise', off: true }, { step: 'noise' }]);
    expect(twice).not.toEqual(last([{ step: 'noise' }]));
    expect(twice).toEqual(last([{ step: 'noise', sigma: 0 }, { step: 'noise' }]));
  });

  test('flips about as many as it is to', () => {
    const pair = of(2, 0, 1);
    const flips = Array.from(
      { length: 1000 },
      (_, row) => made(pair, [{ step: 'flip', chance: 0.3 }], { ...place, row })[0]?.pixels[0],
    );
    const count = flips.filter((first) => first === 1).length;
    expect(count).toBeGreaterThan(250);
    expect(count).toBeLessThan(350);
  });
});

describe('geometry', () => {
  const three = of(3, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9);

  test('a quarter turn to the left puts the right column on top', () => {
    const turned = warped(three, [0, -1, 1, 0], 0);
    expect(rounded(turned)).toEqual([0.3, 0.6, 0.9, 0.2, 0.5, 0.8, 0.1, 0.4, 0.7]);
  });

  test('twice the size is bilinear about the middle, and outside is the fill', () => {
    expect(rounded(warped(three, [0.5, 0, 0, 0.5], 0))).toEqual([
      0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7,
    ]);
    expect(
      rounded(
        moved(
          three,
          (row) => row - 2,
          (column) => column + 1,
          1,
        ),
      ),
    ).toEqual([1, 1, 1, 1, 1, 1, 0.2, 0.3, 1]);
  });

  test('mirrors at the edge without the edge twice', () => {
    expect([-4, -3, -2, -1, 0, 1, 2, 3, 4].map((at) => reflected(at, 3))).toEqual([
      0, 1, 2, 1, 0, 1, 2, 1, 0,
    ]);
  });
});

describe('colour', () => {
  const colour = (...pixels: number[]): Picture => ({
    ...of(1, ...pixels),
    channels: 3,
    height: 1,
  });

  test('grey weighs red, green and blue as torchvision does', () => {
    expect(greyOf(colour(1, 0.5, 0))[0]).toBeCloseTo(0.2989 + 0.2935, 6);
  });

  test('a third round the circle turns red to green and green to blue; a whole one changes nothing', () => {
    expect(rounded(turnedHue(colour(1, 0, 0), 1 / 3))).toEqual([0, 1, 0]);
    expect(rounded(turnedHue(colour(0.2, 0.7, 0.4), 1 / 3))).toEqual([0.4, 0.2, 0.7]);
    expect(rounded(turnedHue(colour(0.2, 0.7, 0.4), 1))).toEqual([0.2, 0.7, 0.4]);
    expect(rounded(turnedHue(colour(0.5, 0.5, 0.5), 0.2))).toEqual([0.5, 0.5, 0.5]);
  });

  test('a blend beyond the picture is kept within 0 and 1', () => {
    expect(rounded(blendedWith(of(2, 0.2, 0.8), 0.5, 2))).toEqual([0, 1]);
  });
});

describe('mixing', () => {
  const rows = [0, 1, 2, 3, 4, 5, 6, 7];
  /** Each picture of one level. */
  const source = {
    others: rows,
    read: (row: number) => of(6, ...Array<number>(36).fill(row / 10)),
  };
  const mixed = (steps: readonly Step[], row: number, epoch = 0) =>
    augmented(source, steps, { seed: 7, epoch, row }).at(-1) as AugmentedPicture;
  const mean = ({ picture: { pixels } }: AugmentedPicture) =>
    pixels.reduce((sum, pixel) => sum + pixel, 0) / pixels.length;
  const chain: readonly Step[] = [{ step: 'mixup', alpha: 1 }, { step: 'cutmix' }];

  test.each([
    ['mixup', chain.slice(0, 1)],
    ['cutmix', chain.slice(1)],
    ['one after the other', chain],
  ])('%s: shares are how much is of each picture, and add up to 1', (_, steps) => {
    for (const row of rows) {
      const result = mixed(steps, row);
      const { shares } = result;
      expect(shares.length).toBeGreaterThan(1);
      expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
      const level = shares.reduce((sum, part) => sum + (part.share * part.row) / 10, 0);
      // Of a rectangle over a mixture it is the mixture's shares that count, which is exact on average only.
      if (steps.length === 1) expect(mean(result)).toBeCloseTo(level, 6);
    }
  });

  test('cutmix leaves each pixel of one picture or the other', () => {
    const { picture: result, shares } = mixed([{ step: 'cutmix' }], 5);
    const own = result.pixels.filter((pixel) => Math.fround(pixel) === Math.fround(0.5)).length;
    const other = shares[1]?.row ?? NaN;
    expect(own / 36).toBeCloseTo(shares[0]?.share ?? NaN, 6);
    const rest = result.pixels.filter((pixel) => Math.fround(pixel) === Math.fround(other / 10));
    expect(other === 5 ? 36 : own + rest.length).toBe(36);
  });

  test('what is mixed in has gone through the steps before, by its own numbers', () => {
    const steps: readonly Step[] = [
      { step: 'noise', sigma: 0.05 },
      { step: 'mixup', alpha: 1 },
    ];
    const { picture: result, shares } = mixed(steps, 3);
    const [own, other] = shares.map(({ row }) => mixed(steps.slice(0, 1), row).picture.pixels);
    const [mine = 0, theirs = 0] = shares.map(({ share }) => share);
    result.pixels.forEach((pixel, i) =>
      expect(pixel).toBeCloseTo(mine * (own?.[i] ?? 0) + theirs * (other?.[i] ?? 0), 6),
    );
  });

  test('chance 0 leaves pictures and labels alone', () => {
    expect(
      mixed(
        [
          { step: 'mixup', chance: 0 },
          { step: 'cutmix', chance: 0 },
        ],
        2,
      ),
    ).toEqual({
      picture: source.read(2),
      shares: [{ row: 2, share: 1 }],
    });
  });

  // Mean 1/2 and variance 1 / (8 alpha + 4).
  test.each([0.01, 0.2, 1, 8])('shares follow Beta(%d, %d)', (alpha) => {
    const random = new RandomStream(3, 'augment');
    const drawn = Array.from({ length: 20_000 }, () => beta(random, alpha));
    const average = drawn.reduce((sum, each) => sum + each, 0) / drawn.length;
    const variance = drawn.reduce((sum, each) => sum + (each - average) ** 2, 0) / drawn.length;
    expect(average).toBeCloseTo(0.5, 1.7);
    expect(variance * (8 * alpha + 4)).toBeCloseTo(1, 1);
  });
});

test('noise for many pixels is normal: mean, deviation, and the share beyond one, two and three deviations', () => {
  const count = 400_000;
  const grey = new Float32Array(count).fill(0.5);
  const noisy = new Float32Array(count);
  // So small that nothing is cut at black and white.
  addNormals(grey, 0.05, new RandomStream(3, 'augment'), noisy);
  const normals = Float64Array.from(noisy, (value) => (value - 0.5) / 0.05);
  const mean = normals.reduce((sum, each) => sum + each, 0) / count;
  const square = normals.reduce((sum, each) => sum + each * each, 0) / count;
  expect(Math.abs(mean)).toBeLessThan(0.006);
  expect(Math.abs(square - 1)).toBeLessThan(0.01);
  for (const [deviations, share] of [
    [1, 0.3173],
    [2, 0.0455],
    [3, 0.0027],
  ] as const) {
    const found = normals.filter((each) => Math.abs(each) > deviations).length / count;
    expect(Math.abs(found - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / count));
  }
});

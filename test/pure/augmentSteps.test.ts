/**
 * Rule: a step of augmentation changes pictures as torchvision defines it, keeps their shape and the one it was given,
 * and draws by seed, epoch, row and place alone. Expected numbers follow from the definitions by hand.
 */
import { describe, expect, test } from 'vitest';
import { augmented, augmentSteps, type Picture } from '#engine/augment/index.ts';
import { blendedWith, greyOf, turnedHue } from '#engine/augment/colour.ts';
import { moved, reflected, warped } from '#engine/augment/geometry.ts';
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
const always: readonly Step[] = [...augmentSteps.keys()].map((step) => ({
  step,
  ...(augmentSteps.get(step)?.attrs['chance'] ? { chance: 1 } : {}),
}));

describe('every step', () => {
  test.each(always)('$step keeps shape, range and what it was given, and changes it', (step) => {
    const given = picture(3, 9, 7);
    const before = given.pixels.slice();
    // A shift or a crop of no pixels may be drawn.
    const results = [0, 1, 2, 3].map((row) => augmented(given, [step], { ...place, row })[0]);
    expect(given.pixels).toEqual(before);
    for (const result of results) {
      expect(result).toMatchObject({ channels: 3, height: 9, width: 7 });
      expect(result?.pixels).toHaveLength(189);
      expect(result?.pixels.every((value) => value >= 0 && value <= 1)).toBe(true);
    }
    expect(results.some((result) => String(result?.pixels) !== String(before))).toBe(true);
  });

  test.each(always)('$step takes pictures of one pixel, and of one channel', (step) => {
    expect(augmented(picture(1, 1, 1), [step], place)[0]?.pixels).toHaveLength(1);
    expect(augmented(picture(1, 5, 2), [step], place)[0]?.pixels).toHaveLength(10);
  });
});

describe('what is drawn', () => {
  const given = picture(3, 8, 8);
  const last = (steps: readonly Step[], at = place) => augmented(given, steps, at).at(-1)?.pixels;

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
      (_, row) => augmented(pair, [{ step: 'flip', chance: 0.3 }], { ...place, row })[0]?.pixels[0],
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

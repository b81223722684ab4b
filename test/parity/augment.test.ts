/**
 * Rule: steps of augmentation make of a picture what torchvision makes of it by the same parameters. Expected numbers:
 * torchvision_augment.py. Ours are of float32, theirs of float64.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { blendedBy, blendedWith, greyOf, turnedHue } from '#engine/augment/colour.ts';
import { enlarged, moved, reflected, turned, warped } from '#engine/augment/geometry.ts';
import type { Picture } from '#engine/augment/index.ts';

interface Case {
  readonly step: string;
  readonly params: Readonly<Record<string, number | string>>;
  readonly values: readonly number[];
}

const {
  shape,
  picture: numbers,
  cases,
} = JSON.parse(readFileSync(new URL('./torchvision_augment.json', import.meta.url), 'utf8')) as {
  readonly shape: readonly [number, number, number];
  readonly picture: readonly number[];
  readonly cases: readonly Case[];
};
const [channels, height, width] = shape;
const picture: Picture = { channels, height, width, pixels: Float32Array.from(numbers) };
/** Of numbers from 0 to 1 in float32, through at most some tens of roundings. */
const TOLERANCE = 2e-6;

const mean = (values: Float32Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

type Params = (name: string) => number;
const MADE: Readonly<Record<string, (p: Params, text: Case['params']) => Picture>> = {
  rotate: (p) => turned(picture, p('degrees'), 0),
  scale: (p) => warped(picture, [1 / p('factor'), 0, 0, 1 / p('factor')], 0),
  shift: (p) =>
    moved(
      picture,
      (row) => row - p('down'),
      (column) => column - p('right'),
    ),
  flip: (_, { direction }) =>
    moved(
      picture,
      (row) => (direction === 'vertical' ? height - 1 - row : row),
      (column) => (direction === 'vertical' ? column : width - 1 - column),
    ),
  crop: (p, { edge }) => {
    const at = (place: number, size: number) => (edge === 'zero' ? place : reflected(place, size));
    return moved(
      picture,
      (row) => at(row + p('down'), height),
      (column) => at(column + p('right'), width),
    );
  },
  resizedCrop: (p) =>
    enlarged(picture, {
      ...{ top: p('top'), left: p('left') },
      ...{ tall: p('tall'), wide: p('wide') },
    }),
  brightness: (p) => blendedWith(picture, 0, p('factor')),
  contrast: (p) => blendedWith(picture, mean(greyOf(picture)), p('factor')),
  saturation: (p) => blendedBy(picture, greyOf(picture), p('factor')),
  hue: (p) => turnedHue(picture, p('turn')),
  grayscale: () => blendedBy(picture, greyOf(picture), 0),
};

test.each(cases)('$step by $params', ({ step, params, values }) => {
  const found = MADE[step]?.((name) => Number(params[name]), params).pixels ?? [];
  const difference = Math.max(...values.map((value, i) => Math.abs(value - (found[i] ?? NaN))));
  expect(difference).toBeLessThan(TOLERANCE);
});

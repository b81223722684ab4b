/** Attributes that several steps of augmentation have, and what they draw by them. Pure. */
import type { NumberAttr } from '../ir/attrs.ts';
import type { RandomStream } from '../ops/philox.ts';
import type { Picture } from './define.ts';

export const chance = (usual: number): NumberAttr => ({
  kind: 'number',
  default: usual,
  min: 0,
  max: 1,
  help: 'How often it is done: 0 never, 1 to every picture.',
});

export const fill: NumberAttr = {
  kind: 'number',
  default: 0,
  min: 0,
  max: 1,
  help: 'What lies outside the picture: 0 black, 1 white.',
};

export const happens = (random: RandomStream, likely: number): boolean => random.uniform() < likely;

/** Evenly between the two. */
export const between = (random: RandomStream, low: number, high: number): number =>
  low + (high - low) * random.uniform();

/** A whole number from `-most` to `most`. */
export const within = (random: RandomStream, most: number): number =>
  random.integer(2 * most + 1) - most;

/** For pixels that are all written. */
export const pixelsLike = ({ room, pixels: { length } }: Picture): Float32Array =>
  room?.take(length) ?? new Float32Array(length);

/** A picture of the same shape. */
export const withPixels = (
  { channels, height, width, room }: Picture,
  pixels: Float32Array,
): Picture => ({ channels, height, width, pixels, ...(room && { room }) });

/** torchvision's shares of red, green and blue in a grey. */
export const grey = (red: number, green: number, blue: number): number =>
  0.2989 * red + 0.587 * green + 0.114 * blue;

export const clamped = (value: number): number => (value < 0 ? 0 : value > 1 ? 1 : value);

/** `Beta(alpha, alpha)`: near 0 or 1 where alpha is small, even where it is 1. */
export function beta(random: RandomStream, alpha: number): number {
  const [first, second] = [logGamma(random, alpha), logGamma(random, alpha)];
  return 1 / (1 + Math.exp(second - first));
}

/**
 * The logarithm of a number by Gamma(shape, 1), so that those of small shapes do not vanish.
 * Reference: Marsaglia and Tsang, A simple method for generating gamma variables, 2000.
 */
function logGamma(random: RandomStream, shape: number): number {
  if (shape < 1) return logGamma(random, shape + 1) + Math.log(1 - random.uniform()) / shape;
  const d = shape - 1 / 3;
  for (;;) {
    const normal = random.normal();
    const root = 1 + normal / Math.sqrt(9 * d);
    if (root <= 0) continue;
    const cube = root ** 3;
    const uniform = Math.log(1 - random.uniform());
    if (uniform < normal ** 2 / 2 + d - d * cube + d * Math.log(cube)) return Math.log(d * cube);
  }
}

/** Of the beta distribution that shares are drawn by. */
export const alpha = (usual: number): NumberAttr => ({
  ...{ kind: 'number', default: usual, above: 0, max: 100 },
  help: 'Of Beta(alpha, alpha), which says how much is of each: small leaves most pictures nearly alone, 1 makes every share alike, large halves them.',
});

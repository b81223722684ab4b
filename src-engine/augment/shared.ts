/** Attributes that several steps of augmentation have, and what they draw by them. Pure. */
import type { NumberAttr } from '../ir/attrs.ts';
import type { RandomStream } from '../ops/philox.ts';

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

/** torchvision's shares of red, green and blue in a grey. */
export const grey = (red: number, green: number, blue: number): number =>
  0.2989 * red + 0.587 * green + 0.114 * blue;

export const clamped = (value: number): number => (value < 0 ? 0 : value > 1 ? 1 : value);

/** Options that many generators share, so that they are named and explained alike. */
import type { IntAttr, NumberAttr } from '#engine/ir/attrs.ts';

export const MAX_GENERATED = 1_000_000;

export const countOption = (samples: number, max = MAX_GENERATED): IntAttr => ({
  kind: 'int',
  default: samples,
  min: 4,
  max,
  label: 'Samples',
  help: 'How many samples to make, all splits together.',
});

export const seedOption: IntAttr = {
  kind: 'int',
  default: 1,
  min: 0,
  max: 0xffff_ffff,
  help: 'The same seed makes the same samples, whatever the seed of the run.',
};

export const noiseOption = (deviation: number, help?: string): NumberAttr => ({
  kind: 'number',
  default: deviation,
  min: 0,
  max: 10,
  help: help ?? 'Standard deviation of the Gaussian noise added to both coordinates.',
});

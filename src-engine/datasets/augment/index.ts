/**
 * The registry of steps of augmentation, and what a list of them makes of a picture. Which numbers a step draws
 * follows from (seed, epoch, row, place in the list) alone: the same pictures on any device, in any order. Pure.
 */
import type { Step } from '#engine/ir/attrs.ts';
import { readAttrs } from '#engine/ir/readAttrs.ts';
import { registry } from '#engine/ir/registry.ts';
import { RandomStream } from '#engine/ops/philox.ts';
import type { AugmentStep, Picture } from './define.ts';

export const augmentSteps: ReadonlyMap<string, AugmentStep> = registry(
  import.meta.glob<{ readonly default?: AugmentStep }>('./steps/*.ts', { eager: true }),
  { kind: 'step of augmentation', nameOf: ({ name }) => name },
);

/** Where a picture stands in a run. */
export interface PicturePlace {
  readonly seed: number;
  readonly epoch: number;
  /** Of the data set, from 0. */
  readonly row: number;
}

/** The picture after each step, in order; after one that is off, as it was before. Throws for an unknown step. */
export function augmented(
  picture: Picture,
  steps: readonly Step[],
  { seed, epoch, row }: PicturePlace,
): readonly Picture[] {
  let current = picture;
  return steps.map(({ step: name, off, ...attrs }, place) => {
    const step = augmentSteps.get(name);
    if (!step) throw new Error(`no step of augmentation is called ${name}`);
    if (off !== true) {
      const random = new RandomStream(seed, 'augment', row, epoch, place);
      current = step.apply(current, readAttrs(step.attrs, attrs).attrs, random);
    }
    return current;
  });
}

export type { AugmentStep, Picture } from './define.ts';

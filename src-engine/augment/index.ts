/**
 * The registry of steps of augmentation, and what a list of them makes of a picture. Which numbers a step draws
 * follows from (seed, epoch, row, place in the list) alone: the same pictures on any device, in any order. Pure.
 */
import type { AttrSchema, AttrValues, Step, StepsAttr } from '../ir/attrs.ts';
import { readAttrs } from '../ir/readAttrs.ts';
import { registry } from '../ir/registry.ts';
import { RandomStream } from '../ops/philox.ts';
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

/** As the attribute of a layer states them. */
export const AUGMENT_SCHEMAS: StepsAttr['steps'] = Object.fromEntries(
  [...augmentSteps].map(([name, { label, help, attrs }]) => [name, { label, help, attrs }]),
);

/** A list of steps as it is done: what is off left out, attributes read once. */
export type Pipeline = readonly {
  readonly step: AugmentStep;
  readonly attrs: AttrValues<AttrSchema>;
  /** In the list, with those that are off. */
  readonly place: number;
}[];

/** Throws for an unknown step. */
export const pipelineOf = (steps: readonly Step[]): Pipeline =>
  steps.flatMap(({ step: name, off, ...attrs }, place) => {
    const step = augmentSteps.get(name);
    if (!step) throw new Error(`no step of augmentation is called ${name}`);
    return off === true ? [] : [{ step, attrs: readAttrs(step.attrs, attrs).attrs, place }];
  });

/** What the whole pipeline makes of a picture. */
export function augment(picture: Picture, pipeline: Pipeline, at: PicturePlace): Picture {
  return pipeline.reduce((current, each) => applied(current, each, at), picture);
}

const applied = (
  picture: Picture,
  { step, attrs, place }: Pipeline[number],
  { seed, epoch, row }: PicturePlace,
): Picture => step.apply(picture, attrs, new RandomStream(seed, 'augment', row, epoch, place));

/** The picture after each step, in order; after one that is off, as it was before. Throws for an unknown step. */
export function augmented(
  picture: Picture,
  steps: readonly Step[],
  at: PicturePlace,
): readonly Picture[] {
  const pipeline = pipelineOf(steps);
  let current = picture;
  return steps.map((_, place) => {
    const step = pipeline.find((each) => each.place === place);
    if (step) current = applied(current, step, at);
    return current;
  });
}

export type { AugmentStep, Picture } from './define.ts';

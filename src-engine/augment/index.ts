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

/** Whether labels are mixed as well as pictures. */
export const mixes = (pipeline: Pipeline): boolean => pipeline.some(({ step }) => 'mix' in step);

/** Of a mixture: how much of it is of which row. */
export interface Share {
  readonly row: number;
  /** All of a picture add up to 1. */
  readonly share: number;
}

export interface AugmentedPicture {
  readonly picture: Picture;
  /** More than one where pictures were mixed; one row may stand there twice. */
  readonly shares: readonly Share[];
}

/** Where pictures come from. */
export interface PictureSource {
  readonly read: (row: number) => Picture;
  /** Rows of pictures to mix with. */
  readonly others: ArrayLike<number>;
}

/** What the whole pipeline makes of a picture. */
export const augment = (
  source: PictureSource,
  pipeline: Pipeline,
  at: PicturePlace,
): AugmentedPicture =>
  pipeline.reduce<AugmentedPicture>(
    (current, _, index) => after(source, pipeline, index, current, at),
    {
      picture: source.read(at.row),
      shares: [{ row: at.row, share: 1 }],
    },
  );

/** One step. What a picture is mixed with has gone through the steps before, by its own numbers. */
function after(
  source: PictureSource,
  pipeline: Pipeline,
  index: number,
  current: AugmentedPicture,
  { seed, epoch, row }: PicturePlace,
): AugmentedPicture {
  const each = pipeline[index];
  if (!each) throw new Error(`the pipeline has no step ${index}`);
  const { step, attrs, place } = each;
  const random = new RandomStream(seed, 'augment', row, epoch, place);
  if ('apply' in step) return { ...current, picture: step.apply(current.picture, attrs, random) };
  const partner = source.others[random.integer(source.others.length)] ?? row;
  let other: AugmentedPicture | undefined;
  const made = (): Picture => {
    other ??= augment(source, pipeline.slice(0, index), { seed, epoch, row: partner });
    return other.picture;
  };
  const { picture, share } = step.mix(current.picture, made, attrs, random);
  if (!other) return { ...current, picture };
  const parts = (shares: readonly Share[], of: number): readonly Share[] =>
    shares.map((part) => ({ ...part, share: part.share * of }));
  return { picture, shares: [...parts(current.shares, share), ...parts(other.shares, 1 - share)] };
}

/** The picture after each step, in order; after one that is off, as it was before. Throws for an unknown step. */
export function augmented(
  source: PictureSource,
  steps: readonly Step[],
  at: PicturePlace,
): readonly AugmentedPicture[] {
  const pipeline = pipelineOf(steps);
  let current: AugmentedPicture = augment(source, [], at);
  return steps.map((_, place) => {
    const index = pipeline.findIndex((each) => each.place === place);
    if (index >= 0) current = after(source, pipeline, index, current, at);
    return current;
  });
}

export { MovedPicture, whiteOf } from './moves.ts';
export type { AugmentStep, Picture, Room } from './define.ts';

/**
 * What a step of augmentation states: a file of `steps/` for each, found by index.ts. Steps change one picture, by
 * random numbers that belong to it alone. Geometry and colour as torchvision.transforms.v2 defines them for pictures
 * of numbers from 0 to 1. Reads no data and knows no batch. Pure.
 */
import type { AttrSchema, AttrValues } from '../ir/attrs.ts';
import type { RandomStream } from '../ops/philox.ts';

export interface Picture {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** `[channels, height, width]`, 0 to 1. */
  readonly pixels: Float32Array;
}

export interface AugmentSpec<S extends AttrSchema> {
  /** As the document names it, and its file. */
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly attrs: S;
  /** A picture of the same shape; the one it was given is left as it is. */
  apply(picture: Picture, attrs: AttrValues<S>, random: RandomStream): Picture;
}
export type AugmentStep = AugmentSpec<AttrSchema>;

export function defineAugment<S extends AttrSchema>(spec: AugmentSpec<S>): AugmentStep {
  // `apply` is a method, so that the kinds of its attributes are let go of here without an assertion.
  return spec;
}

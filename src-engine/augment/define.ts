/**
 * What a step of augmentation states: a file of `steps/` for each, found by index.ts. Steps change one picture, or mix
 * it with another one, by random numbers that belong to it alone. Geometry and colour as torchvision.transforms.v2
 * defines them for pictures of numbers from 0 to 1. Reads no data and knows no batch. Pure.
 */
import type { AttrSchema, AttrValues } from '../ir/attrs.ts';
import type { RandomStream } from '../ops/philox.ts';

export interface Picture {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** `[channels, height, width]`, 0 to 1. Of one that was only moved they are made when they are asked for: moves.ts. */
  readonly pixels: Float32Array;
  /** For the pixels of what is made of this picture, and of what is made of that; absent: each has memory of its own. */
  readonly room?: Room;
}

/** Memory that is used again: of a batch most of the time went to getting it and giving it back. */
export interface Room {
  /** So many numbers, which hold anything; until all of the room is used again they are nobody else's. */
  take(length: number): Float32Array;
}

interface Named<S extends AttrSchema> {
  /** As the document names it, and its file. */
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly attrs: S;
  /**
   * `def NAME(x, ...)`, its name as Python writes it, over a batch `[N, C, H, W]` with its attributes by name: the same
   * distribution by PyTorch's numbers. What mixes takes `other` after `x` and answers the share of `x` beside it. What
   * else it may use is in export/pytorch/files/augment.py.
   */
  readonly python: string;
}

export interface ChangeSpec<S extends AttrSchema> extends Named<S> {
  /** A picture of the same shape; the one it was given is left as it is. */
  apply(picture: Picture, attrs: AttrValues<S>, random: RandomStream): Picture;
}

export interface MixSpec<S extends AttrSchema> extends Named<S> {
  /** Of this picture and another one of its shape; that one is made when it is asked for. */
  mix(picture: Picture, other: () => Picture, attrs: AttrValues<S>, random: RandomStream): Mixture;
}

/** `share`: how much of it is the first one, 0 to 1; its label counts for as much. */
export interface Mixture {
  readonly picture: Picture;
  readonly share: number;
}

export type AugmentStep = ChangeSpec<AttrSchema> | MixSpec<AttrSchema>;

// `apply` and `mix` are methods, so that the kinds of their attributes are let go of here without an assertion.
export function defineAugment<S extends AttrSchema>(spec: ChangeSpec<S>): AugmentStep {
  return spec;
}

export function defineMix<S extends AttrSchema>(spec: MixSpec<S>): AugmentStep {
  return spec;
}

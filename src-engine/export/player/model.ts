/**
 * What a page holds of a trained model: compiled programs with their memory, and what its inputs and outputs are, so
 * that people can be asked for the one and shown the other. Plain JSON; bytes are base64. Written by writeModel.ts,
 * run by executor.ts, shown by src-player.
 */
import type { DType } from '#engine/ir/tensor.ts';

export const PLAYER_VERSION = 1;

export interface PlayerModel {
  readonly version: typeof PLAYER_VERSION;
  readonly title: string;
  /** In the words of whoever made it; may be empty. */
  readonly notes: string;
  /** What is known of it: name and value. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly memoryPages: number;
  /** What lies in memory before anything runs: weights, buffers and tables. */
  readonly memory: readonly {
    readonly name: string;
    readonly address: number;
    readonly data: string;
  }[];
  /** What depends on the same inputs is one part: of most networks there is one. */
  readonly parts: readonly PlayerPart[];
}

export interface PlayerPart {
  readonly inputs: readonly PlayerInput[];
  readonly outputs: readonly PlayerOutput[];
  /** For different numbers of samples, the smallest first; it is for one. */
  readonly answers: readonly PlayerProgram[];
  /** Draws the latent inputs as Netloom does, from a seed; null where there are none. */
  readonly draw: PlayerProgram | null;
  readonly examples: PlayerExamples;
}

/** A WebAssembly module that imports `env.memory` and exports `step(thread)`. */
export interface PlayerProgram {
  readonly batch: number;
  readonly code: string;
  readonly inputs: Readonly<Record<string, PlayerPlace>>;
  readonly outputs: Readonly<Record<string, PlayerPlace>>;
  /** Where the state of the random numbers goes; null where none are drawn. */
  readonly random: number | null;
}

export interface PlayerPlace {
  readonly address: number;
  readonly dtype: DType;
  /** Numbers of one sample. */
  readonly size: number;
}

interface Named {
  /** As programs call it. */
  readonly name: string;
  /** Of one sample. */
  readonly shape: readonly number[];
}

/** Numbers are those of the data, before they are scaled. */
export type PlayerInput = Named &
  (
    | ({ readonly kind: 'image'; readonly drawing: Drawing | null } & ImageShape)
    | { readonly kind: 'row'; readonly columns: readonly PlayerColumn[] }
    | { readonly kind: 'class'; readonly classes: readonly string[] }
    | { readonly kind: 'latent'; readonly low: number; readonly high: number }
    | { readonly kind: 'numbers'; readonly typical: number }
  );
export type PlayerInputKind = PlayerInput['kind'];

/** Channels first; from black to white, or from none to all of each colour. */
export interface ImageShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly low: number;
  readonly high: number;
}

/** That it can be drawn: marks on an even ground, and how they lie in the images of the data. */
export interface Drawing {
  /** Of the ground, of the range from `low` to `high`: 0 or 1. */
  readonly ground: 0 | 1;
  /** Of a line, in pixels. */
  readonly penPixels: number;
  /** Null: anywhere and of any size. */
  readonly pose: Pose | null;
}
export interface Pose {
  /** The longer side of what is drawn, in pixels. */
  readonly sidePixels: number;
  /** What lies in the middle: the centre of its mass, or of the box around it. */
  readonly centre: 'mass' | 'box';
  /** Where, in pixels from the upper left corner. */
  readonly x: number;
  readonly y: number;
}

/** One or more neighbouring numbers of a row. */
export interface PlayerColumn {
  readonly name: string;
  /** Of its first number in the row. */
  readonly at: number;
  /** Words: two are one number, 0 or 1; more are one number each. */
  readonly categories?: readonly string[];
  /** What the training data hold; of numbers. */
  readonly low: number;
  readonly high: number;
  readonly typical: number;
  readonly isWhole: boolean;
}

export type PlayerOutput = Named & { readonly title: string } & (
    | { readonly kind: 'classes'; readonly classes: readonly string[] }
    /** One probability: of the second of two classes, or of what the loss calls so. */
    | { readonly kind: 'chance'; readonly classes: readonly [no: string, yes: string] | null }
    /** `like`: the input that it is the picture of. */
    | ({ readonly kind: 'image'; readonly like: string | null } & ImageShape)
    /** `factor`: to the numbers of the data. */
    | { readonly kind: 'numbers'; readonly names: readonly string[]; readonly factor: number }
  );
export type PlayerOutputKind = PlayerOutput['kind'];

/** Samples that training did not see, row by row. */
export interface PlayerExamples {
  readonly count: number;
  /** `validation`, or `training` where too few are held out. */
  readonly from: 'validation' | 'training';
  readonly inputs: Readonly<
    Record<string, { readonly dtype: 'u8' | 'f32'; readonly data: string }>
  >;
  /** Right answers by output: a class, or numbers as the output has them. 32-bit floats. */
  readonly truths: Readonly<Record<string, string>>;
}

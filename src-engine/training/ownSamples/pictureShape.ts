/** Numbers that are a picture, as what was brought along or what is answered: which are, and their pixels. */

export type PictureShape = readonly [channels: number, height: number, width: number];

const WHITE = 255;

/** `[C, H, W]` of one or three channels. */
export const isPictureShape = (shape: readonly number[]): shape is PictureShape =>
  shape.length === 3 && (shape[0] === 1 || shape[0] === 3);

/** u8 in the same order; `isUnit`: white is 1, not 255. What is darker than black is black. */
export const pixelsOf = (values: ArrayLike<number>, isUnit: boolean): Uint8Array =>
  new Uint8Array(
    Uint8ClampedArray.from(values, (value) => (isUnit ? value * WHITE : value)).buffer,
  );

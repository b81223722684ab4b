/** A picture as planes of numbers from 0 to 1, and what of it is used. Pure. */
import type { Plane } from './resample.ts';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, how opaque. */
  readonly planes: readonly [Plane, Plane, Plane, Plane];
}

/** As bright as it looks (ITU-R BT.601, as image libraries have it), on white where nothing is. */
export function greyOf({ width, height, planes: [red, green, blue, opaque] }: Picture): Plane {
  const values = red.values.map((r, i) => {
    const shade = 0.299 * r + 0.587 * (green.values[i] ?? 0) + 0.114 * (blue.values[i] ?? 0);
    const alpha = opaque.values[i] ?? 1;
    return shade * alpha + (1 - alpha);
  });
  return { width, height, values };
}

/** The middle of a picture in the proportions of another one: nothing is squeezed. */
export function middleOf(
  { width, height }: { readonly width: number; readonly height: number },
  wanted: { readonly width: number; readonly height: number },
) {
  const scale = Math.min(width / wanted.width, height / wanted.height);
  const [w, h] = [wanted.width * scale, wanted.height * scale];
  return { left: (width - w) / 2, top: (height - h) / 2, width: w, height: h };
}

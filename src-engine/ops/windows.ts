/**
 * Places of a window that slides over an image. The one formula of this, for ops, layers and kernels; not
 * what is computed in a window.
 */

export type Pair = readonly [number, number];

/** Border around an image, as ONNX orders it. Zeros, or what never wins a maximum. */
export type Padding = readonly [top: number, left: number, bottom: number, right: number];

/** The same at both ends of each side. */
export const bothEnds = ([vertical, horizontal]: Pair): Padding => [
  vertical,
  horizontal,
  vertical,
  horizontal,
];

export interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  /** 1 when absent. */
  readonly dilation?: Pair;
}

/** Pixels from the first to the last that a window sees, along one side. */
export const reach = ({ kernel, dilation }: Pick<Window, 'kernel' | 'dilation'>, side: 0 | 1) =>
  (dilation?.[side] ?? 1) * (kernel[side] - 1) + 1;

/**
 * Places along both sides of an image: `floor((size + before + after - reach) / stride) + 1`. Below 1 the
 * window does not fit.
 */
export function windowCounts(size: Pair, window: Window): Pair {
  const along = (side: 0 | 1): number => {
    const padded = size[side] + window.padding[side] + window.padding[side === 0 ? 2 : 3];
    return Math.floor((padded - reach(window, side)) / window.stride[side]) + 1;
  };
  return [along(0), along(1)];
}

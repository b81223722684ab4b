/** Where the sizes of a tensor of ours lie in Keras, which has the channels of images last. */
import type { KerasLayout } from '#engine/layers/define.ts';
import { elementCount, type Shape } from '#engine/ir/tensor.ts';

/** Rows of features are the same either way. */
export const hasLayouts = (shape: Shape): boolean => shape.length > 2;

/** As inputs come and outputs go: images with their channels last, everything else as here. */
export const outerLayout = (shape: Shape): KerasLayout =>
  shape.length === 4 ? 'channelsLast' : 'channelsFirst';

/** The axis there of an axis here. */
export function axisIn(layout: KerasLayout, shape: Shape): (ours: number) => number {
  if (layout === 'channelsFirst' || !hasLayouts(shape)) return (ours) => ours;
  return (ours) => (ours === 0 ? 0 : ours === 1 ? shape.length - 1 : ours - 1);
}

/** Of channels, in a constructor; undefined where they are last, Keras's default. */
export function channelsArgument(layout: KerasLayout, shape: Shape): string | undefined {
  const axis = axisIn(layout, shape)(1);
  return axis === shape.length - 1 ? undefined : `axis=${axis}`;
}

/** Sizes of one sample. */
const sampleOf = (shape: Shape): readonly number[] => shape.slice(1).map(Number);

export function sampleIn(layout: KerasLayout, shape: Shape): readonly number[] {
  const sample = sampleOf(shape);
  const [channels, ...places] = sample;
  if (layout === 'channelsFirst' || channels === undefined) return sample;
  return [...places, channels];
}

/** What `layers.Permute` is given, its axes counted from 1. */
export function permutation(to: KerasLayout, shape: Shape): readonly number[] {
  const axes = shape.slice(1).map((_, k) => k + 1);
  return to === 'channelsFirst'
    ? [...axes.slice(-1), ...axes.slice(0, -1)]
    : [...axes.slice(1), ...axes.slice(0, 1)];
}

/** Whether the numbers come in another order in the other layout. */
export function ordersDiffer(shape: Shape): boolean {
  const [channels = 1, ...places] = sampleOf(shape);
  return hasLayouts(shape) && channels > 1 && elementCount(places) > 1;
}

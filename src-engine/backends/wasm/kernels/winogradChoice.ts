/**
 * Which of Winograd's algorithms takes the least time for a convolution, in cycles that are counted: those
 * of the products, and of the transforms of images and filters. The algorithms are winogradAlgorithm.ts and
 * winogradKinds.ts; whether another way is faster, convWays.ts says.
 */
import { ceilDiv, roundUp } from '#engine/backends/rounding.ts';
import { at } from '#engine/backends/strides.ts';
import { type Algorithm, GROUP, positionsOf, sidesFor } from './winogradAlgorithm.ts';
import { MOST_STRIDE, type Winograd, mostTaps, winogradOf } from './winogradKinds.ts';

export interface ConvShape {
  readonly kernel: readonly [number, number];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly channels: number;
  readonly filters: number;
  readonly batch: number;
  readonly output: readonly [number, number];
}

/** Multiply-adds a cycle of the products in between. */
const PRODUCT_RATE = 13.5;
/** Cycles for each transformed number of an image, with its way there and back, and of a filter. */
const IMAGE_CYCLES = 0.6;
const FILTER_CYCLES = 0.7;
/** The same of the gradient of a filter, which is summed in parts. */
export const SUM_CYCLES = 4.5;

export const tileGrid = (
  output: readonly [number, number],
  [down, across]: Algorithm,
): readonly [number, number] => [
  ceilDiv(output[0], down.outputs),
  ceilDiv(output[1], across.outputs),
];

export interface Fastest {
  readonly algorithm: Winograd;
  readonly cycles: number;
}

/** The fastest algorithm of at most so many points; null where there is none. */
export function fastestAlgorithm(
  conv: ConvShape,
  points: number,
  filterCycles = FILTER_CYCLES,
): Fastest | null {
  const { kernel, dilation, groups, channels, filters, batch, output } = conv;
  const stride = [at(conv.stride, 0), at(conv.stride, 1)] as const;
  const isPlain = dilation.every((each) => each === 1) && Math.max(...stride) <= MOST_STRIDE;
  const isDepthwise = groups > 1 && Math.min(channels, filters) === 1;
  const taps = [mostTaps(kernel[0], stride[0]), mostTaps(kernel[1], stride[1])] as const;
  if (!isPlain || isDepthwise || taps.every((most) => most === 1)) return null;
  const sides = (most: number) => sidesFor(most).filter((each) => each.points <= points);
  let best: Fastest | null = null;
  for (const down of sides(taps[0])) {
    for (const across of sides(taps[1])) {
      const algorithm = winogradOf([down, across], kernel, stride);
      const [rows, columns] = tileGrid(output, algorithm.algorithm);
      const positions = positionsOf(algorithm.algorithm);
      const ofKinds = algorithm.kinds.reduce((sum, kind) => sum + positionsOf(kind.algorithm), 0);
      // Transforms take eight at a time.
      const planes = ofKinds * roundUp(channels, GROUP) + positions * roundUp(filters, GROUP);
      const products = ofKinds * channels * filters;
      const each = planes * IMAGE_CYCLES + products / PRODUCT_RATE;
      const cycles = groups * (batch * rows * columns * each + products * filterCycles);
      if (best === null || cycles < best.cycles) best = { algorithm, cycles };
    }
  }
  return best;
}

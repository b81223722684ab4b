/**
 * Convolutions that the CPU engine computes by Winograd's algorithms, against the reference's plain
 * sums: odd and even images, borders of every width, strides of 2, channels and filters that fill no whole
 * vector or tile, all and few tiles in a block; the same bits with one, two and three threads.
 */
import { describe, expect, it } from 'vitest';
import { chooseForStridedInput, chooseForward } from '#engine/backends/wasm/kernels/convWays.ts';
import { at } from '#engine/backends/strides.ts';
import { bothEnds, windowCounts } from '#engine/ops/index.ts';
import { checkedOnThreads } from '../support/onThreads.ts';
import { uniformTensor } from '../support/random.ts';

const check = checkedOnThreads();

interface Shape {
  readonly batch: number;
  readonly channels: number;
  readonly filters: number;
  readonly groups?: number;
  readonly image: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly stride?: readonly [number, number];
  /** Of the algorithm across: a tile's outputs and taps, less one. */
  readonly points: number;
}
const shapes: readonly Shape[] = [
  {
    batch: 24,
    channels: 16,
    filters: 16,
    image: [8, 8],
    kernel: [3, 3],
    padding: [1, 1],
    points: 6,
  },
  {
    batch: 5,
    channels: 32,
    filters: 64,
    image: [14, 14],
    kernel: [3, 3],
    padding: [1, 1],
    points: 6,
  },
  {
    batch: 4,
    channels: 17,
    filters: 22,
    image: [13, 15],
    kernel: [3, 3],
    padding: [1, 1],
    points: 6,
  },
  {
    batch: 3,
    channels: 19,
    filters: 50,
    image: [17, 24],
    kernel: [3, 3],
    padding: [0, 0],
    points: 6,
  },
  {
    batch: 6,
    channels: 33,
    filters: 18,
    image: [11, 9],
    kernel: [3, 3],
    padding: [2, 2],
    points: 6,
  },
  {
    batch: 9,
    channels: 20,
    filters: 21,
    image: [10, 7],
    kernel: [3, 3],
    padding: [3, 4],
    points: 6,
  },
  {
    batch: 2,
    channels: 16,
    filters: 17,
    image: [29, 31],
    kernel: [3, 3],
    padding: [1, 0],
    points: 6,
  },
  {
    batch: 1,
    channels: 70,
    filters: 18,
    image: [23, 25],
    kernel: [3, 3],
    padding: [1, 1],
    points: 6,
  },
  {
    batch: 40,
    channels: 24,
    filters: 32,
    image: [2, 6],
    kernel: [3, 3],
    padding: [1, 1],
    points: 4,
  },
  {
    batch: 6,
    channels: 18,
    filters: 34,
    image: [13, 10],
    kernel: [5, 5],
    padding: [2, 2],
    points: 6,
  },
  {
    batch: 12,
    channels: 16,
    filters: 16,
    image: [9, 11],
    kernel: [3, 5],
    padding: [0, 1],
    points: 6,
  },
  {
    batch: 8,
    channels: 40,
    filters: 35,
    image: [1, 50],
    kernel: [1, 3],
    padding: [0, 1],
    points: 6,
  },
  {
    batch: 5,
    channels: 40,
    filters: 48,
    image: [1, 49],
    kernel: [1, 5],
    padding: [0, 0],
    points: 6,
  },
  {
    batch: 6,
    channels: 34,
    filters: 44,
    groups: 2,
    image: [13, 15],
    kernel: [3, 3],
    padding: [1, 1],
    points: 6,
  },
  {
    batch: 5,
    channels: 51,
    filters: 60,
    groups: 3,
    image: [10, 9],
    kernel: [5, 5],
    padding: [2, 1],
    points: 6,
  },
  {
    batch: 6,
    channels: 16,
    filters: 32,
    image: [32, 32],
    kernel: [3, 3],
    padding: [1, 1],
    stride: [2, 2],
    points: 5,
  },
  {
    batch: 6,
    channels: 32,
    filters: 48,
    image: [16, 16],
    kernel: [3, 3],
    padding: [1, 1],
    stride: [2, 2],
    points: 5,
  },
  {
    batch: 7,
    channels: 48,
    filters: 51,
    image: [15, 17],
    kernel: [3, 3],
    padding: [1, 1],
    stride: [2, 2],
    points: 4,
  },
  {
    batch: 9,
    channels: 48,
    filters: 40,
    image: [13, 10],
    kernel: [3, 3],
    padding: [0, 1],
    stride: [2, 2],
    points: 6,
  },
  {
    batch: 5,
    channels: 16,
    filters: 33,
    image: [20, 23],
    kernel: [5, 5],
    padding: [2, 2],
    stride: [2, 2],
    points: 6,
  },
  {
    batch: 6,
    channels: 32,
    filters: 40,
    image: [14, 18],
    kernel: [4, 4],
    padding: [1, 1],
    stride: [2, 2],
    points: 4,
  },
  {
    batch: 4,
    channels: 64,
    filters: 40,
    groups: 2,
    image: [19, 16],
    kernel: [3, 3],
    padding: [1, 1],
    stride: [2, 2],
    points: 5,
  },
  {
    batch: 6,
    channels: 48,
    filters: 48,
    image: [17, 12],
    kernel: [3, 3],
    padding: [1, 1],
    stride: [1, 2],
    points: 4,
  },
  {
    batch: 6,
    channels: 48,
    filters: 48,
    image: [17, 12],
    kernel: [3, 3],
    padding: [1, 1],
    stride: [2, 1],
    points: 6,
  },
  {
    batch: 8,
    channels: 64,
    filters: 72,
    image: [1, 47],
    kernel: [1, 5],
    padding: [0, 1],
    stride: [1, 2],
    points: 6,
  },
  {
    batch: 8,
    channels: 32,
    filters: 48,
    image: [1, 64],
    kernel: [1, 3],
    padding: [0, 1],
    stride: [2, 2],
    points: 5,
  },
  {
    batch: 5,
    channels: 32,
    filters: 32,
    image: [18, 20],
    kernel: [2, 2],
    padding: [0, 0],
    points: 6,
  },
  {
    batch: 5,
    channels: 32,
    filters: 48,
    image: [14, 14],
    kernel: [4, 4],
    padding: [1, 1],
    points: 6,
  },
];

describe.each(shapes)(
  '$batch x $channels x $image, $filters filters of $kernel, padding $padding, stride $stride',
  ({ batch, channels, filters, groups = 1, image, kernel, padding, stride = [1, 1], points }) => {
    const params = {
      stride,
      padding: bothEnds(padding),
      dilation: [1, 1],
      groups,
    } as const;
    const output = windowCounts(image, { ...params, kernel });
    const xShape = [batch, channels, ...image];
    const wShape = [filters, channels / groups, ...kernel];
    const x = uniformTensor(xShape, { seed: 1 });
    const w = uniformTensor(wShape, { seed: 2 });
    const dy = uniformTensor([batch, filters, ...output], { seed: 3 });

    it('is computed by it', () => {
      const ofGroup = { channels: channels / groups, filters: filters / groups };
      const way = chooseForward({ ...params, ...ofGroup, kernel, batch, output });
      expect(typeof way === 'string' ? way : way.algorithm[1].points).toBe(points);
      if (stride.every((steps) => steps === 1)) return;
      const gradientWay = chooseForStridedInput(
        { ...params, ...ofGroup, kernel, batch, output },
        image,
      );
      // Pixels that no window covers are left to the other way.
      const isGapless = at(kernel, 0) >= at(stride, 0) && at(kernel, 1) >= at(stride, 1);
      expect(gradientWay !== null).toBe(isGapless);
    });

    it('forward', async () => {
      await check('conv2d', [x, w], {
        ...params,
        epilogue: { bias: false, activation: 'none' },
      });
    });

    it('forward with bias and ReLU', async () => {
      const bias = uniformTensor([filters], { seed: 4 });
      await check('conv2d', [x, w, bias], {
        ...params,
        epilogue: { bias: true, activation: 'relu' },
      });
    });

    it('gradient of the input', async () => {
      await check('conv2dInputGrad', [dy, w], { ...params, inputShape: xShape });
    });

    it('gradient of the weights', async () => {
      await check('conv2dWeightGrad', [dy, x], { ...params, weightShape: wShape });
    });
  },
);

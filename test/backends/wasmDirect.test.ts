/**
 * Convolutions that the CPU engine computes straight from the image, against the reference's plain sums: every
 * stride and dilation, borders that are added and cut off, groups, rows that are no whole spans, filters that
 * fill no tile; the same bits with one, two and three threads.
 */
import { describe, expect, it } from 'vitest';
import {
  type ConvWay,
  chooseForWeights,
  chooseForward,
  filtersAtOnce,
} from '#engine/backends/wasm/kernels/convWays.ts';
import { bothEnds, windowCounts } from '#engine/ops/index.ts';
import { checkedOnThreads } from '../support/onThreads.ts';
import { uniformTensor } from '../support/random.ts';

const check = checkedOnThreads();

type Pair = readonly [number, number];

interface Shape {
  readonly what: string;
  readonly batch: number;
  readonly channels: number;
  readonly filters: number;
  readonly groups?: number;
  readonly image: Pair;
  readonly kernel: Pair;
  readonly stride?: Pair;
  readonly padding?: Pair;
  readonly dilation?: Pair;
  /** What of it is computed so. */
  readonly direct: readonly ('forward' | 'weights')[];
}

const BOTH = ['forward', 'weights'] as const;

const shapes: readonly Shape[] = [
  {
    what: 'a few filters of 5x5',
    ...{ batch: 5, channels: 8, filters: 8, image: [9, 28], kernel: [5, 5], padding: [2, 2] },
    direct: BOTH,
  },
  {
    what: 'groups of odd sizes',
    ...{ batch: 3, channels: 10, filters: 14, groups: 2, image: [9, 23], kernel: [3, 3] },
    ...{ padding: [1, 1], direct: BOTH },
  },
  {
    what: 'more images than are summed at a time',
    ...{ batch: 19, channels: 6, filters: 6, groups: 2, image: [8, 16], kernel: [3, 3] },
    ...{ padding: [1, 1], direct: BOTH },
  },
  {
    what: 'every second pixel',
    ...{ batch: 2, channels: 3, filters: 7, image: [17, 61], kernel: [3, 3], stride: [2, 2] },
    ...{ padding: [1, 1], direct: BOTH },
  },
  {
    what: 'strides and dilations of their own',
    ...{ batch: 2, channels: 2, filters: 5, image: [15, 74], kernel: [2, 4], stride: [1, 3] },
    ...{ padding: [2, 1], dilation: [3, 2], direct: BOTH },
  },
  {
    what: 'borders wider than the kernel',
    ...{ batch: 2, channels: 3, filters: 4, image: [6, 16], kernel: [2, 2], padding: [3, 4] },
    direct: BOTH,
  },
  {
    what: 'a single filter of 7x7',
    ...{ batch: 1, channels: 2, filters: 1, image: [12, 15], kernel: [7, 7], padding: [3, 3] },
    direct: BOTH,
  },
  {
    what: 'many filters, read once for all pixels',
    ...{ batch: 1, channels: 24, filters: 45, image: [17, 63], kernel: [3, 3], stride: [3, 2] },
    ...{ padding: [1, 1], direct: BOTH },
  },
  {
    what: 'single pixels as one row',
    ...{ batch: 3, channels: 12, filters: 9, image: [5, 7], kernel: [1, 1], direct: ['forward'] },
  },
  {
    what: 'every second single pixel, copied in vain',
    ...{ batch: 2, channels: 9, filters: 8, image: [9, 31], kernel: [1, 1], stride: [2, 2] },
    direct: [],
  },
  {
    what: 'single pixels with a border',
    ...{ batch: 2, channels: 5, filters: 8, image: [4, 13], kernel: [1, 1], padding: [1, 1] },
    direct: ['forward'],
  },
  {
    what: 'rows shorter than a span',
    ...{ batch: 4, channels: 3, filters: 6, groups: 3, image: [7, 5], kernel: [3, 3] },
    ...{ padding: [1, 1], direct: ['weights'] },
  },
];

describe.each(shapes)('$what', ({ batch, channels, filters, image, kernel, ...rest }) => {
  const { groups = 1, stride = [1, 1], padding = [0, 0], dilation = [1, 1], direct } = rest;
  const params = { stride, padding: bothEnds(padding), dilation, groups };
  const output = windowCounts(image, { ...params, kernel });
  const xShape = [batch, channels, ...image];
  const wShape = [filters, channels / groups, ...kernel];
  const x = uniformTensor(xShape, { seed: 1 });
  const w = uniformTensor(wShape, { seed: 2 });
  const dy = uniformTensor([batch, filters, ...output], { seed: 3 });

  it('is computed so', () => {
    const ofGroup = { channels: channels / groups, filters: filters / groups };
    const conv = { ...params, ...ofGroup, kernel, batch, output };
    const isDirect = (way: ConvWay) => way === 'direct';
    expect(isDirect(chooseForward(conv))).toBe(direct.includes('forward'));
    expect(isDirect(chooseForWeights(conv))).toBe(direct.includes('weights'));
  });

  it('forward', () =>
    check('conv2d', [x, w], { ...params, epilogue: { bias: false, activation: 'none' } }));

  it('forward with bias and ReLU', () =>
    check('conv2d', [x, w, uniformTensor([filters], { seed: 4 })], {
      ...params,
      epilogue: { bias: true, activation: 'relu' },
    }));

  it('gradient of the input', () =>
    check('conv2dInputGrad', [dy, w], { ...params, inputShape: xShape }));

  it('gradient of the weights', () =>
    check('conv2dWeightGrad', [dy, x], { ...params, weightShape: wShape }));
});

describe('a depthwise convolution', () => {
  const params = {
    stride: [1, 1],
    padding: bothEnds([2, 2]),
    dilation: [1, 1],
    groups: 6,
  } as const;
  const x = uniformTensor([11, 6, 7, 13], { seed: 5 });
  const dy = uniformTensor([11, 12, 7, 13], { seed: 6 });

  it('has the same sums whoever makes them', () =>
    check('conv2dWeightGrad', [dy, x], { ...params, weightShape: [12, 1, 5, 5] }));
});

describe('sums in registers', () => {
  it('are shared evenly by the filters', () => {
    expect([1, 2, 3, 4, 7, 16].map((rows) => filtersAtOnce(3, rows))).toEqual([1, 2, 3, 2, 3, 3]);
    expect(filtersAtOnce(5, 8)).toBe(2);
    expect(filtersAtOnce(11, 8)).toBe(1);
  });
});

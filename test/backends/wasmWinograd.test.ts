/**
 * Convolutions that the CPU engine computes by Winograd's algorithms, against the reference's plain
 * sums: odd and even images, borders of every width, channels and filters that fill no whole vector or
 * tile, with all and few tiles in a block; the same bits with one, two and three threads.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '#engine/backends/backend.ts';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import { chooseAlgorithm } from '#engine/backends/wasm/kernels/winogradAlgorithm.ts';
import { type Op, type OpParams, bothEnds, windowCounts } from '#engine/ops/index.ts';
import { nodePlatform } from '../support/nodePlatform.ts';
import { type TestTensor, uniformTensor } from '../support/random.ts';
import { runOp } from '../support/runOp.ts';

const reference = createReferenceBackend();
let backends: readonly Backend[] = [];

beforeAll(async () => {
  const wide = [1, 2, 3].map((threads) => createWasmBackend(nodePlatform(), { threads }));
  backends = await Promise.all(wide);
});
afterAll(async () => {
  await Promise.all(backends.map((backend) => backend.close()));
});

/** Of the largest number: transforms round a few times more than a plain sum. */
const TOLERANCE = 1e-5;

async function check<O extends Op>(op: O, inputs: TestTensor[], params: OpParams[O]) {
  const run = { op, inputs, params };
  const wanted = await runOp(reference, run);
  const scale = Math.max(...Array.from(wanted, Math.abs));
  const [alone, ...shared] = await Promise.all(backends.map((backend) => runOp(backend, run)));
  const worst = Array.from(wanted, (value, i) => Math.abs(value - (alone?.[i] ?? NaN)));
  expect(Math.max(...worst)).toBeLessThanOrEqual(TOLERANCE * scale);
  for (const each of shared) expect(each).toEqual(alone);
}

interface Shape {
  readonly batch: number;
  readonly channels: number;
  readonly filters: number;
  readonly image: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly padding: readonly [number, number];
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
];

describe.each(shapes)(
  '$batch x $channels x $image, $filters filters of $kernel, padding $padding',
  ({ batch, channels, filters, image, kernel, padding, points }) => {
    const params = {
      stride: [1, 1],
      padding: bothEnds(padding),
      dilation: [1, 1],
      groups: 1,
    } as const;
    const output = windowCounts(image, { ...params, kernel });
    const xShape = [batch, channels, ...image];
    const wShape = [filters, channels, ...kernel];
    const x = uniformTensor(xShape, { seed: 1 });
    const w = uniformTensor(wShape, { seed: 2 });
    const dy = uniformTensor([batch, filters, ...output], { seed: 3 });

    it('is computed by it', () => {
      const algorithm = chooseAlgorithm({ ...params, kernel, channels, filters, batch, output });
      expect(algorithm?.[1].points).toBe(points);
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

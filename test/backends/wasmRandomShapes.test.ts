/**
 * Products, convolutions and reductions of seeded random shapes, odd sizes included, on the CPU backend:
 * against the reference, and the same bits with one, two and three threads. Sizes are large enough that
 * threads share the work (small calls run on one) and that every blocking of the kernels has several blocks.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '#engine/backends/backend.ts';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import { type Op, type OpParams, RandomStream, bothEnds, windowCounts } from '#engine/ops/index.ts';
import type { Pair } from '#engine/ops/windows.ts';
import { nodePlatform } from '../support/nodePlatform.ts';
import { type TestTensor, uniformTensor } from '../support/random.ts';
import { runOp } from '../support/runOp.ts';

const reference = createReferenceBackend();
let backends: readonly Backend[] = [];

beforeAll(async () => {
  backends = await Promise.all(
    [1, 2, 3].map((threads) => createWasmBackend(nodePlatform(), { threads })),
  );
});
afterAll(async () => {
  await Promise.all(backends.map((backend) => backend.close()));
});

/** Whole numbers from `least` to `most`, the same in every run. */
function dice(seed: number): (least: number, most: number) => number {
  const random = new RandomStream(seed, 'data', 1);
  return (least, most) => least + random.integer(most - least + 1);
}

const seededTensor = (shape: readonly number[], seed: number): TestTensor =>
  uniformTensor(shape, { seed });

async function check<O extends Op>(op: O, inputs: TestTensor[], params: OpParams[O]) {
  const run = { op, inputs, params };
  const wanted = await runOp(reference, run);
  const scale = Math.max(...Array.from(wanted, Math.abs));
  const [alone, ...shared] = await Promise.all(backends.map((backend) => runOp(backend, run)));
  const worst = Array.from(wanted, (value, i) => Math.abs(value - (alone?.[i] ?? NaN)));
  expect(Math.max(...worst)).toBeLessThanOrEqual(1e-5 * scale);
  for (const each of shared) expect(each).toEqual(alone);
}

interface Depthwise {
  readonly x: readonly [batch: number, channels: number, height: number, width: number];
  /** Filters of a channel. */
  readonly each: number;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
}
async function checkDepthwise({ x, each, kernel, stride, padding }: Depthwise): Promise<void> {
  const [batch, channels, ...image] = x;
  const conv = {
    stride,
    padding: bothEnds(padding),
    dilation: [1, 1],
    groups: channels,
  } as const;
  const out = windowCounts(image, { ...conv, kernel });
  const wShape = [channels * each, 1, ...kernel];
  const [input, w] = [seededTensor(x, 1), seededTensor(wShape, 2)];
  const bias = seededTensor([channels * each], 3);
  const dy = seededTensor([batch, channels * each, ...out], 4);
  const none = { bias: false, activation: 'none' } as const;
  await check('conv2d', [input, w], { ...conv, epilogue: none });
  const both = { bias: true, activation: 'relu' } as const;
  await check('conv2d', [input, w, bias], { ...conv, epilogue: both });
  await check('conv2dInputGrad', [dy, w], { ...conv, inputShape: x });
  await check('conv2dWeightGrad', [dy, input], { ...conv, weightShape: wShape });
}

const seeds = Array.from({ length: 12 }, (_, i) => i + 1);

describe('random shapes', () => {
  it.each(seeds)('matmul %i', async (seed) => {
    const roll = dice(seed);
    const [m, n, k] = [roll(1, 90), roll(1, 90), roll(1, 900)];
    const [transposeA, transposeB] = [roll(0, 1) === 1, roll(0, 1) === 1];
    const bias = roll(0, 1) === 1;
    const inputs = [
      seededTensor(transposeA ? [k, m] : [m, k], seed),
      seededTensor(transposeB ? [n, k] : [k, n], seed + 100),
      ...(bias ? [seededTensor([n], seed + 200)] : []),
    ];
    const activation = roll(0, 1) === 1 ? ('relu' as const) : ('none' as const);
    await check('matmul', inputs, { transposeA, transposeB, epilogue: { bias, activation } });
  });

  // Rows by whole panels, with an incomplete one, with narrow ends; strips of rows that end in each way.
  it.each([
    [16, 256, 300],
    [24, 515, 520],
    [32, 130, 257],
    [48, 385, 190],
    [61, 1030, 770],
    [128, 602, 460],
  ] as const)('few rows by a much larger matrix: %i x %i x %i', async (m, n, k) => {
    const inputs = [seededTensor([m, k], 1), seededTensor([n, k], 2)];
    const params = { transposeA: false, transposeB: true };
    const none = { bias: false, activation: 'none' } as const;
    const both = { bias: true, activation: 'relu' } as const;
    await check('matmul', inputs, { ...params, epilogue: none });
    await check('matmul', [...inputs, seededTensor([n], 3)], { ...params, epilogue: both });
  });

  it.each([false, true])(
    'two tiles of rows by a large matrix, A transposed: %s',
    async (transposeA) => {
      const [m, n, k] = [9, 517, 403];
      const inputs = [seededTensor(transposeA ? [k, m] : [m, k], 1), seededTensor([k, n], 2)];
      const epilogue = { bias: false, activation: 'none' } as const;
      await check('matmul', inputs, { transposeA, transposeB: false, epilogue });
    },
  );

  it.each(seeds)('products of several matrices %i', async (seed) => {
    const roll = dice(seed);
    const [lead, m, n, k] = [[roll(1, 3), roll(1, 7)], roll(1, 70), roll(1, 70), roll(1, 60)];
    const [transposeA, transposeB] = [roll(0, 1) === 1, roll(0, 1) === 1];
    const inputs = [
      seededTensor([...lead, ...(transposeA ? [k, m] : [m, k])], seed),
      seededTensor([...lead, ...(transposeB ? [n, k] : [k, n])], seed + 100),
    ];
    const epilogue = { bias: false, activation: 'none' } as const;
    await check('matmul', inputs, { transposeA, transposeB, epilogue });
  });

  it.each(seeds)('convolution and its gradients %i', async (seed) => {
    const roll = dice(seed);
    const groups = roll(1, 2);
    const [channels, filters] = [groups * roll(1, 9), groups * roll(1, 9)];
    const kernel = [roll(1, 4), roll(1, 4)] as const;
    const conv = {
      stride: [roll(1, 3), roll(1, 2)] as const,
      padding: [roll(0, 2), roll(0, 3), roll(0, 2), roll(0, 3)] as const,
      dilation: [roll(1, 2), roll(1, 2)] as const,
      groups,
    };
    const image = [roll(8, 21), roll(8, 21)] as const;
    const batch = roll(1, 5);
    const out = windowCounts(image, { ...conv, kernel });
    const xShape = [batch, channels, ...image];
    const wShape = [filters, channels / groups, ...kernel];
    const [x, w] = [seededTensor(xShape, seed), seededTensor(wShape, seed + 100)];
    const dy = seededTensor([batch, filters, ...out], seed + 200);
    const epilogue = { bias: false, activation: 'none' as const };
    await check('conv2d', [x, w], { ...conv, epilogue });
    await check('conv2dInputGrad', [dy, w], { ...conv, inputShape: xShape });
    await check('conv2dWeightGrad', [dy, x], { ...conv, weightShape: wShape });
  });

  // Windows side by side, further apart than they are wide, of several strides; deeper than one panel.
  it.each([
    { x: [3, 8, 12, 16], filters: 16, kernel: [2, 2], stride: [2, 2], padding: [0, 0] },
    { x: [3, 9, 13, 17], filters: 10, kernel: [1, 1], stride: [2, 2], padding: [0, 0] },
    { x: [2, 5, 19, 23], filters: 7, kernel: [3, 2], stride: [4, 3], padding: [1, 1] },
    { x: [2, 6, 11, 21], filters: 8, kernel: [5, 5], stride: [1, 4], padding: [2, 3] },
    { x: [1, 70, 9, 9], filters: 9, kernel: [7, 3], stride: [3, 1], padding: [3, 1] },
    { x: [1, 3, 7, 9], filters: 1100, kernel: [3, 3], stride: [2, 2], padding: [1, 1] },
  ] as const)('gradient of a strided input %j', async ({ x, filters, ...conv }) => {
    const { kernel, stride } = conv;
    const params = {
      stride,
      padding: bothEnds(conv.padding),
      dilation: [1, 1],
      groups: 1,
    } as const;
    const [batch, channels, ...image] = x;
    const out = windowCounts(image, { ...params, kernel });
    const dy = seededTensor([batch, filters, ...out], 1);
    const w = seededTensor([filters, channels, ...kernel], 2);
    await check('conv2dInputGrad', [dy, w], { ...params, inputShape: x });
  });

  // One filter a channel and several, with and without a border, more taps than there are registers.
  it.each([
    { x: [3, 16, 12, 19], each: 1, kernel: [3, 3], stride: [1, 1], padding: [1, 1] },
    { x: [2, 9, 13, 8], each: 3, kernel: [3, 2], stride: [1, 1], padding: [0, 0] },
    { x: [2, 12, 17, 23], each: 1, kernel: [5, 5], stride: [2, 2], padding: [2, 2] },
    { x: [4, 7, 1, 61], each: 2, kernel: [1, 9], stride: [1, 3], padding: [0, 4] },
    { x: [2, 20, 9, 16], each: 1, kernel: [7, 3], stride: [1, 1], padding: [4, 2] },
  ] as const)('depthwise %j', checkDepthwise);

  // After several whole pairs of vectors.
  it.each([24, 25, 26, 27, 28, 29, 30, 31])('depthwise rows that end as %i do', async (width) => {
    const conv = { each: 1, kernel: [3, 3], padding: [1, 1] } as const;
    await checkDepthwise({ ...conv, x: [2, 3, 5, width], stride: [1, 1] });
    await checkDepthwise({ ...conv, x: [2, 3, 7, 2 * width], stride: [2, 2] });
  });

  it.each(seeds)('sums and maxima %i', async (seed) => {
    const roll = dice(seed);
    const shape = Array.from({ length: roll(1, 4) }, () => roll(1, 33));
    const axes = shape.flatMap((_, axis) => (roll(0, 1) === 1 ? [axis] : []));
    const x = seededTensor(shape, seed);
    const some = axes.length > 0 ? axes : [0];
    await check('sum', [x], { axes: some, keepDims: roll(0, 1) === 1 });
    await check('max', [x], { axes: some, keepDims: false });
  });

  it.each(seeds)('broadcasts %i', async (seed) => {
    const roll = dice(seed);
    const shape = Array.from({ length: roll(1, 4) }, () => roll(1, 19));
    const other = shape.map((dim) => (roll(0, 1) === 1 ? dim : 1)).slice(roll(0, shape.length - 1));
    await check('mul', [seededTensor(shape, seed), seededTensor(other, seed + 100)], {});
    await check('sub', [seededTensor(other, seed), seededTensor(shape, seed + 100)], {});
  });

  it.each(seeds)('permutations %i', async (seed) => {
    const roll = dice(seed);
    const shape = Array.from({ length: roll(2, 4) }, () => roll(1, 19));
    const ranks = shape.map(() => roll(0, 99));
    const axes = shape.map((_, axis) => axis).sort((a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0));
    await check('permute', [seededTensor(shape, seed)], { axes });
  });
});

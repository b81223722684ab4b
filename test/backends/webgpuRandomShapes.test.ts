/**
 * Products, convolutions, pools and reductions of seeded random shapes on the GPU against the reference:
 * large enough that products have several tiles and split reductions, odd enough that none comes out even.
 */
import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import { type Op, type OpParams, RandomStream, rngFeed, windowCounts } from '#engine/ops/index.ts';
import '../support/allclose.ts';
import { sharedTestGpu } from '../support/gpu.ts';
import { nodePlatform } from '../support/nodePlatform.ts';
import { type TestTensor, uniformTensor } from '../support/random.ts';
import { runOp } from '../support/runOp.ts';

const reference = createReferenceBackend();
const gpu = await sharedTestGpu();

function dice(seed: number): (least: number, most: number) => number {
  const random = new RandomStream(seed, 'data', 2);
  return (least, most) => least + random.integer(most - least + 1);
}
const tensor = (shape: readonly number[], seed: number): TestTensor =>
  uniformTensor(shape, { seed });

async function check<O extends Op>(op: O, inputs: TestTensor[], params: OpParams[O]) {
  const run = { op, inputs, params };
  const wanted = await runOp(reference, run);
  const atol = 1e-5 * [...wanted].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(await runOp(gpu, run)).toBeAllclose(wanted, { rtol: 1e-4, atol });
}

const seeds = [1, 2, 3, 4, 5, 6];

describe('random shapes', () => {
  it.each(seeds)('matmul %i', async (seed) => {
    const roll = dice(seed);
    const [m, n, k] = [roll(1, 150), roll(1, 150), roll(1, 700)];
    const [transposeA, transposeB] = [roll(0, 1) === 1, roll(0, 1) === 1];
    const bias = roll(0, 1) === 1;
    const inputs = [
      tensor(transposeA ? [k, m] : [m, k], seed),
      tensor(transposeB ? [n, k] : [k, n], seed + 100),
      ...(bias ? [tensor([n], seed + 200)] : []),
    ];
    const activation = roll(0, 1) === 1 ? ('relu' as const) : ('none' as const);
    await check('matmul', inputs, { transposeA, transposeB, epilogue: { bias, activation } });
  });

  it.each(seeds)('convolution and its gradients %i', async (seed) => {
    const roll = dice(seed);
    const groups = roll(1, 2);
    const [channels, filters] = [groups * roll(1, 9), groups * roll(1, 9)];
    const kernel = [roll(1, 3), roll(1, 3)] as const;
    const conv = {
      stride: [roll(1, 2), roll(1, 2)] as const,
      padding: [roll(0, 2), roll(0, 2), roll(0, 2), roll(0, 2)] as const,
      dilation: [roll(1, 2), roll(1, 2)] as const,
      groups,
    };
    const image = [roll(6, 15), roll(6, 15)] as const;
    const batch = roll(1, 4);
    const out = windowCounts(image, { ...conv, kernel });
    const xShape = [batch, channels, ...image];
    const wShape = [filters, channels / groups, ...kernel];
    const [x, w] = [tensor(xShape, seed), tensor(wShape, seed + 1)];
    const dy = tensor([batch, filters, ...out], seed + 2);
    await check('conv2d', [x, w, tensor([filters], seed + 3)], {
      ...conv,
      epilogue: { bias: true, activation: 'relu' },
    });
    await check('conv2dInputGrad', [dy, w], { ...conv, inputShape: xShape });
    await check('conv2dWeightGrad', [dy, x], { ...conv, weightShape: wShape });
  });

  // Multiples of 4 are read and stored four at a time: other code than odd sizes.
  it.each(
    [false, true].flatMap((transposeA) =>
      [false, true].flatMap((transposeB) =>
        [
          [20, 12, 40],
          [132, 68, 24],
          [36, 16, 2052],
        ].map(([m = 0, n = 0, k = 0]) => ({ m, n, k, transposeA, transposeB })),
      ),
    ),
  )('matmul in groups of four: %o', async ({ m, n, k, transposeA, transposeB }) => {
    const inputs = [
      tensor(transposeA ? [k, m] : [m, k], m),
      tensor(transposeB ? [n, k] : [k, n], n),
      tensor([n], k),
    ];
    const epilogue = { bias: true, activation: 'relu' } as const;
    await check('matmul', inputs, { transposeA, transposeB, epilogue });
  });

  it.each(seeds)('products of several matrices %i', async (seed) => {
    const roll = dice(seed);
    const [lead, m, n, k] = [roll(2, 7), roll(1, 70), roll(1, 70), roll(1, 60)];
    const [transposeA, transposeB] = [roll(0, 1) === 1, roll(0, 1) === 1];
    const inputs = [
      tensor([lead, ...(transposeA ? [k, m] : [m, k])], seed),
      tensor([lead, ...(transposeB ? [n, k] : [k, n])], seed + 1),
      tensor([n], seed + 2),
    ];
    const epilogue = { bias: true, activation: 'relu' } as const;
    await check('matmul', inputs, { transposeA, transposeB, epilogue });
  });

  it('convolutions in groups of four', async () => {
    const conv = {
      stride: [1, 1],
      padding: [1, 1, 1, 1],
      dilation: [1, 1],
      groups: 1,
    } as const;
    const [xShape, wShape] = [
      [3, 8, 10, 12],
      [12, 8, 3, 3],
    ];
    const [x, w] = [tensor(xShape, 1), tensor(wShape, 2)];
    const dy = tensor([3, 12, 10, 12], 3);
    const epilogue = { bias: true, activation: 'relu' } as const;
    await check('conv2d', [x, w, tensor([12], 4)], { ...conv, epilogue });
    await check('conv2dInputGrad', [dy, w], { ...conv, inputShape: xShape });
    await check('conv2dWeightGrad', [dy, x], { ...conv, weightShape: wShape });
  });

  it.each(seeds)('pools %i', async (seed) => {
    const roll = dice(seed);
    const kernel = [roll(1, 4), roll(1, 4)] as const;
    const pool = {
      kernel,
      stride: [roll(1, 3), roll(1, 3)] as const,
      padding: [
        roll(0, kernel[0] >> 1),
        roll(0, kernel[1] >> 1),
        roll(0, kernel[0] - 1),
        roll(0, kernel[1] - 1),
      ] as const,
    };
    const image = [roll(5, 13), roll(5, 13)] as const;
    const out = windowCounts(image, pool);
    const shape = [roll(1, 3), roll(1, 5), ...image];
    const [x, dy] = [tensor(shape, seed), tensor([...shape.slice(0, 2), ...out], seed + 1)];
    await check('maxPool2d', [x], pool);
    await check('maxPool2dGrad', [dy, x], pool);
    const countIncludePad = roll(0, 1) === 1;
    await check('avgPool2d', [x], { ...pool, countIncludePad });
    await check('avgPool2dGrad', [dy], { ...pool, countIncludePad, inputShape: shape });
  });

  it.each(seeds)('sums and maxima %i', async (seed) => {
    const roll = dice(seed);
    const shape = Array.from({ length: roll(1, 4) }, () => roll(1, 40));
    const axes = shape.flatMap((_, axis) => (roll(0, 1) === 1 ? [axis] : []));
    await check('sum', [tensor(shape, seed)], { axes, keepDims: roll(0, 1) === 1 });
    await check('max', [tensor(shape, seed)], { axes, keepDims: roll(0, 1) === 1 });
  });
});

/** Indices of rows, `padded` of a hundred of them 0, as in sentences of different lengths. */
function indices(count: number, rows: number, padded: number): TestTensor {
  const roll = dice(count);
  const values = Array.from({ length: count }, () =>
    roll(0, 99) < padded ? 0 : roll(0, rows - 1),
  );
  return { type: { dtype: 'i32', shape: [count] }, values };
}

describe('rows added to the rows they name', () => {
  it.each([
    { count: 2048, rows: 20_000, size: 64, padded: 30 },
    { count: 300, rows: 20_000, size: 64, padded: 0 },
    { count: 5000, rows: 300, size: 3, padded: 0 },
    { count: 5000, rows: 7, size: 8, padded: 90 },
    // Two rounds of merging, and one sum over more than a hundred runs.
    { count: 9000, rows: 1000, size: 2, padded: 50 },
    { count: 1000, rows: 100, size: 5, padded: 100 },
  ])('$count of $rows of $size, $padded % one and the same', async (each) => {
    const { count, rows, size, padded } = each;
    const inputs = [tensor([count, size], 5), indices(count, rows, padded)];
    await check('scatterAddRows', inputs, { rows });
  });

  it('passes over what names no row', async () => {
    const dy = tensor([2000, 4], 6);
    const { type, values } = indices(2000, 100, 0);
    const wild = { type, values: [...values].map((row, b) => [row, -1 - b, 100 + b][b % 3] ?? 0) };
    const kept = {
      ...dy,
      values: [...dy.values].map((value, i) => ((i >> 2) % 3 === 0 ? value : 0)),
    };
    const params = { rows: 100 };
    const wanted = await runOp(reference, {
      op: 'scatterAddRows',
      inputs: [kept, { type, values }],
      params,
    });
    const found = await runOp(gpu, { op: 'scatterAddRows', inputs: [dy, wild], params });
    expect(found).toBeAllclose(wanted, { rtol: 1e-4, atol: 1e-5 });
  });
});

describe('masks', () => {
  it('are the same bits as on the CPU', async () => {
    const cpu = await createWasmBackend(nodePlatform(), { threads: 1 });
    const rng: TestTensor = {
      type: { dtype: 'i32', shape: [4] },
      values: [...rngFeed(2 ** 40 + 12345, 77)],
    };
    const shape = [33, 130];
    for (const run of [
      { op: 'dropoutMask' as const, inputs: [rng], params: { shape, stream: 5, p: 0.37 } },
      { op: 'randomUniform' as const, inputs: [rng], params: { shape, stream: 6 } },
      {
        op: 'randomBoxMask' as const,
        inputs: [rng],
        params: { shape: [9, 1, 14, 11], stream: 7, height: 5, width: 3 },
      },
    ]) {
      const [here, there] = [await runOp(cpu, run), await runOp(gpu, run)];
      expect(there).toEqual(here);
      expect(new Set(here).size).toBeGreaterThan(1);
    }
    await cpu.close();
  });
});

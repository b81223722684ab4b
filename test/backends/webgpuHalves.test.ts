/**
 * Rules: kernels read and write 16-bit floats as they do 32-bit ones, but for rounding; what is too large for
 * them becomes infinite and a NaN stays one, so that loss scaling sees it.
 */
import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { opCases, titleOf } from '../ops/cases.ts';
import '../support/allclose.ts';
import { sharedTestGpu } from '../support/gpu.ts';
import { meetsHalves, roundToHalf, runOpOnHalves, withHalves } from '../support/halves.ts';
import { type TestTensor, uniformTensor } from '../support/random.ts';
import { type OpRun, planOp, runOp } from '../support/runOp.ts';

const reference = createReferenceBackend();
const gpu = await sharedTestGpu();

/** Half a unit in the last place of the result, and of an intermediate result. */
const ROUNDING = 2 ** -10;

async function check(run: OpRun): Promise<void> {
  const rounded = withHalves(run);
  const whole = await runOp(reference, rounded);
  const kept = gpu.canStoreAsFloat16?.(planOp(run).call) === true;
  const wanted = kept ? Array.from(whole, roundToHalf) : whole;
  const scale = Math.max(0, ...Array.from(wanted).filter(Number.isFinite).map(Math.abs));
  const tolerance = { rtol: ROUNDING, atol: 2e-5 * scale };
  expect(await runOpOnHalves(gpu, rounded)).toBeAllclose(wanted, tolerance);
}

describe('every op that can meets 16-bit floats', () => {
  const cases = opCases.filter((each) => each.op !== 'assign' && meetsHalves(each));
  it.each(cases.map((each) => [titleOf(each), each] as const))('%s', (_, each) => check(each));
});

describe('images in groups of four', () => {
  const tensor = (shape: readonly number[], seed: number) => uniformTensor(shape, { seed });
  const xShape = [3, 8, 10, 12];
  const x = tensor(xShape, 1);
  const perChannel = (seed: number): TestTensor => {
    const { type, values } = tensor([8], seed);
    return { type, values: Array.from(values, (value) => 0.5 + Math.abs(value)) };
  };
  const [mean, variance] = [tensor([8], 5), perChannel(6)];
  const [weight, bias] = [perChannel(7), tensor([8], 8)];
  const dy = tensor(xShape, 9);
  const conv = { stride: [1, 1], padding: [1, 1, 1, 1], dilation: [1, 1], groups: 1 } as const;
  const pool = { kernel: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0] } as const;
  const pooled = tensor([3, 8, 5, 6], 10);
  const w = tensor([12, 8, 3, 3], 2);
  const dyConv = tensor([3, 12, 10, 12], 3);
  const epilogue = { bias: true, activation: 'relu' } as const;
  const runs: readonly OpRun[] = [
    { op: 'conv2d', inputs: [x, w, tensor([12], 4)], params: { ...conv, epilogue } },
    { op: 'conv2dInputGrad', inputs: [dyConv, w], params: { ...conv, inputShape: xShape } },
    {
      op: 'conv2dWeightGrad',
      inputs: [dyConv, x],
      params: { ...conv, weightShape: [12, 8, 3, 3] },
    },
    {
      op: 'normalize',
      inputs: [x, mean, variance, weight, bias],
      params: { eps: 1e-5, training: true },
    },
    {
      op: 'normalizeInputGrad',
      inputs: [dy, x, mean, variance, weight],
      params: { eps: 1e-5, training: true },
    },
    { op: 'maxPool2d', inputs: [x], params: pool },
    { op: 'maxPool2dGrad', inputs: [pooled, x], params: pool },
    { op: 'avgPool2d', inputs: [x], params: { ...pool, countIncludePad: true } },
    {
      op: 'avgPool2dGrad',
      inputs: [pooled],
      params: { ...pool, countIncludePad: true, inputShape: xShape },
    },
    {
      op: 'matmul',
      inputs: [tensor([20, 40], 11), tensor([12, 40], 12), tensor([12], 13)],
      params: { transposeA: false, transposeB: true, epilogue },
    },
  ];
  it.each(runs)('$op', async (run) => {
    if (run.op !== 'conv2dWeightGrad') expect(gpu.canStoreAsFloat16?.(planOp(run).call)).toBe(true);
    await check(run);
  });
});

describe('numbers at the edge', () => {
  it.each([
    { value: 65504, kept: 65504 },
    { value: 65519, kept: 65504 },
    { value: 65520, kept: Infinity },
    { value: -1e30, kept: -Infinity },
    { value: Infinity, kept: Infinity },
    { value: NaN, kept: NaN },
    { value: 2 ** -14, kept: 2 ** -14 },
    { value: -0.1, kept: -0.0999755859375 },
  ])('$value is kept as $kept', async ({ value, kept }) => {
    const type = { dtype: 'f32', shape: [8] } as const;
    const values = [value, 1, value, 2, 3, value, 4, value];
    const found = await runOpOnHalves(gpu, {
      op: 'affine',
      params: { scale: 1, shift: 0 },
      inputs: [{ type, values }],
    });
    expect(Array.from(found)).toEqual([kept, 1, kept, 2, 3, kept, 4, kept]);
  });
});

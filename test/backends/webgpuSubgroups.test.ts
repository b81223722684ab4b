/**
 * Rule: reductions give the same numbers with subgroups and without, up to rounding, and each the same bits
 * every time. Shapes are those that a whole workgroup reduces; every op's cases run with subgroups where the
 * device has them (webgpu.test.ts).
 */
import { afterAll, describe, expect, test } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import '../support/allclose.ts';
import { openTestGpu, sharedTestGpu } from '../support/gpu.ts';
import { labelTensor, uniformTensor } from '../support/random.ts';
import { type OpRun, runOp } from '../support/runOp.ts';

const withThem = await sharedTestGpu();
const without = await openTestGpu({ subgroups: false });
afterAll(() => without.close());

test('the software adapter has them, and none are used where none are wanted', () => {
  if (withThem.gpu.software) expect(withThem.gpu.target.subgroups).toBe(true);
  expect(without.gpu.target.subgroups).toBe(false);
  expect(without.gpu.device.features.has('subgroups')).toBe(false);
});

const rows = uniformTensor([3, 333], { seed: 1, low: -4, high: 4 });
/** Nothing cancels in its sum. */
const positive = uniformTensor([3, 333], { seed: 6, low: 0, high: 4 });
const many = uniformTensor([40_000], { seed: 7, low: 0, high: 4 });
const labels = labelTensor([3], 333, 2);
const planes = uniformTensor([4, 3, 9, 11], { seed: 3, low: 1, high: 3 });
const means = uniformTensor([3], { seed: 4, low: 1, high: 2 });
const runs: readonly OpRun[] = [
  { op: 'sum', inputs: [positive], params: { axes: [1], keepDims: false } },
  { op: 'sum', inputs: [many], params: { axes: [0], keepDims: false } },
  { op: 'max', inputs: [rows], params: { axes: [1], keepDims: false } },
  { op: 'argmax', inputs: [rows], params: {} },
  { op: 'sumSquares', inputs: [rows], params: {} },
  { op: 'softmax', inputs: [rows], params: {} },
  { op: 'crossEntropy', inputs: [rows, labels], params: { labelSmoothing: 0.1 } },
  {
    op: 'crossEntropyGrad',
    inputs: [uniformTensor([3], { seed: 5 }), rows, labels],
    params: { labelSmoothing: 0.1 },
  },
  { op: 'groupMean', inputs: [planes], params: {} },
  { op: 'groupVariance', inputs: [planes, means], params: {} },
  { op: 'tensorStats', inputs: [planes], params: {} },
];

describe.each(
  runs.map((run) => [`${run.op} ${run.inputs[0]?.type.shape.join('x')}`, run] as const),
)('%s', (_, run) => {
  test('both ways as the reference, and the same bits every time', async () => {
    const wanted = await runOp(createReferenceBackend(), run);
    const found = await runOp(withThem, run);
    expect(found).toBeAllclose(wanted, { rtol: 1e-5, atol: 1e-6 });
    expect(await runOp(without, run)).toBeAllclose(found, { rtol: 1e-6, atol: 1e-7 });
    expect(await runOp(withThem, run)).toEqual(found);
  });
});

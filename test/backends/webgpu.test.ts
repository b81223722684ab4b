/** The GPU backend against the reference: every op's cases. */
import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { type OpCase, opCases, titleOf, toleranceOf } from '../ops/cases.ts';
import type { Tolerance } from '../support/allclose.ts';
import '../support/allclose.ts';
import { sharedTestGpu } from '../support/gpu.ts';
import { runOp } from '../support/runOp.ts';

const reference = createReferenceBackend();
const gpu = await sharedTestGpu();

/** Cases that ask for the same numbers get them; built-in functions of GPUs are less exact than ours. */
function gpuTolerance(each: OpCase, wanted: ArrayLike<number>): Tolerance {
  const { rtol } = toleranceOf(each, wanted);
  if (rtol === 0) return { rtol: 0, atol: 0 };
  const finite = Array.from(wanted).filter(Number.isFinite).map(Math.abs);
  const allowed = Math.max(rtol, 1e-4);
  return { rtol: allowed, atol: 1e-5 * Math.max(0, ...finite) };
}

describe('every op agrees with the reference', () => {
  it.each(opCases.map((each) => [titleOf(each), each] as const))('%s', async (_, each) => {
    const wanted = await runOp(reference, each);
    expect(await runOp(gpu, each)).toBeAllclose(wanted, gpuTolerance(each, wanted));
  });
});

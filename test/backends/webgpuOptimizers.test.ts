/** Rule: an optimiser's update on the GPU is the formula in float64, to some roundings, as it is on the CPU. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Backend } from '#engine/backends/backend.ts';
import { openTestGpu } from '../support/gpu.ts';
import { updateCases, updateError } from '../support/optimizerError.ts';

let gpu: Backend;
beforeAll(async () => {
  gpu = await openTestGpu();
});
afterAll(() => gpu.close());

test.each(updateCases)('%s at step %d', async (_name, step, type, settings) => {
  // WGSL allows a division 2.5 units in the last place (https://www.w3.org/TR/WGSL/#floating-point-accuracy).
  expect(await updateError(gpu, [type, settings, step])).toBeLessThan(1e-6);
});

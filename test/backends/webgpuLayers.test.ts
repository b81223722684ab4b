/** Rule: every layer, its numbers and gradients, is on the GPU what it is in float64. Over the registry. */
import { afterAll, beforeAll, it } from 'vitest';
import type { WebGpuBackend } from '#engine/backends/webgpu/index.ts';
import '../support/allclose.ts';
import { compareLayer } from '../support/compareLayer.ts';
import { openTestGpu } from '../support/gpu.ts';
import { layerTrials } from '../support/layerTrials.ts';

let gpu: WebGpuBackend;

beforeAll(async () => {
  gpu = await openTestGpu();
});
afterAll(async () => {
  await gpu.close();
});

it.each(layerTrials)('$title', async (trial) => {
  await compareLayer(gpu, trial, 1e-4);
});

/** Rule: every layer, its numbers and gradients, is on the GPU what it is in float64. Over the registry. */
import { it } from 'vitest';
import '../support/allclose.ts';
import { compareLayer } from '../support/compareLayer.ts';
import { sharedTestGpu } from '../support/gpu.ts';
import { layerTrials } from '../support/layerTrials.ts';

const gpu = await sharedTestGpu();

it.each(layerTrials)('$title', async (trial) => {
  await compareLayer(gpu, trial, 1e-4);
});

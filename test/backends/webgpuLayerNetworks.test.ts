/**
 * Rule: whatever layer stands in a network, its whole step on the GPU (data gathered, forward, backward, update) is
 * the reference's: two steps of the smallest network around every layer of the registry.
 */
import { expect, it } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { sharedTestGpu } from '../support/gpu.ts';
import { layerNetworks } from '../support/layerNetworks.ts';
import { trainSteps } from '../support/trainSteps.ts';

const STEPS = { batch: 4, steps: 2 };
/** Beside the largest number of its kind: functions of GPUs are less exact than those of the CPU engine. */
const TOLERANCE = 1e-4;

const reference = createReferenceBackend();
const gpu = await sharedTestGpu();

const largest = (numbers: Iterable<number>): number =>
  [...numbers].reduce((most, value) => Math.max(most, Math.abs(value)), 0);

it.each(layerNetworks)('$title', async ({ document }) => {
  const wanted = await trainSteps(reference, document, STEPS);
  const found = await trainSteps(gpu, document, STEPS);
  expect(wanted.losses).toHaveLength(2);
  wanted.losses.forEach((loss, step) => {
    const apart = Math.abs((found.losses[step] ?? NaN) - loss);
    expect(apart).toBeLessThan(TOLERANCE * Math.max(1, Math.abs(loss)));
  });
  for (const kind of ['gradients', 'parameters'] as const) {
    const scale = largest([...wanted[kind].values()].flatMap((values) => [...values]));
    expect(scale, kind).toBeGreaterThan(0);
    for (const [name, values] of wanted[kind]) {
      const own = found[kind].get(name);
      const apart = largest([...values].map((value, i) => value - (own?.[i] ?? NaN)));
      expect(apart, `${kind} of ${name}`).toBeLessThanOrEqual(TOLERANCE * scale);
    }
  }
});

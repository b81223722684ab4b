/**
 * Rules: every layer, its numbers and gradients, is on the GPU what it is in float64, over the registry; and whatever
 * layer stands in a network, its whole step there (data gathered, forward, backward, update) is the reference's: two
 * steps of the smallest network around it. In one file, since networks use shaders that the layers have compiled.
 */
import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import '../support/allclose.ts';
import { compareLayer } from '../support/compareLayer.ts';
import { sharedTestGpu } from '../support/gpu.ts';
import { layerNetworks } from '../support/layerNetworks.ts';
import { layerTrials, TRIAL_BATCH } from '../support/layerTrials.ts';
import { trainSteps } from '../support/trainSteps.ts';

const STEPS = 2;
/** Beside the largest number of its kind: functions of GPUs are less exact than those of the CPU engine. */
const TOLERANCE = 1e-4;

const reference = createReferenceBackend();
const gpu = await sharedTestGpu();

describe('alone', () => {
  it.each(layerTrials)('$title', async (trial) => {
    await compareLayer(gpu, trial, TOLERANCE);
  });
});

const largest = (numbers: Iterable<number>): number =>
  [...numbers].reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/**
 * Images and sequences come as many as to layers alone: their convolutions and attention are compiled. Rows come by
 * four, so that kernels of four numbers at a time meet them, which three rows of 6 are no whole number of.
 */
const batchOf = ({ nodes }: NetworkDocument): number =>
  nodes.some(({ id }) => id.endsWith('Shaped')) ? TRIAL_BATCH : 4;

describe('in a network', () => {
  it.each(layerNetworks)('$title', async ({ document }) => {
    const steps = { batch: batchOf(document), steps: STEPS };
    const wanted = await trainSteps(reference, document, steps);
    const found = await trainSteps(gpu, document, steps);
    expect(wanted.losses).toHaveLength(STEPS);
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
});

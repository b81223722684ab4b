/**
 * Rule: whatever layers stand beside each other, a step of the CPU engine has the loss and the gradients that it has in
 * float64. Layers agree one by one (wasmLayers.test.ts); here it is what is made of several: fused, joined, in place.
 * `NETLOOM_NETWORKS=1000` tries as many of each family as are told.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { wasm } from '../support/engineRun.ts';
import { NETWORK_FAMILIES, randomNetworks } from '../support/randomNetworks.ts';
import { trainSteps } from '../support/trainSteps.ts';

const COUNT = Number(process.env['NETLOOM_NETWORKS'] ?? 40);
const SEED = Number(process.env['NETLOOM_SEED'] ?? 1);
/** Beside the largest gradient of the network: what float32 leaves of sums of a few hundred numbers. */
const TOLERANCE = 1e-4;
const ONE_STEP = { batch: 5, steps: 1 };

const engine = await wasm(2)();
const reference = createReferenceBackend();
afterAll(() => engine.close());

describe.each(NETWORK_FAMILIES)('%s', (family) => {
  test.each(randomNetworks(family, COUNT, SEED))('$title', async ({ document }) => {
    const wanted = await trainSteps(reference, document, ONE_STEP);
    const found = await trainSteps(engine, document, ONE_STEP);
    const [loss = NaN] = wanted.losses;
    expect(Math.abs((found.losses[0] ?? NaN) - loss)).toBeLessThan(1e-5 * (1 + Math.abs(loss)));
    const largest = Math.max(
      ...[...wanted.gradients.values()].flatMap((gradient) => [...gradient].map(Math.abs)),
    );
    for (const [name, gradient] of wanted.gradients) {
      const own = found.gradients.get(name);
      const apart = [...gradient].map((value, i) => Math.abs(value - (own?.[i] ?? NaN)));
      expect(Math.max(...apart), name).toBeLessThanOrEqual(TOLERANCE * largest);
    }
  });
});

/** Rule: each point of the training curve is the mean of about as many samples, up to the end of an epoch. */
import { expect, test } from 'vitest';
import { startRun, wasm } from '#test/support/engineRun.ts';
import { points } from '#test/support/smallNetworks.ts';

test.each([16, 24, 32, 40, 56])('with batches of %i', async (batchSize) => {
  const document = points('moons', 'crossEntropy', { epochs: 4, batchSize });
  let clockMs = 0;
  const run = await startRun(document, wasm(1), {}, { now: () => (clockMs += 2) });
  await run.ended();
  const steps = run.points('train').map(({ step }) => step);
  // The first steps have a point of their own, so that something is to be seen.
  const spans = steps.map((step, i) => step - (steps[i - 1] ?? 0)).slice(1);
  expect(Math.min(...spans)).toBeGreaterThanOrEqual(0.4 * Math.max(...spans));
  const stepsPerEpoch = run.told.progress[0]?.progress.stepsPerEpoch ?? 0;
  for (const epoch of [1, 2, 3, 4]) expect(steps).toContain(epoch * stepsPerEpoch);
});

/**
 * Rule: training on the CPU engine, in float32 and with fused kernels, follows the reference in float64.
 * The first steps of whole networks; a hundred of each are in test/bench/lossCurves.bench.ts.
 */
import { afterAll, expect, test } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { wasm } from '#test/support/engineRun.ts';
import { deviation, lossCurve, workload } from '#test/support/lossCurve.ts';

const engine = await wasm(2)();
afterAll(() => engine.close());

test.each([
  ['W1', { batch: 16, steps: 12 }],
  ['W3', { batch: 2, steps: 2 }],
  ['W4', { batch: 2, steps: 2 }],
  ['W5', { batch: 8, steps: 8 }],
] as const)('%s', async (name, size) => {
  const wanted = await lossCurve(createReferenceBackend(), workload(name), size);
  const losses = await lossCurve(engine, workload(name), size);
  expect(losses).toHaveLength(size.steps);
  expect(deviation(losses, wanted)).toBeLessThan(1e-4);
  // It is training that is compared.
  expect(wanted.at(-1)).not.toBe(wanted[0]);
});

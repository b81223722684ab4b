/**
 * Rule: training the benchmark's networks on the GPU follows the CPU engine. Few steps of small batches, since
 * the adapter may be software; a hundred of each network are in test/bench/lossCurves.bench.ts.
 *
 * Convolutions with pooling and Adam are chaotic: the CPU's own losses, from weights whose last bits differ,
 * are some hundredths apart after a hundred steps. So they are followed in stretches.
 */
import { afterAll, expect, test } from 'vitest';
import { wasm } from '../support/engineRun.ts';
import { sharedTestGpu } from '../support/gpu.ts';
import { deviation, deviationInStretches, lossCurve, workload } from '../support/lossCurve.ts';

const cpu = await wasm(1)();
const gpu = await sharedTestGpu();
afterAll(() => cpu.close());

test('W1, a hundred steps', async () => {
  const size = { batch: 16, steps: 100 };
  const wanted = await lossCurve(cpu, workload('W1'), size);
  const losses = await lossCurve(gpu, workload('W1'), size);
  expect(deviation(losses, wanted)).toBeLessThan(1e-4);
  expect(losses.at(-1)).toBeLessThan(0.8 * (losses[0] ?? 0));
});

test.each([
  ['W3', { batch: 2, steps: 8, stretch: 4 }],
  ['W4', { batch: 2, steps: 8, stretch: 4 }],
  ['W5', { batch: 4, steps: 8, stretch: 4 }],
])('%s, in stretches', async (name, size) => {
  expect(await deviationInStretches([gpu, cpu], workload(name), size)).toBeLessThan(1e-4);
});

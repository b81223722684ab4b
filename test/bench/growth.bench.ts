/**
 * How the cost of a training step grows with batch, width, depth and threads, on the CPU. Prints, asserts
 * nothing. `BENCH_MS` (default 400) is how long each number is measured.
 *
 *   npx vitest run --config test/bench/vitest.config.ts growth
 */
import { afterAll, describe, it } from 'vitest';
import type { Backend } from '#engine/backends/backend.ts';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import { physicalCores } from '#engine/platform/node.ts';
import { measureSteps } from '#main/cli/bench/measure.ts';
import { multilayerPerceptron } from '#main/cli/bench/workloads.ts';
import { nodePlatform } from '../support/nodePlatform.ts';

const FOR_MS = Number(process.env['BENCH_MS'] ?? 400);
const backends = new Map<number, Backend>();
for (let threads = 1; threads <= physicalCores(); threads *= 2) {
  backends.set(threads, await createWasmBackend(nodePlatform(), { threads }));
}
afterAll(async () => {
  for (const backend of backends.values()) await backend.close();
});

const cells = (...values: readonly string[]): void =>
  console.log(values.map((value) => value.padStart(16)).join(''));

async function grow(
  what: string,
  of: (size: number) => { widths: number[]; batch: number },
  sizes: readonly number[],
) {
  cells(what, ...[...backends.keys()].flatMap((t) => [`${t} T ms/step`, 'samples/s', 'GFLOP/s']));
  for (const size of sizes) {
    const { widths, batch } = of(size);
    const workload = multilayerPerceptron(`${what} ${size}`, widths, batch);
    const row = [];
    for (const backend of backends.values()) {
      const { stepMs, samplesPerSecond, gflops } = await measureSteps(backend, workload, {
        forMs: FOR_MS,
      });
      row.push(stepMs.toFixed(3), samplesPerSecond.toFixed(0), gflops.toFixed(1));
    }
    cells(String(size), ...row);
  }
}

describe('cost growth of an MLP on 784 inputs', () => {
  it('batch, 784-256-256-10', () =>
    grow('batch', (batch) => ({ widths: [256, 256], batch }), [1, 4, 16, 64, 256, 1024, 4096]));
  it('width of two layers, batch 64', () =>
    grow('width', (width) => ({ widths: [width, width], batch: 64 }), [64, 256, 1024, 4096]));
  it('depth at width 128, batch 64', () =>
    grow(
      'depth',
      (depth) => ({ widths: Array<number>(depth).fill(128), batch: 64 }),
      [2, 8, 32, 64],
    ));
});

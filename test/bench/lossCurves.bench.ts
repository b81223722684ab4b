/**
 * How far the losses of the CPU engine are from those of the float64 reference over many steps of whole
 * networks; prints, asserts nothing. `BENCH_STEPS` (default 100); `BENCH_WORKLOADS` picks some.
 */
import { describe, it } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { wasm } from '../support/engineRun.ts';
import { deviation, lossCurve, workload } from '../support/lossCurve.ts';

const steps = Number(process.env['BENCH_STEPS'] ?? 100);
const BATCHES = { W1: 16, W3: 4, W4: 4, W5: 16 };
const names = (process.env['BENCH_WORKLOADS'] ?? Object.keys(BATCHES).join(',')).split(',');

describe('loss curves', () => {
  it.each(names)('%s', async (name) => {
    const batch = BATCHES[name as keyof typeof BATCHES]; // as named above
    const engine = await wasm(1)();
    const losses = await lossCurve(engine, workload(name), { batch, steps });
    await engine.close();
    const wanted = await lossCurve(createReferenceBackend(), workload(name), { batch, steps });
    const ends = [losses[0], losses.at(-1), wanted.at(-1)].map((loss) => loss?.toFixed(6));
    const at = [10, 30, 60, 100].filter((count) => count <= steps);
    const growth = at.map((count) => {
      const [some, all] = [losses.slice(0, count), wanted.slice(0, count)];
      return `${count}: ${deviation(some, all).toExponential(1)}`;
    });
    console.log(
      `${name}, batch ${batch}, largest relative difference in the first steps ${growth.join(', ')}; ` +
        `loss ${ends[0]} to ${ends[1]}, reference ${ends[2]}`,
    );
  });
});

/**
 * How far the losses of the engines are from each other over many steps of whole networks: the CPU's and
 * the GPU's from the float64 reference's and from each other's. `wasm nudged` is the CPU engine again with
 * the last bit of every first weight changed: what of a distance is rounding that training amplifies, not
 * a less exact kernel. `in stretches` is free of that: one engine goes on from the other's weights every ten
 * steps. Prints, asserts nothing.
 *
 * `BENCH_STEPS` (default 100); `BENCH_WORKLOADS` and `BENCH_ENGINES` pick some; `BENCH_BATCH` is `full` for
 * the workloads' own batches, or a number. NETLOOM_ALLOW_SOFTWARE_GPU=1 takes a software adapter.
 */
import { describe, it } from 'vitest';
import type { Backend } from '#engine/backends/backend.ts';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { createWebGpuBackend } from '#engine/backends/webgpu/index.ts';
import { workloads } from '#main/cli/bench/workloads.ts';
import { allowsSoftware, nodeGpu } from '#main/engineProcess/nodeGpu.ts';
import { wasm } from '../support/engineRun.ts';
import { deviation, deviationInStretches, lossCurve, workload } from '../support/lossCurve.ts';

const list = (name: string, all: readonly string[]): readonly string[] =>
  process.env[name]?.split(',') ?? all;

const steps = Number(process.env['BENCH_STEPS'] ?? 100);
/** Small enough that the reference ends within minutes. */
const SMALL_BATCHES: Readonly<Record<string, number>> = { W1: 16, W3: 4, W4: 4, W5: 16 };
const STRETCH = 10;
const names = list('BENCH_WORKLOADS', Object.keys(SMALL_BATCHES));
const engines: Readonly<Record<string, () => Promise<Backend>>> = {
  reference: () => Promise.resolve(createReferenceBackend()),
  wasm: wasm(1),
  'wasm nudged': wasm(1),
  webgpu: async () =>
    createWebGpuBackend({ gpu: await nodeGpu(), allowSoftware: allowsSoftware() }),
};

function batchOf(name: string): number {
  const asked = process.env['BENCH_BATCH'];
  if (asked === 'full') return workloads.find((each) => each.name === name)?.batch ?? 0;
  return asked === undefined ? (SMALL_BATCHES[name] ?? 4) : Number(asked);
}

async function curve(engine: string, name: string, batch: number): Promise<readonly number[]> {
  const backend = await engines[engine]?.();
  if (!backend) throw new Error(`no engine ${engine}`);
  try {
    return await lossCurve(backend, workload(name), {
      batch,
      steps,
      nudged: /nudged/.test(engine),
    });
  } finally {
    await backend.close();
  }
}

const asked = list('BENCH_ENGINES', Object.keys(engines));

/** Which engine goes on from whose weights. */
const PAIRS = [
  ['wasm', 'reference'],
  ['webgpu', 'wasm'],
] as const;

describe.each(PAIRS.filter((pair) => pair.every((engine) => asked.includes(engine))))(
  'in stretches, %s from %s',
  (engine, from) => {
    it.each(names)('%s', async (name) => {
      const batch = batchOf(name);
      const [there, here] = [await engines[engine]?.(), await engines[from]?.()];
      if (!there || !here) throw new Error('no engines');
      const size = { batch, steps, stretch: STRETCH };
      const largest = await deviationInStretches([there, here], workload(name), size);
      console.log(`${name}, batch ${batch}, ${engine} from ${from}: ${largest.toExponential(1)}`);
      await there.close();
      await here.close();
    });
  },
);

describe('loss curves', () => {
  it.each(names)('%s', async (name) => {
    const batch = batchOf(name);
    const curves = new Map<string, readonly number[]>();
    for (const engine of asked) {
      const started = performance.now();
      const losses = await curve(engine, name, batch);
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      const [first, last] = [losses[0], losses.at(-1)].map((loss) => loss?.toFixed(6));
      console.log(`${name}, batch ${batch}, ${engine}: loss ${first} to ${last} in ${seconds} s`);
      for (const [other, wanted] of curves)
        console.log(`  from ${other}: ${growth(losses, wanted)}`);
      curves.set(engine, losses);
    }
  });
});

/** The largest relative difference within the first 10, 30, 60 and 100 steps. */
function growth(losses: readonly number[], wanted: readonly number[]): string {
  return [1, 10, 30, 60, 100]
    .filter((count) => count <= steps)
    .map((count) => {
      const largest = deviation(losses.slice(0, count), wanted.slice(0, count));
      return `${count}: ${largest.toExponential(1)}`;
    })
    .join(', ');
}

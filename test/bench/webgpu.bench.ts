/**
 * What a training step costs the host on the GPU backend: commands encoded, submissions, bytes each way and
 * microseconds, with Dawn's null driver, so that the same numbers come out with and without a GPU. Where
 * an adapter can be had, also milliseconds of a step and GFLOP/s of products on it. Prints, asserts nothing.
 *
 *   vitest run -c test/bench/vitest.config.ts test/bench/webgpu.bench.ts
 *
 * NETLOOM_ALLOW_SOFTWARE_GPU=1 measures a software adapter, which says little.
 */
import { create } from 'webgpu';
import { describe, it } from 'vitest';
import type { Backend } from '#engine/backends/backend.ts';
import { createWebGpuBackend } from '#engine/backends/webgpu/index.ts';
import { constantRate } from '#engine/compile/index.ts';
import {
  ARENAS,
  type BufferRef,
  type MemoryLayout,
  type Program,
} from '#engine/compile/program.ts';
import { NO_EPILOGUE } from '#engine/ops/index.ts';
import { allowsSoftware, nodeGpu } from '#main/engineProcess/nodeGpu.ts';
import { compileSteps } from '../support/trainSteps.ts';
import { RunMemory } from '#engine/training/memory.ts';
import { workloads } from '#main/cli/bench/workloads.ts';

const WARM_STEPS = 20;
const FOR_MS = Number(process.env['BENCH_MS'] ?? 1000);
const cells = (...values: readonly (string | number)[]): void =>
  console.log(
    values
      .map((value) => (typeof value === 'number' ? value.toFixed(2) : value).padStart(12))
      .join(''),
  );

async function steps(backend: Backend, { document, batch, name }: (typeof workloads)[number]) {
  const compiled = compileSteps(document, batch);
  const session = await backend.open(compiled.memory);
  try {
    const memory = new RunMemory(session, compiled);
    const plan = compiled.train.get(batch);
    if (!plan) throw new Error(`${name} has no program`);
    const program = await session.load(plan);
    memory.initialise(1);
    const rows = new Int32Array(batch);
    const run = async (count: number, ms: number): Promise<number> => {
      const started = performance.now();
      let done = 0;
      while (done < count && performance.now() - started < ms) {
        memory.writeStep(1, done++, constantRate(1e-3));
        memory.writeRows(rows);
        session.run(program);
        const full = session.pace?.();
        if (full) await full;
      }
      await session.settled();
      return (performance.now() - started) / done;
    };
    await run(WARM_STEPS, FOR_MS);
    const before = session.counters?.();
    const stepMs = await run(Infinity, FOR_MS);
    const after = session.counters?.();
    if (!before || !after) throw new Error('nothing was counted');
    const runs = after.runs - before.runs;
    const per = (key: keyof typeof after): number => (after[key] - before[key]) / runs;
    return { stepMs, per, calls: plan.calls.length };
  } finally {
    await session.close();
  }
}

const host = create(['backend=null']);

describe('host cost of a step, no driver', () => {
  it('of every workload', async () => {
    const backend = await createWebGpuBackend({ gpu: host, allowSoftware: true });
    cells('workload', 'calls', 'dispatches', 'submissions', 'bytes up', 'bytes down', 'host us');
    for (const workload of workloads) {
      const { per, calls } = await steps(backend, workload);
      const counts = [per('dispatches'), per('submissions'), per('bytesWritten'), per('bytesRead')];
      cells(workload.name, String(calls), ...counts, 1000 * per('hostMs'));
    }
    await backend.close();
  });
});

describe('on the adapter', () => {
  it('steps and products', async () => {
    const backend = await createWebGpuBackend({
      gpu: await nodeGpu(),
      allowSoftware: allowsSoftware(),
    }).catch((error: unknown) => console.log(`no GPU to measure: ${String(error)}`));
    if (!backend) return;
    console.log(backend.description);
    cells('workload', 'step ms', 'samples/s', 'host us');
    for (const workload of workloads) {
      const { stepMs, per } = await steps(backend, workload);
      cells(workload.name, stepMs, (1000 * workload.batch) / stepMs, 1000 * per('hostMs'));
    }
    cells('product', 'ms', 'GFLOP/s');
    for (const size of [256, 512, 1024, 2048, 4096]) {
      const ms = await productMs(backend, size);
      cells(String(size), ms, (2 * size ** 3) / ms / 1e6);
    }
    await backend.close();
  });
});

async function productMs(backend: Backend, size: number): Promise<number> {
  const place = (index: number): BufferRef => ({
    arena: 'work',
    offsetBytes: index * size * size * 4,
    type: { dtype: 'f32', shape: [size, size] },
  });
  const workBytes = 3 * size * size * 4;
  const sizes = Object.fromEntries(ARENAS.map((arena) => [arena, 0])) as MemoryLayout['sizeBytes'];
  const session = await backend.open({ sizeBytes: { ...sizes, work: workBytes } });
  const call: Program['calls'][number] = {
    kind: 'op',
    op: 'matmul',
    params: { transposeA: false, transposeB: false, epilogue: NO_EPILOGUE },
    inputs: [place(0), place(1)],
    output: place(2),
    origin: { role: 'forward' },
  };
  const program = await session.load({ name: 'product', calls: [call], workBytes, outputs: {} });
  for (const ref of call.inputs) {
    session.write(
      ref,
      Float32Array.from({ length: size * size }, () => Math.random() - 0.5),
    );
  }
  session.run(program);
  await session.settled();
  const started = performance.now();
  let done = 0;
  while (performance.now() - started < FOR_MS) {
    session.run(program);
    done += 1;
    const full = session.pace?.();
    if (full) await full;
  }
  await session.settled();
  const ms = (performance.now() - started) / done;
  await session.close();
  return ms;
}

/**
 * What an evaluation costs: 10,000 samples judged by all metrics that apply, beside the same batches merely
 * computed; prints, asserts nothing. `BENCH_ROUNDS` (default 60) evaluations of each, the least of them counts:
 * a busy machine only ever makes one longer. `BENCH_THREADS` (default 1).
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import { compileRun, judgedHeads } from '#engine/compile/index.ts';
import type { LoadedProgram } from '#engine/backends/backend.ts';
import { restoreDocument } from '#engine/ir/restoreDocument.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { createNodePlatform } from '#engine/platform/node.ts';
import { evaluate } from '#engine/training/evaluate.ts';
import { RunMemory } from '#engine/training/memory.ts';
import { prepare } from '#engine/training/prepare.ts';
import { EXAMPLES } from '../support/cli.ts';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 60);
const THREADS = Number(process.env['BENCH_THREADS'] ?? 1);
const BATCH = 250;
const names = (process.env['BENCH_EXAMPLES'] ?? 'digits-mlp,denoising-autoencoder,moons').split(
  ',',
);

const platform = createNodePlatform({ log: () => undefined });

async function documentOf(name: string): Promise<NetworkDocument> {
  const restored = restoreDocument(
    JSON.parse(await readFile(join(EXAMPLES, `${name}.netloom.json`), 'utf8')),
  );
  if (!restored.ok) throw new Error(`${name} cannot be read`);
  return restored.document;
}

/** Least of many, in milliseconds: wall clock, and CPU time of this process. */
async function least(work: () => Promise<unknown>) {
  let [wallMs, cpuMs] = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    const start = performance.now();
    await work();
    wallMs = Math.min(wallMs, performance.now() - start);
    const { user, system } = process.cpuUsage(before);
    cpuMs = Math.min(cpuMs, (user + system) / 1000);
  }
  return { wallMs, cpuMs };
}

describe('evaluation', () => {
  it.each(names)('%s', async (name) => {
    const prepared = await prepare(await documentOf(name), platform);
    const { table, analysis, binding } = prepared;
    const rows = Int32Array.from({ length: 10_000 }, (_, i) => i % table.count);
    const compiled = compileRun({
      ...prepared,
      trainBatches: [],
      evaluateBatches: [BATCH],
      samples: 0,
      predictions: 0,
      probe: false,
    });
    const backend = await createWasmBackend(platform, { threads: THREADS });
    const session = await backend.open(compiled.memory);
    const memory = new RunMemory(session, compiled);
    memory.initialise(1);
    memory.writeData(table.columns, table.count);
    const programs = new Map<number, LoadedProgram>();
    for (const [size, program] of compiled.evaluate)
      programs.set(size, await session.load(program));
    const program = programs.get(BATCH);
    if (!program) throw new Error('no program');
    const heads = judgedHeads(analysis, binding);
    const judged = await least(() =>
      evaluate({
        ...{ memory, programs, heads, rows, batch: BATCH, seed: 1 },
        yieldToEventLoop: () => Promise.resolve(true),
      }),
    );
    const computed = await least(async () => {
      for (let start = 0; start < rows.length; start += BATCH) {
        memory.writeRandom(1, start);
        memory.writeRows(rows.slice(start, start + BATCH));
        session.run(program);
      }
    });
    const text = ({ wallMs, cpuMs }: typeof judged) =>
      `${wallMs.toFixed(2)} ms (CPU ${cpuMs.toFixed(2)})`;
    console.log(`${name}: judged ${text(judged)}, merely computed ${text(computed)}`);
    await session.close();
    await backend.close();
  });
});

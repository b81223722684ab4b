/**
 * How the time from a document to a run grows with the network: check, compile and load of everything a
 * watched run has (training with a partial batch, evaluation, probe, samples). Chains of Linear and ReLU,
 * in milliseconds of the main thread's CPU time. Prints, asserts nothing. `COMPILE_PROFILE=FILE` writes a
 * CPU profile of the chain of 600.
 *
 *   npx vitest run --config test/bench/vitest.config.ts compile
 */
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { describe, it } from 'vitest';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import { analyse } from '#engine/check/analyse.ts';
import { compileRun } from '#engine/compile/index.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { chain, features, LABEL, type NodeText } from '../support/network.ts';
import { nodePlatform } from '../support/nodePlatform.ts';

const WIDTH = 16;
const PROFILE = process.env['COMPILE_PROFILE'];

function deep(nodes: number): NetworkDocument {
  const hidden = Array.from({ length: nodes - 3 }, (_, i): NodeText =>
    i % 2 === 0 ? [`fc${i}`, 'Linear', { outFeatures: WIDTH }] : [`relu${i}`, 'ReLU'],
  );
  const head: readonly NodeText[] = [
    ['out', 'Linear', { outFeatures: 10 }],
    ['loss', 'CrossEntropyLoss'],
  ];
  return chain([...hidden, ...head], { input: 'features', fields: [features(8), LABEL] });
}

function compiled(document: NetworkDocument) {
  const fields = [features(8), LABEL];
  const binding = new Map(
    fields.map((field) => [
      field.name,
      { field, storedDtype: field.dtype, rows: 1000, normalisation: null },
    ]),
  );
  return compileRun({
    document,
    analysis: analyse(document),
    binding,
    trainBatches: [64, 24],
    evaluateBatches: [256, 100],
    samples: 24,
    predictions: 16,
    probe: true,
  });
}

async function measure(document: NetworkDocument): Promise<readonly number[]> {
  const backend = await createWasmBackend(nodePlatform(), { threads: 2 });
  const times: number[] = [];
  const timed = async <T>(body: () => T | Promise<T>): Promise<T> => {
    const started = process.threadCpuUsage();
    const result = await body();
    const { user, system } = process.threadCpuUsage(started);
    times.push((user + system) / 1000);
    return result;
  };
  await timed(() => analyse(structuredClone(document)));
  const run = await timed(() => compiled(document));
  const session = await backend.open(run.memory);
  await timed(async () => {
    const { train, evaluate, probe, samples, predict } = run;
    const all = [
      ...train.values(),
      ...evaluate.values(),
      probe?.copyWeights,
      probe?.inspect,
      samples,
      predict,
    ];
    for (const program of all) if (program) await session.load(program);
  });
  await session.close();
  await backend.close();
  return times;
}

describe('from document to run', () => {
  it('chains', async () => {
    await measure(deep(6));
    console.log(
      'nodes'.padStart(8),
      'check ms'.padStart(10),
      'compile ms'.padStart(12),
      'load ms'.padStart(10),
    );
    for (const nodes of [6, 60, 200, 600, 1800]) {
      const session = PROFILE !== undefined && nodes === 600 ? new Session() : null;
      session?.connect();
      await session?.post('Profiler.enable');
      await session?.post('Profiler.start');
      const [check = 0, compile = 0, load = 0] = await measure(deep(nodes));
      const profile = await session?.post('Profiler.stop');
      if (PROFILE !== undefined && profile) writeFileSync(PROFILE, JSON.stringify(profile.profile));
      console.log(
        String(nodes).padStart(8),
        check.toFixed(1).padStart(10),
        compile.toFixed(1).padStart(12),
        load.toFixed(1).padStart(10),
      );
    }
  });
});

/**
 * How much slower a training step becomes when its gradients are denormal (WebAssembly has no flush to zero).
 * A classifier so sure of its answers that the other classes have probabilities of about 1e-40: these are the
 * gradients, and by what they are multiplied they stay as small. Prints, asserts nothing.
 */
import { describe, it } from 'vitest';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import { compileRun, constantRate, type DataBinding } from '#engine/compile/index.ts';
import { analyse } from '#engine/check/analyse.ts';
import type { DataField } from '#engine/ir/attrs.ts';
import { RunMemory } from '#engine/training/memory.ts';
import { nodePlatform } from '../support/nodePlatform.ts';
import { median } from './plainJs.ts';
import { workloads } from '#main/cli/bench/workloads.ts';

const FOR_MS = Number(process.env['BENCH_MS'] ?? 300);
const ROWS = 1024;

describe('denormal numbers', () => {
  it.each(['W1', 'W3'])('%s', async (name) => {
    const { document, batch } = workloads.find((each) => each.name === name)!;
    const fields = document.nodes[0]!.attrs['fields'] as unknown as readonly DataField[];
    const binding: DataBinding = new Map(
      fields.map((field) => [
        field.name,
        { field, storedDtype: field.dtype, rows: ROWS, normalisation: null },
      ]),
    );
    const backend = await createWasmBackend(nodePlatform(), { threads: 1 });
    const compiled = compileRun({
      document,
      analysis: analyse(document),
      binding,
      trainBatches: [batch],
      evaluateBatches: [],
      samples: 0,
      predictions: 0,
      probe: false,
    });
    const session = await backend.open(compiled.memory);
    const memory = new RunMemory(session, compiled);
    const program = await session.load(compiled.train.get(batch)!);
    memory.writeData(
      fields.map((field) => {
        const count = ROWS * field.shape.reduce((product, dim) => product * dim, 1);
        const values = Float32Array.from({ length: count }, Math.random);
        const stored = field.dtype === 'i32' ? new Int32Array(count) : values;
        return { field, stored };
      }),
      ROWS,
    );
    const rows = Int32Array.from({ length: batch }, (_, i) => i);
    /** `margin`: how much larger the score of the right class is. */
    const stepMs = (margin: number): number => {
      memory.initialise(1);
      const last = [...compiled.layout.parameters.values()].at(-1)!;
      session.write(
        last.ref,
        Float32Array.from({ length: 10 }, (_, i) => (i === 0 ? margin : 0)),
      );
      let step = 0;
      return median(() => {
        memory.writeStep(1, step++, constantRate(0));
        memory.writeRows(rows);
        session.run(program);
      }, 2 * FOR_MS);
    };
    const results = [0, 38, 44, 48, 60, 68, 80, 88, 92, 96, 150].map(
      (margin) => [margin, stepMs(margin)] as const,
    );
    const ordinary = results[0]![1];
    console.log(
      `${name}: ${results
        .map(
          ([margin, ms]) =>
            `gradients ${Math.exp(-margin).toExponential(0)}: ${ms.toFixed(2)} ms (${(ms / ordinary).toFixed(2)})`,
        )
        .join(', ')}`,
    );
    await session.close();
    await backend.close();
  });
});

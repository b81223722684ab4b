/**
 * Whole trainings from given weights over given rows, in order, on any backend: what an outside framework was told
 * to train, too. Answers the losses of all steps and the last weights.
 */
import { expect } from 'vitest';
import type { Backend } from '#engine/backends/backend.ts';
import { analyse } from '#engine/check/analyse.ts';
import { compileRun, type DataBinding } from '#engine/compile/index.ts';
import type { DataField } from '#engine/ir/attrs.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { RunMemory } from '#engine/training/memory.ts';
import { loadTrainPrograms, Steps, type SteppedRun } from '#engine/training/steps.ts';

export interface GivenTraining {
  readonly document: NetworkDocument;
  readonly fields: readonly DataField[];
  /** By the name of their field, row-major. */
  readonly data: ReadonlyMap<string, readonly number[]>;
  readonly rows: number;
  readonly batch: number;
  readonly steps: number;
  readonly seed: number;
  /** By `node.parameter`. */
  readonly first: ReadonlyMap<string, readonly number[]>;
}

export interface WalkedTraining {
  readonly losses: readonly number[];
  readonly weights: ReadonlyMap<string, Float64Array>;
}

export async function walkTraining(
  backend: Backend,
  { document, fields, data, rows, batch, steps: total, seed, first }: GivenTraining,
): Promise<WalkedTraining> {
  const analysis = analyse(document);
  expect(analysis.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const binding: DataBinding = new Map(
    fields.map((field) => [
      field.name,
      { field, storedDtype: field.dtype, rows, normalisation: null },
    ]),
  );
  const compiled = compileRun({
    ...{ document, analysis, binding, trainBatches: [batch], evaluateBatches: [] },
    ...{ samples: 0, predictions: 0, probe: false, verify: true },
  });
  const session = await backend.open(compiled.memory);
  try {
    const memory = new RunMemory(session, compiled);
    memory.initialise(seed);
    const slots = compiled.layout.parameters;
    expect([...slots.keys()].toSorted()).toEqual([...first.keys()].toSorted());
    for (const { name, ref } of slots.values()) {
      session.write(ref, Float64Array.from(first.get(name) ?? []));
    }
    for (const { name, dtype } of fields) {
      const ref = compiled.layout.find({ kind: 'data', field: name });
      const values = data.get(name) ?? [];
      if (ref)
        session.write(ref, dtype === 'i32' ? Int32Array.from(values) : Float64Array.from(values));
    }
    const none = new Int32Array(0);
    const train = Int32Array.from({ length: rows }, (_, row) => row);
    const training = {
      ...document.training,
      batchSize: batch,
      shuffle: false,
      epochs: total,
      seed,
    };
    const run: SteppedRun = {
      document: { ...document, training },
      splits: { train, validation: none, test: none },
      ...{ weights: { drawing: null, loss: null }, pipeline: [], streamed: null },
      table: { count: rows, columns: [], fingerprint: 'given' },
    };
    const steps = new Steps(run, memory, await loadTrainPrograms(session, compiled), total);
    const loss = compiled.train.get(batch)?.outputs['loss'];
    if (!loss) throw new Error('the program tells no loss');
    const losses: number[] = [];
    for (let step = 0; step < total; step++) {
      steps.run(step, steps.rows(step));
      losses.push((await session.read(loss))[0] ?? NaN);
    }
    const weights = new Map<string, Float64Array>();
    for (const { name, ref } of slots.values()) {
      weights.set(name, Float64Array.from(await session.read(ref)));
    }
    return { losses, weights };
  } finally {
    await session.close();
  }
}

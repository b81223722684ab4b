/** The loss of each of the first steps of a workload, on generated digits, on any backend. */
import type { Backend } from '#engine/backends/backend.ts';
import { analyse } from '#engine/check/analyse.ts';
import { compileRun, type DataBinding } from '#engine/compile/index.ts';
import { loadData } from '#engine/datasets/index.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { RunMemory } from '#engine/training/memory.ts';
import { workloads } from '#main/cli/bench/workloads.ts';
import { realFiles } from './memoryFiles.ts';

const ROWS = 512;
const SEED = 5;
const LEARNING_RATE = 1e-3;

export function workload(name: string): NetworkDocument {
  const found = workloads.find((each) => each.name === name);
  if (!found) throw new Error(`no workload ${name}`);
  return found.document;
}

export async function lossCurve(
  backend: Backend,
  document: NetworkDocument,
  { batch, steps }: { readonly batch: number; readonly steps: number },
): Promise<number[]> {
  const analysis = analyse(document);
  const table = await loadData('digits', { count: ROWS }, realFiles);
  const images = document.nodes[0]?.attrs['fields'] as unknown as readonly { shape: number[] }[];
  // Workloads see images as vectors or as planes: the same bytes, as numbers from 0 to 1.
  const columns = table.columns.map(({ field, stored }) => {
    const shape = field.name === 'image' ? (images[0]?.shape ?? field.shape) : field.shape;
    const numbers =
      stored instanceof Uint8Array ? Float32Array.from(stored, (v) => v / 255) : stored;
    return { field: { ...field, shape }, stored: numbers };
  });
  const binding: DataBinding = new Map(
    columns.map(({ field, stored }) => [
      field.name,
      {
        field,
        storedDtype: stored instanceof Int32Array ? 'i32' : 'f32',
        rows: ROWS,
        normalisation: null,
      },
    ]),
  );
  const compiled = compileRun({
    document,
    analysis,
    binding,
    trainBatches: [batch],
    evaluateBatches: [],
    samples: 0,
    predictions: 0,
    probe: false,
  });
  const session = await backend.open(compiled.memory);
  const memory = new RunMemory(session, compiled);
  memory.initialise(SEED);
  memory.writeData(columns, ROWS);
  const program = compiled.train.get(batch);
  const loss = program?.outputs['loss'];
  if (!program || !loss) throw new Error('no training program');
  const loaded = await session.load(program);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    memory.writeStep(SEED, step, LEARNING_RATE);
    memory.writeRows(Int32Array.from({ length: batch }, (_, i) => (step * batch + i) % ROWS));
    session.run(loaded);
    losses.push(Number((await session.read(loss))[0]));
  }
  await session.close();
  return losses;
}

/** The largest relative difference of any step. */
export function deviation(losses: readonly number[], wanted: readonly number[]): number {
  return Math.max(
    ...wanted.map((value, i) => Math.abs((losses[i] ?? NaN) - value) / Math.abs(value)),
  );
}

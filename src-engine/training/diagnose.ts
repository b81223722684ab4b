/**
 * Where a number that is none came from: the rows of one step once more through the network, watched node
 * by node. In a session of its own, so that a run pays nothing for it before it fails.
 */
import type { Backend } from '../backends/backend.ts';
import { compileRun, constantRate, type DataBinding, probedNodes } from '../compile/index.ts';
import type { Problem } from '../ir/problem.ts';
import { elementCount } from '../ir/tensor.ts';
import { RunMemory } from './memory.ts';
import type { Prepared } from './prepare.ts';
import { nonFiniteProblem } from './runProblems.ts';
import { TelemetryReader } from './telemetry.ts';

export interface DiagnoseRequest {
  readonly backend: Backend;
  readonly prepared: Prepared;
  /** The model as it was when the number appeared. */
  readonly memory: RunMemory;
  readonly seed: number;
  /** Counted from 0. */
  readonly step: number;
  readonly rows: Int32Array;
}

export interface Diagnosis {
  readonly node: string;
  /** Its weights are no numbers: an earlier gradient was none. Otherwise what it computed is none. */
  readonly inWeights: boolean;
}

/** What to tell of a loss that is no number. */
export async function locateNonFinite(
  request: DiagnoseRequest & { readonly loss: number },
): Promise<Problem> {
  const { loss, prepared, step } = request;
  const found = await diagnose(request);
  return nonFiniteProblem(prepared, {
    loss,
    step: step + 1,
    node: found?.node ?? prepared.analysis.lossNodes[0] ?? '',
    inWeights: found?.inWeights ?? false,
  });
}

/** Null where everything before the loss is finite. */
export async function diagnose(request: DiagnoseRequest): Promise<Diagnosis | null> {
  const { backend, prepared, memory, rows } = request;
  const model = await memory.readModel();
  for (const { name, node } of memory.compiled.layout.parameters.values()) {
    const values: ArrayLike<number> = model.get(name)?.data ?? [];
    if (!Array.from(values).every(Number.isFinite)) return { node, inWeights: true };
  }
  if (probedNodes(prepared.analysis).length === 0) return null;
  const compiled = compileRun({
    ...prepared,
    binding: boundTo(prepared.binding, rows.length),
    trainBatches: [rows.length],
    evaluateBatches: [],
    samples: 0,
    predictions: 0,
    probe: true,
  });
  if (!compiled.probe) throw new Error('no program to look with');
  const session = await backend.open(compiled.memory);
  try {
    const own = new RunMemory(session, compiled);
    own.initialise(request.seed);
    own.writeModel(model, 'the model');
    const read = (await memory.rowsInFile?.columnsOf(rows)) ?? [];
    own.writeData([...read, ...rowsOf(prepared, rows)], rows.length);
    own.writeStep(request.seed, request.step, constantRate(0));
    const { copyWeights, inspect, samples } = compiled.probe;
    const programs = {
      copyWeights: await session.load(copyWeights),
      inspect: await session.load(inspect),
      samples,
    };
    const telemetry = new TelemetryReader(own, programs, prepared);
    const node = await telemetry.firstNonFinite(rows.map((_row, index) => index));
    return node === null ? null : { node, inWeights: false };
  } finally {
    await session.close();
  }
}

function boundTo(binding: DataBinding, rows: number): DataBinding {
  return new Map([...binding].map(([name, bound]) => [name, { ...bound, rows }]));
}

function rowsOf({ stored: columns }: Prepared, rows: Int32Array): Prepared['stored'] {
  return columns.map(({ field, stored }) => {
    const size = elementCount(field.shape);
    const chosen = stored.slice(0, rows.length * size);
    rows.forEach((row, i) => chosen.set(stored.subarray(row * size, (row + 1) * size), i * size));
    return { field, stored: chosen };
  });
}

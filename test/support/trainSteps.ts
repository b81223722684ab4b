/**
 * Training steps as the run loop makes them, without the loop: feeds, run, loss, on any backend, over
 * random data of the shapes a document asks for.
 */
import type { Backend } from '#engine/backends/backend.ts';
import type { CanStoreAsFloat16 } from '#engine/compile/program.ts';
import { analyse } from '#engine/check/analyse.ts';
import {
  BATCH_SHARE,
  type CompiledRun,
  constantRate,
  type DataBinding,
  compileRun,
} from '#engine/compile/index.ts';
import type { DataField } from '#engine/ir/attrs.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { RandomStream } from '#engine/ops/philox.ts';
import { RunMemory } from '#engine/training/memory.ts';
import { loadTrainPrograms } from '#engine/training/steps.ts';

const ROWS = 96;

export function compileSteps(
  document: NetworkDocument,
  batch: number,
  probe = false,
  canStoreAsFloat16?: CanStoreAsFloat16,
): CompiledRun {
  const analysis = analyse(document);
  const errors = analysis.problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('; '));
  const binding: DataBinding = new Map(
    fieldsOf(document).map((field) => [
      field.name,
      { field, storedDtype: storedAs(field), rows: ROWS, normalisation: null },
    ]),
  );
  return compileRun({
    document,
    analysis,
    binding,
    trainBatches: [batch],
    evaluateBatches: [],
    samples: 0,
    predictions: 0,
    probe,
    verify: true,
    ...(canStoreAsFloat16 && { canStoreAsFloat16 }),
  });
}

const fieldsOf = (document: NetworkDocument): readonly DataField[] =>
  document.nodes.find(({ type }) => type === 'Data')?.attrs['fields'] as unknown as DataField[];
/** Images as bytes, as the data sets keep them. */
const storedAs = (field: DataField) => (field.shape.length === 3 ? 'u8' : field.dtype);

export interface StepsOptions {
  readonly batch: number;
  readonly steps: number;
  readonly lr?: number;
  /** With 16-bit floats where this says so, and a scaled loss. */
  readonly canStoreAsFloat16?: CanStoreAsFloat16;
  /** Which step's rows a step is given; its own where absent. */
  readonly rowsOfStep?: (step: number) => number;
  /** Called before each step. */
  readonly before?: (step: number, memory: RunMemory) => Promise<void> | void;
}

export interface TrainedSteps {
  readonly losses: readonly number[];
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

export async function trainSteps(
  backend: Backend,
  document: NetworkDocument,
  { batch, steps, lr = 1e-3, canStoreAsFloat16, rowsOfStep = (step) => step, before }: StepsOptions,
): Promise<TrainedSteps> {
  const compiled = compileSteps(document, batch, false, canStoreAsFloat16);
  const session = await backend.open(compiled.memory);
  try {
    const memory = new RunMemory(session, compiled);
    const plan = compiled.train.get(batch);
    if (!plan) throw new Error(`no program for ${batch}`);
    const program = await session.load(plan);
    memory.initialise(7);
    memory.writeData(fieldsOf(document).map(randomColumn), ROWS);
    const losses: number[] = [];
    const loss = plan.outputs['loss'];
    for (let step = 0; step < steps; step++) {
      await before?.(step, memory);
      memory.writeStep(7, step, constantRate(lr));
      const first = rowsOfStep(step) * batch;
      memory.writeRows(Int32Array.from({ length: batch }, (_, i) => (first + 5 * i) % ROWS));
      session.run(program);
      if (loss) losses.push((await session.read(loss))[0] ?? NaN);
    }
    const parameters = new Map<string, Float32Array>();
    const gradients = new Map<string, Float32Array>();
    for (const { name, ref, gradient } of compiled.layout.parameters.values()) {
      parameters.set(name, Float32Array.from(await session.read(ref)));
      gradients.set(name, Float32Array.from(await session.read(gradient)));
    }
    return { losses, parameters, gradients };
  } finally {
    await session.close();
  }
}

/** The weights after one update by equal parts of the rows `0` to `samples`. */
export async function oneUpdate(
  backend: Backend,
  document: NetworkDocument,
  {
    samples,
    parts,
    lr = 0.1,
  }: { readonly samples: number; readonly parts: number; readonly lr?: number },
): Promise<ReadonlyMap<string, Float32Array | Float64Array>> {
  const batch = samples / parts;
  const training = { ...document.training, accumulateSteps: parts };
  const compiled = compileSteps({ ...document, training }, batch);
  const session = await backend.open(compiled.memory);
  try {
    const memory = new RunMemory(session, compiled);
    const programs = await loadTrainPrograms(session, compiled);
    memory.initialise(7);
    memory.writeData(fieldsOf(document).map(randomColumn), ROWS);
    for (let part = 0; part < parts; part++) {
      const phase = parts === 1 ? 'whole' : part === 0 ? 'begin' : part < parts - 1 ? 'add' : 'end';
      const program = programs.find((each) => each.phase === phase)?.program;
      if (!program) throw new Error(`no program for ${phase}`);
      memory.writeStep(7, part, constantRate(lr), 0);
      if (parts > 1) memory.writeScalar(BATCH_SHARE, 1 / parts);
      memory.writeRows(Int32Array.from({ length: batch }, (_, i) => part * batch + i));
      session.run(program);
    }
    const weights = new Map<string, Float32Array | Float64Array>();
    for (const { name, ref } of compiled.layout.parameters.values()) {
      // What a reference session reads is in float64.
      weights.set(name, (await session.read(ref)).slice() as Float64Array);
    }
    return weights;
  } finally {
    await session.close();
  }
}

function randomColumn(field: DataField, index: number) {
  const random = new RandomStream(3, 'data', index);
  const count = field.shape.reduce((product, dim) => product * dim, ROWS);
  const numbers = Array.from({ length: count }, () => random.uniform());
  if (field.dtype === 'i32') {
    return { field, stored: Int32Array.from(numbers, (v) => Math.floor(v * (field.classes ?? 1))) };
  }
  if (storedAs(field) === 'u8') {
    return { field, stored: Uint8Array.from(numbers, (v) => Math.floor(v * 256)) };
  }
  return { field, stored: Float32Array.from(numbers) };
}

/** The losses of a workload's first steps on generated digits, on any backend. */
import type { Backend, LoadedProgram } from '#engine/backends/backend.ts';
import { analyse } from '#engine/check/analyse.ts';
import { compileRun, constantRate, type DataBinding } from '#engine/compile/index.ts';
import type { BufferRef } from '#engine/compile/program.ts';
import { loadData } from '#engine/datasets/index.ts';
import type { NamedTensor } from '#engine/export/safetensors.ts';
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

export interface CurveOptions {
  readonly batch: number;
  /** Starts from weights whose last bits differ. */
  readonly nudged?: boolean;
}

/** A network in training, one step at a time. */
export class Curve {
  readonly #memory: RunMemory;
  readonly #program: LoadedProgram;
  readonly #loss: BufferRef;
  readonly #batch: number;
  #steps = 0;

  private constructor(memory: RunMemory, program: LoadedProgram, loss: BufferRef, batch: number) {
    this.#memory = memory;
    this.#program = program;
    this.#loss = loss;
    this.#batch = batch;
  }

  static async open(
    backend: Backend,
    document: NetworkDocument,
    { batch, nudged = false }: CurveOptions,
  ): Promise<Curve> {
    const { columns, compiled } = await compiledOnDigits(document, batch);
    const session = await backend.open(compiled.memory);
    const memory = new RunMemory(session, compiled);
    memory.initialise(SEED);
    if (nudged) await nudge(memory);
    memory.writeData(columns, ROWS);
    const program = compiled.train.get(batch);
    const loss = program?.outputs['loss'];
    if (!program || !loss) throw new Error('no training program');
    return new Curve(memory, await session.load(program), loss, batch);
  }

  /** Trains one step; its loss. */
  async next(): Promise<number> {
    const { session } = this.#memory;
    const first = this.#steps * this.#batch;
    this.#memory.writeStep(SEED, this.#steps++, constantRate(LEARNING_RATE));
    this.#memory.writeRows(Int32Array.from({ length: this.#batch }, (_, i) => (first + i) % ROWS));
    session.run(this.#program);
    return Number((await session.read(this.#loss))[0]);
  }

  /** Goes on from where the other one is. */
  async continueFrom(other: Curve): Promise<void> {
    this.#memory.writeModel(await other.#memory.readModel(), 'the other curve');
    this.#memory.writeOptimizer(await other.#memory.readOptimizer(), 'the other curve');
    this.#steps = other.#steps;
  }

  model(): Promise<ReadonlyMap<string, NamedTensor>> {
    return this.#memory.readModel();
  }

  /** Of the last step. */
  async gradients(): Promise<ReadonlyMap<string, NamedTensor>> {
    const { session, compiled } = this.#memory;
    const found = new Map<string, NamedTensor>();
    for (const { name, gradient } of compiled.layout.parameters.values()) {
      const data = Float32Array.from(await session.read(gradient));
      found.set(name, { shape: gradient.type.shape, data });
    }
    return found;
  }

  close(): Promise<void> {
    return this.#memory.session.close();
  }
}

export async function lossCurve(
  backend: Backend,
  document: NetworkDocument,
  { steps, ...options }: CurveOptions & { readonly steps: number },
): Promise<number[]> {
  const curve = await Curve.open(backend, document, options);
  const losses: number[] = [];
  while (losses.length < steps) losses.push(await curve.next());
  await curve.close();
  return losses;
}

/**
 * The largest relative difference between two backends over `steps` steps, when the first one goes on from
 * where the second is after each `stretch`: what a single step does wrong shows wherever along the way it
 * does, and what training makes of rounding in the long run does not.
 */
export async function deviationInStretches(
  backends: readonly [Backend, Backend],
  document: NetworkDocument,
  { steps, stretch, batch }: { readonly [K in 'steps' | 'stretch' | 'batch']: number },
): Promise<number> {
  const [one, other] = backends;
  const found = await Curve.open(one, document, { batch });
  const wanted = await Curve.open(other, document, { batch });
  let largest = 0;
  for (let step = 0; step < steps; step++) {
    if (step > 0 && step % stretch === 0) await found.continueFrom(wanted);
    largest = Math.max(largest, deviation([await found.next()], [await wanted.next()]));
  }
  await found.close();
  await wanted.close();
  return largest;
}

async function compiledOnDigits(document: NetworkDocument, batch: number) {
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
  return { columns, compiled };
}

async function nudge({ compiled, session }: RunMemory): Promise<void> {
  for (const { ref } of compiled.layout.parameters.values()) {
    const values = Float32Array.from(await session.read(ref));
    const bits = new Uint32Array(values.buffer);
    // Zeros stay: their last bit is nothing beside what they are added to.
    values.forEach((value, i) => {
      if (value !== 0) bits[i] = (bits[i] ?? 0) ^ 1;
    });
    session.write(ref, values);
  }
}

/** The largest relative difference of any step. */
export function deviation(losses: readonly number[], wanted: readonly number[]): number {
  return Math.max(
    ...wanted.map((value, i) => {
      const found = losses[i] ?? NaN;
      return found === value ? 0 : Math.abs(found - value) / Math.abs(value);
    }),
  );
}

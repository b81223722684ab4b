/** What a network answers here, on this machine's executor: what an exported file is compared with. */
import type { Backend } from '../backends/backend.ts';
import { compileForward, type ForwardOutput, PORT } from '../compile/forward.ts';
import { elementCount } from '../ir/tensor.ts';
import { RunMemory } from '../training/memory.ts';
import type { ExportSource } from './source.ts';

/** Row-major. */
export interface BatchValue {
  readonly dims: readonly number[];
  readonly data: Float32Array;
  /** In place of numbers. */
  readonly texts?: readonly string[];
}
/** By name. */
export type Batch = ReadonlyMap<string, BatchValue>;

export interface OwnAnswers {
  /** By the names that were asked for. */
  readonly outputs: Batch;
  /** What latent sources drew, by their node: inputs of the file. */
  readonly drawn: Batch;
  readonly elapsedMs: number;
}

export interface AnswersRequest {
  /** By field, all with the same number of samples, as the data has them. */
  readonly inputs: Batch;
  /** Of samples. */
  readonly count: number;
  readonly outputs: readonly ForwardOutput[];
  /** At once; a divisor of `count`. */
  readonly batch: number;
}

export async function ownAnswers(
  source: ExportSource,
  backend: Backend,
  { inputs, count, outputs, batch }: AnswersRequest,
): Promise<OwnAnswers> {
  const { seed } = source.document.training;
  const compiled = compileForward(source, { batch, outputs });
  const refs = Object.entries(compiled.program.outputs);
  const session = await backend.open(compiled.memory);
  try {
    const memory = new RunMemory(session, compiled);
    memory.initialise(seed);
    memory.writeModel(source.tensors, '');
    const program = await session.load(compiled.program);
    const parts: Batch[] = [];
    let elapsedMs = 0;
    for (let first = 0; first < count; first += batch) {
      memory.writeRandom(seed, first / batch);
      const some = samplesFrom(inputs, first, batch);
      for (const [name, { dims, data }] of some) memory.writeInput(name, dims, data);
      if (first === 0) {
        // Once to warm up: what is built on first use is no part of an answer.
        session.run(program);
        await session.read(refs[0]?.[1] ?? neverAsked());
      }
      const started = performance.now();
      session.run(program);
      const found = new Map<string, { dims: readonly number[]; data: Float32Array }>();
      for (const [name, ref] of refs) {
        found.set(name, { dims: ref.type.shape, data: Float32Array.from(await session.read(ref)) });
      }
      elapsedMs += performance.now() - started;
      parts.push(found);
    }
    const all = joinedSamples(parts);
    const named = (isMeant: (name: string) => boolean) =>
      [...all].filter(([name]) => isMeant(name));
    return {
      elapsedMs,
      outputs: new Map(named((name) => !name.startsWith(PORT))),
      drawn: new Map(
        named((name) => name.startsWith(PORT)).map(([name, value]) => [
          name.slice(PORT.length, name.lastIndexOf('.')),
          value,
        ]),
      ),
    };
  } finally {
    await session.close();
  }
}

function neverAsked(): never {
  throw new Error('no output was asked for');
}

/** Of each input so many samples. */
export function samplesFrom(inputs: Batch, first: number, count: number): Batch {
  return new Map(
    [...inputs].map(([name, { dims, data, texts }]) => {
      const sample = dims.slice(1);
      const size = elementCount(sample);
      const [start, end] = [first * size, (first + count) * size];
      const words = texts && { texts: texts.slice(start, end) };
      return [name, { dims: [count, ...sample], data: data.subarray(start, end), ...words }];
    }),
  );
}

/** Batches one after the other as one. */
export function joinedSamples(parts: readonly Batch[]): Batch {
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  return new Map(
    [...(only?.keys() ?? [])].map((name) => {
      const all = parts.flatMap((part) => part.get(name) ?? []);
      const count = all.reduce((sum, { dims }) => sum + (dims[0] ?? 0), 0);
      const data = new Float32Array(all.reduce((sum, each) => sum + each.data.length, 0));
      let at = 0;
      for (const each of all) {
        data.set(each.data, at);
        at += each.data.length;
      }
      const texts = all.flatMap((each) => each.texts ?? []);
      const words = texts.length > 0 && { texts };
      return [name, { dims: [count, ...(all[0]?.dims.slice(1) ?? [])], data, ...words }];
    }),
  );
}

/** Inputs as a file takes them that does not scale them itself. */
export function scaledInputs({ binding }: ExportSource, inputs: Batch): Batch {
  return new Map(
    [...inputs].map(([name, { dims, data }]) => {
      const { normalisation, field } = binding.get(name) ?? {};
      if (!normalisation || !field) return [name, { dims, data }];
      const { shift, scale } = normalisation;
      const perSample = elementCount(dims.slice(1));
      // One for all, one per channel, or one per feature.
      const run = perSample / shift.length;
      const at = (values: readonly number[], i: number): number =>
        values[Math.floor((i % perSample) / run)] ?? 0;
      return [name, { dims, data: data.map((x, i) => (x - at(shift, i)) * at(scale, i)) }];
    }),
  );
}

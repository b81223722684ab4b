/** What a network answers here, on this machine's executor: what an exported file is compared with. */
import type { Backend } from '../backends/backend.ts';
import { compileForward, type ForwardOutput, PORT } from '../compile/forward.ts';
import { elementCount } from '../ir/tensor.ts';
import { RunMemory } from '../training/memory.ts';
import type { ExportSource } from './source.ts';

/** Numbers of a batch by name, row-major. */
export type Batch = ReadonlyMap<
  string,
  { readonly dims: readonly number[]; readonly data: Float32Array }
>;

export interface OwnAnswers {
  /** By the names that were asked for. */
  readonly outputs: Batch;
  /** What latent sources drew, by their node: inputs of the file. */
  readonly drawn: Batch;
  readonly elapsedMs: number;
}

/** `inputs` by field, all with the same number of samples, as the data has them. */
export async function ownAnswers(
  source: ExportSource,
  backend: Backend,
  {
    inputs,
    outputs,
    batch,
  }: {
    readonly inputs: Batch;
    readonly outputs: readonly ForwardOutput[];
    readonly batch: number;
  },
): Promise<OwnAnswers> {
  const compiled = compileForward(source, { batch, outputs });
  const session = await backend.open(compiled.memory);
  try {
    const memory = new RunMemory(session, compiled);
    memory.initialise(source.document.training.seed);
    memory.writeModel(source.tensors, '');
    memory.writeRandom(source.document.training.seed, 0);
    for (const [name, { dims, data }] of inputs) memory.writeInput(name, dims, data);
    const program = await session.load(compiled.program);
    // Once to warm up: what is built on first use is no part of an answer.
    session.run(program);
    await session.read(Object.values(compiled.program.outputs)[0] ?? neverAsked());
    const started = performance.now();
    session.run(program);
    const found = new Map<string, { dims: readonly number[]; data: Float32Array }>();
    for (const [name, ref] of Object.entries(compiled.program.outputs)) {
      const data = Float32Array.from(await session.read(ref));
      found.set(name, { dims: ref.type.shape, data });
    }
    const elapsedMs = performance.now() - started;
    const named = (isMeant: (name: string) => boolean) =>
      [...found].filter(([name]) => isMeant(name));
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

/** Of each input the first samples only. */
export function firstSamples(inputs: Batch, count: number): Batch {
  return new Map(
    [...inputs].map(
      ([
        name,
        {
          dims: [, ...sample],
          data,
        },
      ]) => [
        name,
        { dims: [count, ...sample], data: data.subarray(0, count * elementCount(sample)) },
      ],
    ),
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

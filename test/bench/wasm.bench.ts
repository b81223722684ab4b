/**
 * Timings of the CPU engine; prints, asserts nothing. `BENCH_MS` (default 300) is how long each number is
 * measured. Other work on the machine makes them worse: the best of several runs tells most.
 */
import { afterAll, describe, it } from 'vitest';
import type { Backend } from '#engine/backends/backend.ts';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import { analyse } from '#engine/check/analyse.ts';
import {
  type CompiledRun,
  constantRate,
  type DataBinding,
  compileRun,
} from '#engine/compile/index.ts';
import {
  ARENAS,
  type BufferRef,
  type KernelCall,
  type MemoryLayout,
} from '#engine/compile/program.ts';
import { NO_EPILOGUE } from '#engine/ops/index.ts';
import { RunMemory } from '#engine/training/memory.ts';
import { nodePlatform } from '../support/nodePlatform.ts';
import { conv2d, matmul, median, productsOf } from './plainJs.ts';
import { type Workload, workloads } from '#main/cli/bench/workloads.ts';

const FOR_MS = Number(process.env['BENCH_MS'] ?? 300);
const ROWS = 4096;

const backends: Backend[] = [];
for (const threads of [1, 2]) backends.push(await createWasmBackend(nodePlatform(), { threads }));
afterAll(async () => {
  for (const backend of backends) await backend.close();
});
console.log(backends.map(({ description }) => description).join('\n'));

async function callMs(backend: Backend, call: KernelCall): Promise<number> {
  const refs = [...call.inputs, ...(call.kind === 'op' ? [call.output] : [])];
  const end = Math.max(...refs.map(endOf));
  const sizes = Object.fromEntries(ARENAS.map((arena) => [arena, 0])) as MemoryLayout['sizeBytes'];
  const session = await backend.open({ sizeBytes: { ...sizes, work: end } });
  const program = await session.load({ name: 'bench', calls: [call], workBytes: end, outputs: {} });
  for (const ref of call.inputs) {
    const count = (endOf(ref) - ref.offsetBytes) / 4;
    session.write(
      ref,
      Float32Array.from({ length: count }, () => Math.random() - 0.5),
    );
  }
  const ms = median(() => session.run(program), FOR_MS);
  await session.close();
  return ms;
}

const endOf = ({ offsetBytes, type }: BufferRef): number =>
  offsetBytes + type.shape.reduce((product, dim) => product * dim, 4);
/** Places tensors one after the other. */
function place(shapes: readonly (readonly number[])[]): BufferRef[] {
  let offsetBytes = 0;
  return shapes.map((shape) => {
    const ref: BufferRef = { arena: 'work', offsetBytes, type: { dtype: 'f32', shape } };
    offsetBytes = Math.ceil(endOf(ref) / 64) * 64;
    return ref;
  });
}
const row = (...cells: readonly (string | number)[]): void =>
  console.log(
    cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(1) : cell).padStart(14)).join(''),
  );

describe('matrix products, GFLOP/s', () => {
  it('squares', async () => {
    row('size', '1 thread', '2 threads', 'plain JS');
    for (const size of [64, 128, 256, 512, 1024]) {
      const [a, b, output] = place([
        [size, size],
        [size, size],
        [size, size],
      ]) as [BufferRef, BufferRef, BufferRef];
      const call: KernelCall = {
        kind: 'op',
        op: 'matmul',
        params: { transposeA: false, transposeB: false, epilogue: NO_EPILOGUE },
        inputs: [a, b],
        output,
        origin: { role: 'forward' },
      };
      const speeds = [];
      for (const backend of backends)
        speeds.push((2 * size ** 3) / (await callMs(backend, call)) / 1e6);
      const arrays = [0, 1, 2].map(() => new Float32Array(size * size).fill(0.5)) as [
        Float32Array,
        Float32Array,
        Float32Array,
      ];
      const plain = median(
        () => matmul(...arrays, { m: size, n: size, k: size }),
        Math.min(FOR_MS, 200),
      );
      row(String(size), ...speeds, (2 * size ** 3) / plain / 1e6);
    }
  });

  it('convolution 3x3 of 64 images 14x14, 32 to 64 channels', async () => {
    const [x, w, output] = place([
      [64, 32, 14, 14],
      [64, 32, 3, 3],
      [64, 64, 14, 14],
    ]) as [BufferRef, BufferRef, BufferRef];
    const call: KernelCall = {
      kind: 'op',
      op: 'conv2d',
      params: {
        stride: [1, 1],
        padding: [1, 1, 1, 1],
        dilation: [1, 1],
        groups: 1,
        epilogue: NO_EPILOGUE,
      },
      inputs: [x, w],
      output,
      origin: { role: 'forward' },
    };
    const flop = 2 * 64 * 64 * 14 * 14 * 32 * 9;
    const speeds = [];
    for (const backend of backends) speeds.push(flop / (await callMs(backend, call)) / 1e6);
    const [xs, ws, ys] = [64 * 32 * 256, 64 * 32 * 9, 64 * 64 * 196].map((n) =>
      new Float32Array(n).fill(0.5),
    ) as [Float32Array, Float32Array, Float32Array];
    const sizes = { batch: 64, channels: 32, filters: 64, size: 16, kernel: 3 };
    row('conv', ...speeds, flop / median(() => conv2d(xs, ws, ys, sizes), FOR_MS) / 1e6);
  });
});

function compile({ document, batch }: Workload): CompiledRun {
  const analysis = analyse(document);
  const errors = analysis.problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('; '));
  const fields = document.nodes[0]?.attrs['fields'] as unknown as readonly Parameters<
    typeof bound
  >[0][];
  const binding: DataBinding = new Map(fields.map((field) => [field.name, bound(field)]));
  return compileRun({
    document,
    analysis,
    binding,
    trainBatches: [batch],
    evaluateBatches: [],
    samples: 0,
    predictions: 0,
    probe: false,
  });
}

type Bound = DataBinding extends ReadonlyMap<string, infer B> ? B : never;
function bound(field: Bound['field']): Bound {
  return { field, storedDtype: field.dtype, rows: ROWS, normalisation: null };
}

/** Median milliseconds of a training step as the run loop makes it: feeds written, then run. */
async function stepMs(backend: Backend, compiled: CompiledRun, batch: number): Promise<number> {
  const session = await backend.open(compiled.memory);
  const memory = new RunMemory(session, compiled);
  const program = await session.load(compiled.train.get(batch)!);
  memory.initialise(1);
  memory.writeData(
    [...columns(compiled)].map(([field, stored]) => ({ field, stored })),
    ROWS,
  );
  let step = 0;
  const rows = new Int32Array(batch);
  const ms = median(() => {
    for (let i = 0; i < batch; i++) rows[i] = (step * batch + i * 7) % ROWS;
    memory.writeStep(1, step++, constantRate(1e-3));
    memory.writeRows(rows);
    session.run(program);
  }, 2 * FOR_MS);
  await session.close();
  return ms;
}

function* columns(compiled: CompiledRun): Iterable<[Bound['field'], Float32Array | Int32Array]> {
  for (const name of ['image', 'label']) {
    const ref = compiled.layout.find({ kind: 'data', field: name });
    if (!ref) continue;
    const shape = ref.type.shape.slice(1);
    const count = shape.reduce((product, dim) => product * dim, ROWS);
    const field = { name, role: 'input', dtype: ref.type.dtype, shape } as Bound['field'];
    yield [
      field,
      name === 'label'
        ? Int32Array.from({ length: count }, () => Math.floor(Math.random() * 10))
        : Float32Array.from({ length: count }, Math.random),
    ];
  }
}

describe('training steps', () => {
  it('of every workload', async () => {
    row('workload', '1 thread ms', '2 threads ms', 'samples/s', 'JS products', 'times');
    for (const workload of workloads) {
      try {
        const compiled = compile(workload);
        const times = [];
        for (const backend of backends) times.push(await stepMs(backend, compiled, workload.batch));
        const program = compiled.train.get(workload.batch)!;
        const plain = productsOf(program, 0);
        const best = Math.min(...times);
        const ms = (value: number) => value.toFixed(2);
        row(
          workload.name,
          ...times.map(ms),
          String(Math.round((workload.batch * 1000) / best)),
          ms(plain),
          plain / best,
        );
      } catch (error) {
        row(workload.name, `  cannot run yet: ${String(error).split('\n')[0]}`);
      }
    }
  });
});

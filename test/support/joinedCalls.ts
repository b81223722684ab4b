/** Calls put together by hand, and whether the CPU engine leaves in memory what the reference does. */
import { afterAll, beforeAll, expect } from 'vitest';
import type { Backend } from '#engine/backends/backend.ts';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import { joinCalls } from '#engine/backends/wasm/kernels/joins.ts';
import {
  ARENAS,
  type BufferRef,
  type KernelCall,
  type MemoryLayout,
  type OpCall,
} from '#engine/compile/program.ts';
import type { Op, OpParams } from '#engine/ops/index.ts';
import { nodePlatform } from './nodePlatform.ts';
import { uniformTensor } from './random.ts';

const reference = createReferenceBackend();
let backends: readonly Backend[] = [];
/** Engines of one to three threads, for the tests of a file. */
export function openBackends(): void {
  beforeAll(async () => {
    backends = await Promise.all(
      [1, 2, 3].map((threads) => createWasmBackend(nodePlatform(), { threads })),
    );
  });
  afterAll(async () => {
    await Promise.all(backends.map((backend) => backend.close()));
  });
}

const BYTES = 2 ** 22;
/** Gives each tensor a place of its own, from some byte on. */
export function placer(from = 0): (...shape: number[]) => BufferRef {
  let offsetBytes = Math.ceil(from / 64) * 64;
  return (...shape) => {
    const ref: BufferRef = { arena: 'work', offsetBytes, type: { dtype: 'f32', shape } };
    offsetBytes += Math.ceil(shape.reduce((a, b) => a * b, 4) / 64) * 64;
    return ref;
  };
}
export const op = <O extends Op>(
  name: O,
  inputs: readonly BufferRef[],
  output: BufferRef,
  params: OpParams[O],
  role: 'forward' | 'backward' = 'forward',
  // The op and its parameters are given together.
): KernelCall =>
  ({ kind: 'op', op: name, params, inputs, output, origin: { role } }) as OpCall & KernelCall;

async function run(
  backend: Backend,
  calls: readonly KernelCall[],
  inputs: readonly BufferRef[],
  outputs: readonly BufferRef[],
) {
  const sizeBytes = {
    ...(Object.fromEntries(ARENAS.map((arena) => [arena, 0])) as MemoryLayout['sizeBytes']),
    work: BYTES,
  };
  const session = await backend.open({ sizeBytes });
  try {
    const program = await session.load({ name: 'test', calls, workBytes: BYTES, outputs: {} });
    inputs.forEach((ref, i) => {
      const { values } = uniformTensor(ref.type.shape, { seed: i + 1 });
      // Positive where there is one number per channel, since some are variances.
      const perChannel = ref.type.shape.length === 1;
      session.write(
        ref,
        Float32Array.from(values, (value) => (perChannel ? 0.5 + Math.abs(value) : value)),
      );
    });
    session.run(program);
    return await Promise.all(outputs.map((ref) => session.read(ref)));
  } finally {
    await session.close();
  }
}

export async function agrees(
  calls: readonly KernelCall[],
  inputs: readonly BufferRef[],
  outputs: readonly BufferRef[],
): Promise<void> {
  const wanted = await run(reference, calls, inputs, outputs);
  const [alone, ...shared] = await Promise.all(
    backends.map((backend) => run(backend, calls, inputs, outputs)),
  );
  wanted.forEach((values, i) => {
    const scale = Math.max(...Array.from(values, Math.abs));
    const worst = Array.from(values, (value, k) => Math.abs(value - (alone?.[i]?.[k] ?? NaN)));
    expect(Math.max(...worst)).toBeLessThanOrEqual(1e-5 * scale);
  });
  for (const each of shared) expect(each).toEqual(alone);
}

export const sizesOfJoins = (calls: readonly KernelCall[]): readonly number[] =>
  joinCalls(calls).map((joined) => joined.calls.length);

/** Runs one op (or one fused call) as a Program of its own on any backend, through a real session. */
import type { Backend, TensorData } from '#engine/backends/backend.ts';
import {
  ARENAS,
  type Arena,
  type BufferRef,
  type FusedCall,
  type KernelCall,
  type MemoryLayout,
} from '#engine/compile/program.ts';
import { sizeBytes } from '#engine/ir/index.ts';
import { type Op, type OpParams, inferOp } from '#engine/ops/index.ts';
import type { TestTensor } from './random.ts';

/** Gives out places in arenas, one after the other. */
export class Places {
  readonly used = Object.fromEntries(ARENAS.map((arena) => [arena, 0])) as Record<Arena, number>;

  take(arena: Arena, type: BufferRef['type']): BufferRef {
    const offsetBytes = this.used[arena];
    this.used[arena] += Math.ceil(sizeBytes(type) / 64) * 64;
    return { arena, offsetBytes, type };
  }

  get layout(): MemoryLayout {
    return { sizeBytes: { ...this.used } };
  }
}

export interface OpRun {
  readonly op: Op;
  readonly inputs: readonly TestTensor[];
  readonly params: OpParams[Op];
}

/** The call as it would be planned: inputs in `buffers` (u8 in `data`), the result in `outputs`. */
export function planOp({ op, inputs, params }: OpRun): {
  readonly call: KernelCall;
  readonly layout: MemoryLayout;
} {
  const places = new Places();
  const refs = inputs.map(({ type }) =>
    places.take(type.dtype === 'u8' ? 'data' : 'buffers', type),
  );
  const type = inferOp(
    op,
    refs.map((ref) => ref.type),
    params,
  );
  // The result of assign is the storage of its target.
  const target = op === 'assign' ? refs[0] : undefined;
  const output = target ?? places.take('outputs', type);
  // A case states an op together with its own parameters; the union cannot be told so here.
  const call = {
    kind: 'op',
    op,
    params,
    inputs: refs,
    output,
    origin: { role: 'forward' },
  } as KernelCall;
  return { call, layout: places.layout };
}

/** What the backend computes, as it answers `read`. */
export async function runOp(backend: Backend, run: OpRun): Promise<TensorData> {
  const { call, layout } = planOp(run);
  const [result] = await runCall(backend, call, layout, run.inputs);
  if (!result) throw new Error('a call without a result');
  return result;
}

export type FusedRun = Pick<FusedCall, 'shape' | 'body'> & {
  readonly inputs: readonly TestTensor[];
  readonly outputs: readonly {
    readonly value: FusedCall['outputs'][number]['value'];
    readonly inPlaceOf?: number;
  }[];
};

/** The same for a fused call; an output may overwrite an input (`inPlaceOf`). */
export async function runFusedCall(
  backend: Backend,
  run: FusedRun,
): Promise<readonly TensorData[]> {
  const places = new Places();
  const inputs = run.inputs.map(({ type }) => places.take('buffers', type));
  const outputs = run.outputs.map(({ value, inPlaceOf }) => ({
    value,
    ref: inputs[inPlaceOf ?? -1] ?? places.take('outputs', { dtype: 'f32', shape: run.shape }),
  }));
  const call: FusedCall = {
    kind: 'fused',
    shape: run.shape,
    body: run.body,
    inputs,
    outputs,
    origin: { role: 'forward' },
  };
  return runCall(backend, call, places.layout, run.inputs);
}

async function runCall(
  backend: Backend,
  call: KernelCall,
  layout: MemoryLayout,
  inputs: readonly TestTensor[],
): Promise<readonly TensorData[]> {
  const session = await backend.open(layout);
  try {
    const program = await session.load({ name: 'test', calls: [call], workBytes: 0, outputs: {} });
    call.inputs.forEach((ref, k) => session.write(ref, dataOf(inputs[k])));
    session.run(program);
    const refs = call.kind === 'fused' ? call.outputs.map(({ ref }) => ref) : [call.output];
    return await Promise.all(refs.map((ref) => session.read(ref)));
  } finally {
    await session.close();
  }
}

export function dataOf(tensor: TestTensor | undefined): TensorData {
  if (!tensor) throw new Error('a call with more inputs than tensors');
  switch (tensor.type.dtype) {
    case 'f32':
      return Float32Array.from(tensor.values);
    case 'i32':
      return Int32Array.from(tensor.values);
    case 'u8':
      return Uint8Array.from(tensor.values);
    default:
      return tensor.type.dtype satisfies never;
  }
}

/** An op whose operands and result lie in memory as 16-bit floats wherever they can. */
import type { TensorData } from '#engine/backends/backend.ts';
import type { WebGpuBackend } from '#engine/backends/webgpu/index.ts';
import type { BufferRef, FusedCall, KernelCall, MemoryLayout } from '#engine/compile/program.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import type { TestTensor } from './random.ts';
import { dataOf, type OpRun, planOp } from './runOp.ts';

/** The nearest 16-bit float, or infinity. */
export function roundToHalf(value: number): number {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size === 0) return value;
  const step = 2 ** (Math.max(Math.floor(Math.log2(size)), -14) - 10);
  const rounded = Math.round(size / step) * step;
  return Math.sign(value) * (rounded > 65504 ? Infinity : rounded);
}

const halved = ({ type }: Pick<TestTensor, 'type'>): boolean =>
  type.dtype === 'f32' && elementCount(type.shape) % 4 === 0;

/** Whether anything of it would be kept so. */
export const meetsHalves = ({ inputs }: OpRun): boolean => inputs.some(halved);

/** The inputs as memory would hold them. */
export function withHalves<R extends OpRun>(run: R): R {
  return {
    ...run,
    inputs: run.inputs.map((tensor) =>
      halved(tensor) ? { ...tensor, values: Array.from(tensor.values, roundToHalf) } : tensor,
    ),
  };
}

/** Copies an element at a time, changing only how it is kept. */
function copy(from: BufferRef, to: BufferRef): FusedCall {
  return {
    kind: 'fused',
    shape: from.type.shape,
    inputs: [from],
    body: [
      { op: 'affine', params: { scale: 1, shift: 0 }, operands: [{ kind: 'input', index: 0 }] },
    ],
    outputs: [{ ref: to, value: { kind: 'step', index: 0 } }],
    origin: { role: 'forward' },
  };
}

export async function runOpOnHalves(gpu: WebGpuBackend, run: OpRun): Promise<TensorData> {
  const { call, layout } = planOp(run);
  if (call.kind !== 'op') throw new Error('an op, not a chain');
  let workBytes = 0;
  const inWork = ({ type }: BufferRef): BufferRef => {
    const ref: BufferRef = { arena: 'work', offsetBytes: workBytes, type, half: true };
    workBytes += Math.ceil(elementCount(type.shape) / 32) * 64;
    return ref;
  };
  const inputs = call.inputs.map((ref) => (halved(ref) ? inWork(ref) : ref));
  const asHalf = gpu.canStoreAsFloat16?.(call) === true && call.op !== 'assign';
  const output = asHalf ? inWork(call.output) : call.output;
  const calls: KernelCall[] = [
    ...call.inputs.flatMap((ref, k) => {
      const to = inputs[k];
      return to?.half ? [copy(ref, to)] : [];
    }),
    { ...call, inputs, output },
    ...(asHalf ? [copy(output, call.output)] : []),
  ];
  const sizes: MemoryLayout = { sizeBytes: { ...layout.sizeBytes, work: workBytes } };
  const session = await gpu.open(sizes);
  try {
    const program = await session.load({ name: 'halves', calls, workBytes, outputs: {} });
    call.inputs.forEach((ref, k) => session.write(ref, dataOf(run.inputs[k])));
    session.run(program);
    return await session.read(call.output);
  } finally {
    await session.close();
  }
}

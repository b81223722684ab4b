/**
 * A Program: a flat list of kernel calls over planned memory, what executors run. No graph is left; the
 * list order is the execution order. Made by plan.ts, from a Graph.
 */
import type { Origin } from '../ir/graph.ts';
import { type ConcreteType, sizeBytes } from '../ir/tensor.ts';
import type { ElementwiseOp, Op, OpParams } from '../ops/ops.ts';

/**
 * Each arena is one contiguous stretch of memory. All but `work` outlive a step and are shared by every
 * program of a session (train, evaluate, last partial batch, probing): same names, same offsets.
 */
export const ARENAS = [
  'parameters',
  'gradients',
  'optimizer',
  'average',
  'buffers',
  'data',
  'feeds',
  'outputs',
  'work',
] as const;
export type Arena = (typeof ARENAS)[number];

/** A tensor's place. `offsetBytes` is a multiple of 64. Tensors are dense, row-major. */
export interface BufferRef {
  readonly arena: Arena;
  readonly offsetBytes: number;
  readonly type: ConcreteType;
  /** Its f32 numbers are kept as 16-bit floats: in `work` only, and only where the executor said it can. */
  readonly half?: true;
}

/** Bytes a tensor takes where it lies. */
export function placeBytes({ type, half }: Pick<BufferRef, 'type' | 'half'>): number {
  return sizeBytes(type) / (half ? 2 : 1);
}

/** Whether an executor can keep the results of a call as 16-bit floats. */
export type CanStoreAsFloat16 = (call: KernelCall) => boolean;

/** A call of one primitive op. */
export interface OpCall<O extends Op = Op> {
  readonly kind: 'op';
  readonly op: O;
  readonly params: OpParams[O];
  readonly inputs: readonly BufferRef[];
  readonly output: BufferRef;
  readonly origin: Origin;
}

/**
 * A chain of element-wise ops in one pass over memory. All outputs have `shape`; inputs broadcast to it.
 * Reads of an element happen before writes to the same element, so an output may alias an input of the
 * same shape (in-place updates).
 */
export interface FusedCall {
  readonly kind: 'fused';
  readonly shape: readonly number[];
  readonly inputs: readonly BufferRef[];
  readonly body: readonly FusedStep[];
  readonly outputs: readonly { readonly ref: BufferRef; readonly value: FusedOperand }[];
  readonly origin: Origin;
}
/** An input or the result of an earlier step of the body. */
export type FusedOperand =
  | { readonly kind: 'input'; readonly index: number }
  | { readonly kind: 'step'; readonly index: number };
export type FusedStep = {
  readonly [O in ElementwiseOp]: {
    readonly op: O;
    readonly params: OpParams[O];
    readonly operands: readonly FusedOperand[];
  };
}[ElementwiseOp];

export type KernelCall = { readonly [O in Op]: OpCall<O> }[Op] | FusedCall;

export interface Program {
  /** `train`, `train:tail`, `evaluate`, `probe`, ...: for logs and profiles. */
  readonly name: string;
  readonly calls: readonly KernelCall[];
  /** Bytes of the work arena this program needs. */
  readonly workBytes: number;
  /** Named results, kept until the next run: `loss`, `accuracy`, `probe:conv1:stats`. */
  readonly outputs: Readonly<Record<string, BufferRef>>;
}

/** Sizes of the arenas for a session, the maximum over its programs. */
export interface MemoryLayout {
  readonly sizeBytes: Readonly<Record<Arena, number>>;
}

/**
 * What a WGSL kernel is to the executor: code over named tensors, the numbers it is given, and how many
 * workgroups run it. A kernel knows shapes, never addresses: the same code with the same shapes is one
 * pipeline wherever its tensors lie. Not the kernels (kernels/), not buffers (memory.ts).
 */
import { at } from '../strides.ts';
import type { Arena, BufferRef, OpCall } from '#engine/compile/program.ts';
import { type ConcreteType, elementCount } from '#engine/ir/tensor.ts';
import type { Op } from '#engine/ops/ops.ts';

/** A tensor's place: planned by the compiler, or in memory that lives only within one call. */
export interface Place {
  readonly arena: Arena | 'scratch';
  readonly offsetBytes: number;
  readonly type: ConcreteType;
  /** Kept as 16-bit floats: read as f32 by any code, written by code of width 4 alone. */
  readonly half?: true;
}

/**
 * A tensor the code can touch. `{ name: 'x' }` gives it `x(i)` and `set_x(i, value)`, typed by the
 * tensor's element type (u8 reads as u32); in code of width 4 also `x4(i)` and `set_x4(i, value)`, with `i`
 * counting groups of four, and no `set_x`, which could tear its neighbours.
 */
export interface Slot {
  readonly name: string;
  readonly place: Place;
}

export interface Dispatch {
  /** For errors and profiles: `matmul 64x10x64`. */
  readonly label: string;
  readonly slots: readonly Slot[];
  /** Numbers that may differ between calls sharing the code: `w0()`, `w1()`, ... as u32. */
  readonly words: readonly number[];
  /** Elements of the memory as the code declares it. */
  readonly width: 1 | 4;
  /** WGSL with an entry point `main`. */
  readonly code: string;
  /** The code asks what subgroups there are, or lets them compute. */
  readonly subgroups?: boolean;
  readonly groups: Groups;
}

export type Groups = readonly [x: number, y: number, z: number];

/**
 * 32-bit words of one element of the memory that a dispatch binds. With 16-bit floats about, a group of four
 * numbers is two words or four; two invocations must never write to one element.
 */
export function elementWords({ width, slots }: Pick<Dispatch, 'width' | 'slots'>): 1 | 2 | 4 {
  if (width === 1) return 1;
  return slots.some(({ place }) => place.half) ? 2 : 4;
}

/** What of the device decides how kernels are built. */
export interface Target {
  readonly maxWorkgroupsPerDimension: number;
  readonly maxInvocations: number;
  readonly workgroupBytes: number;
  /** Workgroups that keep the device busy: fewer are worth splitting the work of each. */
  readonly parallelGroups: number;
  /** No binding is larger: a kernel over longer tensors is several, where it can be. */
  readonly bindingBytes: number;
  /** Whether kernels may use subgroups (docs/decisions/0008). */
  readonly subgroups: boolean;
}

export interface KernelContext {
  readonly target: Target;
  /** Memory for f32 between the dispatches of one call. */
  scratch(count: number): Place;
}

export type Kernel<O extends Op> = (call: OpCall<O>, context: KernelContext) => readonly Dispatch[];
export type Kernels<O extends Op = Op> = { readonly [K in O]: Kernel<K> };

/** Invocations of a workgroup where a kernel does not need another number. */
export const LANES = 256;

/** An input that exists, since arity is checked when the graph is built. */
export function inputAt(call: { readonly inputs: readonly BufferRef[] }, index: number): BufferRef {
  return at(call.inputs, index);
}

export const sizeOf = (place: Pick<Place, 'type'>): number => elementCount(place.type.shape);

/** So many workgroups as a grid that no dimension's limit forbids. */
export function gridOf(count: number, { maxWorkgroupsPerDimension }: Target): Groups {
  const x = Math.max(1, Math.min(count, maxWorkgroupsPerDimension));
  return [x, Math.max(1, Math.ceil(count / x)), 1];
}

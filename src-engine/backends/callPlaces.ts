/**
 * What calls of a Program touch: what a join asks before it puts several in one place. Not the joins, which each backend has of its own (joins.ts).
 */
import type { BufferRef, KernelCall, OpCall } from '../compile/program.ts';
import { elementCount, sizeBytes } from '../ir/tensor.ts';
import type { Op } from '../ops/ops.ts';

export function isOp<O extends Op>(
  call: KernelCall | undefined,
  op: O,
): call is OpCall<O> & KernelCall {
  return call?.kind === 'op' && call.op === op;
}

/** The same place and as many numbers, whatever their shape. */
export const same = (a: BufferRef | undefined, b: BufferRef | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  a.arena === b.arena &&
  a.offsetBytes === b.offsetBytes &&
  elementCount(a.type.shape) === elementCount(b.type.shape);

/** Whether two calls may change places: neither writes what the other touches. */
export function commutes(a: KernelCall, b: KernelCall): boolean {
  const touches = (call: KernelCall, written: BufferRef) =>
    [...call.inputs, ...outputsOf(call)].some((ref) => overlap(ref, written));
  return (
    !isOp(b, 'assign') &&
    !outputsOf(a).some((ref) => touches(b, ref)) &&
    !outputsOf(b).some((ref) => touches(a, ref))
  );
}

export function outputsOf(call: KernelCall): readonly BufferRef[] {
  return call.kind === 'fused' ? call.outputs.map(({ ref }) => ref) : [call.output];
}

export function overlap(a: BufferRef, b: BufferRef): boolean {
  return (
    a.arena === b.arena &&
    a.offsetBytes < b.offsetBytes + sizeBytes(b.type) &&
    b.offsetBytes < a.offsetBytes + sizeBytes(a.type)
  );
}

/** Whether one of two tensors may be written while the other is still read: in one place, or apart. */
export const isSafeBeside = (a: BufferRef, b: BufferRef): boolean => same(a, b) || !overlap(a, b);

/** Whether nobody reads what lies there, from the call with that number on. */
export function isDead(ref: BufferRef, calls: readonly KernelCall[], from: number): boolean {
  return ref.arena === 'work' && readersOf(ref, calls, from).length === 0;
}

/** The numbers of the calls that read what lies there, from one on, until all of it is written over, part by part. */
export function readersOf(
  ref: BufferRef,
  calls: readonly KernelCall[],
  from: number,
): readonly number[] {
  const readers: number[] = [];
  let left: readonly Stretch[] = [stretchOf(ref)];
  for (let i = from; i < calls.length && left.length > 0; i++) {
    const call = calls[i];
    if (!call) break;
    const reads = call.inputs.filter(({ arena }) => arena === ref.arena).map(stretchOf);
    if (reads.some((read) => left.some((part) => meet(read, part)))) readers.push(i);
    for (const output of outputsOf(call)) {
      if (output.arena === ref.arena) left = without(left, stretchOf(output));
    }
  }
  return readers;
}

/** Bytes of an arena. */
interface Stretch {
  readonly begin: number;
  readonly end: number;
}

const stretchOf = ({ offsetBytes, type }: BufferRef): Stretch => ({
  begin: offsetBytes,
  end: offsetBytes + sizeBytes(type),
});
const meet = (a: Stretch, b: Stretch): boolean => a.begin < b.end && b.begin < a.end;

const without = (parts: readonly Stretch[], { begin, end }: Stretch): readonly Stretch[] =>
  parts
    .flatMap((part) => [
      { begin: part.begin, end: Math.min(part.end, begin) },
      { begin: Math.max(part.begin, end), end: part.end },
    ])
    .filter((part) => part.begin < part.end);

/** The last call before one that wrote there. */
export function writerOf(
  ref: BufferRef,
  calls: readonly KernelCall[],
  before: number,
): KernelCall | undefined {
  return calls
    .slice(0, before)
    .findLast((call) => outputsOf(call).some((output) => overlap(output, ref)));
}

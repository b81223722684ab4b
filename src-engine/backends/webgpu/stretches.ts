/** Tensors longer than a binding, in stretches that each fit into one. */
import { ALIGNMENT_BYTES } from '#engine/compile/layout.ts';

/**
 * Stretches of `count` items that a binding holds each, where every item takes so many bytes in some tensor;
 * each starts where a binding may.
 */
export function stretches(
  count: number,
  itemBytes: readonly number[],
  bindingBytes: number,
): readonly { readonly start: number; readonly length: number }[] {
  const fitting = Math.floor(bindingBytes / Math.max(...itemBytes));
  if (count <= fitting) return [{ start: 0, length: count }];
  const step = Math.max(...itemBytes.map((bytes) => ALIGNMENT_BYTES / greatestDivisor(bytes)));
  const length = Math.max(step, Math.floor(fitting / step) * step);
  return Array.from({ length: Math.ceil(count / length) }, (_, k) => ({
    start: k * length,
    length: Math.min(length, count - k * length),
  }));
}

/** Of `bytes` and a binding's start, a power of two. */
const greatestDivisor = (bytes: number): number => Math.min(ALIGNMENT_BYTES, bytes & -bytes);

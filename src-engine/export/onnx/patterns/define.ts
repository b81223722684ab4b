/**
 * What a pattern file states: several ops that together are one operator that people know. One file each in this
 * folder, found by index.ts. A pattern is tried at its last op; what it takes along is written by it alone.
 */
import type { OpValue, ValueId } from '#engine/ir/graph.ts';
import type { Op } from '#engine/ops/ops.ts';
import type { OnnxEmitter } from '../emitter.ts';
import type { OnnxValue } from '../rules.ts';
import type { SymbolicGraph, SymbolicValue } from '../symbolic.ts';

/** The graph as patterns look at it. */
export interface GraphView {
  value(id: ValueId): SymbolicValue;
  /** Null where the value is something else. */
  op<O extends Op>(id: ValueId | undefined, op: O): OpValue<O> | null;
  /** Whether nobody but so many readers needs it: it can go into what is recognised. */
  isRead(id: ValueId, times: number): boolean;
  /** Numbers of a leaf that are known when the file is written. */
  tensor(id: ValueId): Float32Array | null;
}

export interface Match {
  /** Written by `emit`, not by themselves. */
  readonly inner: readonly ValueId[];
  emit(e: OnnxEmitter, of: (id: ValueId) => OnnxValue, out: OnnxValue): void;
}

export interface Pattern {
  /** The operator that it is. */
  readonly name: string;
  /** Tried before those with larger numbers. */
  readonly order: number;
  match(view: GraphView, id: ValueId, options: PatternOptions): Match | null;
}

export interface PatternOptions {
  readonly foldBatchNorm: boolean;
}

export function viewOf(
  graph: SymbolicGraph,
  tensor: (id: ValueId) => Float32Array | null,
): GraphView {
  // Whoever asked for it, as an output of the file, must find it.
  const wanted = new Set(graph.outputs.values());
  const value = (id: ValueId): SymbolicValue => {
    const found = graph.values[id];
    if (!found) throw new Error(`no value ${id}`);
    return found;
  };
  return {
    value,
    op<O extends Op>(id: ValueId | undefined, op: O): OpValue<O> | null {
      const found = id === undefined ? undefined : graph.values[id]?.value;
      // Its name says which it is.
      return found?.kind === 'op' && found.op === op ? (found as OpValue<O>) : null;
    },
    isRead: (id, times) => graph.uses.get(id) === times && !wanted.has(id),
    tensor,
  };
}

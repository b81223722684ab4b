/**
 * A graph whose batch is open again. Lowering binds it; two lowerings with different batches differ in the
 * sizes that follow from it and in nothing else, so comparing them tells which those are. Not a second shape
 * inference.
 */
import { PORT } from '#engine/compile/forward.ts';
import type { Graph, GraphValue, OpValue, ValueId } from '#engine/ir/graph.ts';
import { inputError } from '#engine/ir/problem.ts';
import type { DType } from '#engine/ir/tensor.ts';

/** So many times the batch. */
export interface BatchDim {
  readonly batch: number;
}
export type ExportDim = number | BatchDim;

export interface SymbolicValue {
  readonly id: ValueId;
  readonly value: GraphValue;
  readonly dims: readonly ExportDim[];
  readonly dtype: DType;
}

export interface SymbolicGraph {
  readonly values: readonly SymbolicValue[];
  /** By the names that were asked for. */
  readonly outputs: ReadonlyMap<string, ValueId>;
  /** `node.port` of each value that is one, the node that computes it first. */
  readonly ports: ReadonlyMap<ValueId, string>;
  /** How many values read each. */
  readonly uses: ReadonlyMap<ValueId, number>;
}

/** Primes that no layer is as wide as: what they divide is the batch's. */
export const TRIAL_BATCHES = [1_000_003, 1_000_033] as const;

/** Parameters that say a shape, which the result says as well, or draw no number in a network in use. */
const SHAPES: ReadonlySet<string> = new Set(['shape', 'inputShape', 'weightShape', 'length']);

/** `a` and `b`: the same graph, lowered with these batches; equal ones leave nothing open. */
export function symbolicGraph(
  a: Graph,
  b: Graph,
  batches: readonly [number, number],
): SymbolicGraph {
  if (a.values.length !== b.values.length) {
    throw new Error(
      `a graph of ${a.values.length} values has ${b.values.length} for another batch`,
    );
  }
  const uses = new Map<ValueId, number>();
  const values = a.values.map((value, id): SymbolicValue => {
    const other = b.values[id];
    if (!other) throw new Error(`no value ${id}`);
    if (value.kind === 'op' && other.kind === 'op') {
      needSameParams(value, other);
      for (const input of value.inputs) uses.set(input, (uses.get(input) ?? 0) + 1);
    }
    const dims = value.type.shape.map((dim, axis) =>
      dimOf(dim, other.type.shape[axis] ?? 0, batches, value),
    );
    return { id, value, dims, dtype: value.type.dtype };
  });
  const ports = new Map<ValueId, string>();
  const outputs = new Map<string, ValueId>();
  for (const [name, id] of Object.entries(a.outputs)) {
    if (!name.startsWith(PORT)) outputs.set(name, id);
    else if (!ports.has(id)) ports.set(id, name.slice(PORT.length));
  }
  return { values, outputs, ports, uses };
}

function dimOf(
  a: number,
  b: number,
  [first, second]: readonly [number, number],
  value: GraphValue,
): ExportDim {
  if (a === b) return a;
  const batch = a / first;
  if (Number.isInteger(batch) && batch * second === b) return { batch };
  throw dependsOnBatch(value);
}

function needSameParams(a: OpValue, b: OpValue): void {
  const text = ({ op, params }: OpValue): string =>
    JSON.stringify([op, params], (key, each: unknown) => (SHAPES.has(key) ? null : each));
  if (text(a) !== text(b)) throw dependsOnBatch(a);
}

function dependsOnBatch(value: GraphValue) {
  const node = value.kind === 'op' ? value.origin.node : undefined;
  return inputError(
    'export.batch-dependent',
    'What a layer computes depends on how many samples there are at once.',
    {
      ...(node !== undefined && { node }),
      explanation: 'Export it with a fixed batch size.',
    },
  );
}

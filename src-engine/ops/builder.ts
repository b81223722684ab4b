/**
 * Builds a Graph one op at a time, inferring each result's type as it goes. Every producer of graph
 * (layers, losses, optimisers, autodiff, probes) writes through this.
 */
import type { Graph, GraphValue, Leaf, Origin, ValueId } from '../ir/graph.ts';
import type { ConcreteType } from '../ir/tensor.ts';
import type { Op, OpParams } from './ops.ts';
import { inferOp } from './shapes.ts';

/** A value with its type, as rules pass it around. */
export interface Value {
  readonly id: ValueId;
  readonly type: ConcreteType;
}

export class GraphBuilder {
  readonly #values: GraphValue[] = [];
  readonly #outputs = new Map<string, ValueId>();
  #origin: Origin = { role: 'forward' };

  /** Everything emitted inside `body` is attributed to `origin`. */
  within<T>(origin: Origin, body: () => T): T {
    const outer = this.#origin;
    this.#origin = origin;
    try {
      return body();
    } finally {
      this.#origin = outer;
    }
  }

  leaf(leaf: Leaf, type: ConcreteType): Value {
    this.#values.push({ kind: 'leaf', leaf, type });
    return { id: this.#values.length - 1, type };
  }

  /** Appends one op; throws ShapeError when the inputs do not fit. */
  emit<O extends Op>(op: O, inputs: readonly Value[], params: OpParams[O]): Value {
    const type = inferOp(
      op,
      inputs.map((value) => value.type),
      params,
    );
    this.#values.push({
      kind: 'op',
      op,
      params,
      inputs: inputs.map((value) => value.id),
      type,
      origin: this.#origin,
    });
    return { id: this.#values.length - 1, type };
  }

  /** Keeps a value readable after the step under a name. */
  output(name: string, value: Value): void {
    this.#outputs.set(name, value.id);
  }

  value(id: ValueId): GraphValue {
    const value = this.#values[id];
    if (!value) throw new Error(`no value ${id} in this graph`);
    return value;
  }

  get length(): number {
    return this.#values.length;
  }

  finish(): Graph {
    return { values: [...this.#values], outputs: Object.fromEntries(this.#outputs) };
  }
}

/**
 * From a graph with an open batch to the nodes of an ONNX graph: what is needed, in its order, patterns before
 * single ops, each value under its name.
 */
import type { ValueId } from '#engine/ir/graph.ts';
import { inputError } from '#engine/ir/problem.ts';
import { asInputs } from '#engine/ops/arity.ts';
import type { Op } from '#engine/ops/ops.ts';
import type { NamedTensor } from '../safetensors.ts';
import { isBatch, OnnxEmitter, type PortType } from './emitter.ts';
import { type Match, type PatternOptions, viewOf } from './patterns/define.ts';
import { patterns } from './patterns/index.ts';
import { onnxRules, type OnnxRule, type OnnxValue } from './rules.ts';
import type { SymbolicGraph } from './symbolic.ts';

export interface WritingOptions extends PatternOptions {
  readonly opset: number;
}

export interface WritingRequest {
  readonly graph: SymbolicGraph;
  readonly options: WritingOptions;
  /** By PyTorch's state_dict keys. */
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  /** Whether what a node gives comes from outside. */
  readonly isLatent: (node: string) => boolean;
  /** Inputs that are computed of others: writes what does it, and says what the file takes instead. */
  readonly computed?: ReadonlyMap<
    string,
    (e: OnnxEmitter, value: OnnxValue) => readonly PortValue[]
  >;
  /** Values are called after their node where it gives no other. */
  readonly hasOneOutput: (node: string) => boolean;
}

/** What goes in or comes out. */
export interface PortValue extends Pick<OnnxValue, 'name' | 'dims'> {
  readonly dtype: PortType;
}

export interface WrittenGraph {
  readonly emitter: OnnxEmitter;
  /** Fields of the data and latent sources, whatever the file takes in their place. */
  readonly takes: readonly string[];
  readonly inputs: readonly PortValue[];
  /** In the order in which they were asked for. */
  readonly outputs: readonly PortValue[];
  /** What nodes of the network give on the way, so that viewers show shapes. */
  readonly between: readonly OnnxValue[];
}

export const writeGraph = (request: WritingRequest): WrittenGraph =>
  new GraphWriting(request).write();

/** One pass over a graph: what is needed, in its order, each value under its name. */
class GraphWriting {
  readonly #request: WritingRequest;
  readonly #graph: SymbolicGraph;
  readonly #values = new Map<ValueId, OnnxValue>();
  readonly #outputs = new Map<string, OnnxValue>();

  constructor(request: WritingRequest) {
    this.#request = request;
    this.#graph = request.graph;
  }

  write(): WrittenGraph {
    const { options } = this.#request;
    const needed = this.#needed();
    const inputs = [...needed].flatMap(
      (id) => this.#inputName(id)?.map((name) => [id, name] as const) ?? [],
    );
    const batched = inputs.find(([id]) => isBatch(this.#graph.values[id]?.dims[0] ?? 0));
    const e = new OnnxEmitter({ opset: options.opset, batchFrom: batched?.[1] ?? null });
    const given = inputs.flatMap(([id, name]): readonly PortValue[] => {
      const value = this.#define(id, e.unique(name));
      return this.#request.computed?.get(name)?.(e, value) ?? [value];
    });
    for (const name of this.#graph.outputs.keys()) e.unique(name);
    const matches = this.#matches(needed);
    const inner = new Set([...matches.values()].flatMap((match) => match.inner));
    const names = this.#outputNames();
    for (const id of [...needed].sort((a, b) => a - b)) {
      if (this.#values.has(id) || inner.has(id)) continue;
      const { value } = this.#valueAt(id);
      if (value.kind === 'leaf' || this.#reshapedLeaf(id) !== null) continue;
      const scope = value.origin.node ?? value.op;
      const out = this.#define(id, names.get(id) ?? e.unique(this.#ownName(id)));
      const title = this.#graph.ports.has(id) ? this.#ownName(id) : null;
      e.within(scope, title, () => {
        const match = matches.get(id);
        if (match) match.emit(e, (each) => this.#read(e, each), out);
        else this.#emit(e, value.op, value.params, value.inputs, out);
      });
    }
    for (const [name, id] of this.#graph.outputs) {
      const from = this.#read(e, id);
      if (from.name !== name) e.op('Identity', [from.name], {}, name);
      this.#outputs.set(name, { ...from, name });
    }
    return {
      emitter: e,
      takes: inputs.map(([, name]) => name),
      inputs: given,
      outputs: [...this.#outputs.values()],
      between: this.#between(),
    };
  }

  #between(): readonly OnnxValue[] {
    const ends = new Set([...this.#outputs.values()].map(({ name }) => name));
    return [...this.#graph.ports.keys()].flatMap((id) => {
      const value = this.#values.get(id);
      const isInput = this.#inputName(id) !== null;
      if (!value || isInput || ends.has(value.name)) return [];
      return [value];
    });
  }

  #valueAt(id: ValueId) {
    const found = this.#graph.values[id];
    if (!found) throw new Error(`no value ${id}`);
    return found;
  }

  /** From the outputs back to what comes from outside. */
  #needed(): ReadonlySet<ValueId> {
    const needed = new Set<ValueId>(this.#graph.outputs.values());
    for (const id of needed) {
      const { value } = this.#valueAt(id);
      if (value.kind === 'leaf' || this.#inputName(id) !== null) continue;
      for (const input of value.inputs) needed.add(input);
    }
    return needed;
  }

  /** A field of the data, or what a latent source gives; null where a value is computed. */
  #inputName(id: ValueId): readonly [string] | null {
    const { value } = this.#valueAt(id);
    if (value.kind === 'leaf') {
      const { leaf } = value;
      const isField = leaf.kind === 'feed' && leaf.name.startsWith('input:');
      return isField ? [leaf.name.slice('input:'.length)] : null;
    }
    const port = this.#graph.ports.get(id);
    const node = value.origin.node;
    const isLatent = port !== undefined && node !== undefined && this.#request.isLatent(node);
    return isLatent ? [node] : null;
  }

  #define(id: ValueId, name: string): OnnxValue {
    const { dims, dtype } = this.#valueAt(id);
    const value = { name, dims, dtype };
    this.#values.set(id, value);
    return value;
  }

  /** Weights are written when they are first read: what is folded away is not in the file. */
  #read(e: OnnxEmitter, id: ValueId): OnnxValue {
    const known = this.#values.get(id);
    if (known) return known;
    const leafId = this.#reshapedLeaf(id) ?? id;
    const { value } = this.#valueAt(leafId);
    const data = this.#tensor(leafId);
    if (value.kind !== 'leaf' || !data || !('name' in value.leaf)) {
      throw new Error(`value ${id} is read before it is written`);
    }
    const name = e.unique(value.leaf.name);
    e.initializer(name, this.#valueAt(id).value.type.shape, data);
    return this.#define(id, name);
  }

  /** Weights that are only read in another shape are written in that shape. */
  #reshapedLeaf(id: ValueId): ValueId | null {
    const { value } = this.#valueAt(id);
    if (value.kind === 'leaf' || value.op !== 'reshape') return null;
    const [from] = value.inputs;
    const leaf = from === undefined ? undefined : this.#graph.values[from]?.value;
    const isWeight =
      leaf?.kind === 'leaf' && (leaf.leaf.kind === 'parameter' || leaf.leaf.kind === 'buffer');
    return isWeight && from !== undefined ? from : null;
  }

  #tensor(id: ValueId): Float32Array | null {
    const { value } = this.#valueAt(id);
    if (value.kind === 'op') {
      // Scale and shift that nobody trains.
      const shape = value.op === 'full' ? value.type.shape : null;
      const { value: filling } = value.params as { readonly value?: number };
      return shape?.length === 1 && filling !== undefined
        ? new Float32Array(shape[0] ?? 0).fill(filling)
        : null;
    }
    const { leaf } = value;
    if (leaf.kind !== 'parameter' && leaf.kind !== 'buffer') return null;
    const found = this.#request.tensors.get(leaf.name)?.data;
    if (found) return Float32Array.from(found);
    if (leaf.init.kind === 'values') return Float32Array.from(leaf.init.values);
    throw inputError('export.no-weights', `There are no numbers for ${leaf.name}.`, {
      path: leaf.name,
    });
  }

  /** From the last value on: what a pattern takes along is not looked at again. */
  #matches(needed: ReadonlySet<ValueId>): ReadonlyMap<ValueId, Match> {
    const view = viewOf(this.#graph, (id) => this.#tensor(id));
    const found = new Map<ValueId, Match>();
    const taken = new Set<ValueId>();
    for (const id of [...needed].sort((a, b) => b - a)) {
      if (taken.has(id) || this.#values.has(id)) continue;
      for (const pattern of patterns) {
        const match = pattern.match(view, id, this.#request.options);
        if (!match) continue;
        found.set(id, match);
        for (const each of match.inner) taken.add(each);
        break;
      }
    }
    return found;
  }

  /** Where an output is nothing else by name, its value is called as it is. */
  #outputNames(): ReadonlyMap<ValueId, string> {
    const names = new Map<ValueId, string>();
    for (const [name, id] of this.#graph.outputs) {
      if (!names.has(id) && this.#valueAt(id).value.kind === 'op') names.set(id, name);
    }
    return names;
  }

  /** Of a node with one output the node's, else with the port; of what is in between the op's as well. */
  #ownName(id: ValueId): string {
    const { value } = this.#valueAt(id);
    const port = this.#graph.ports.get(id);
    if (port !== undefined) {
      const node = port.slice(0, port.lastIndexOf('.'));
      return this.#request.hasOneOutput(node) ? node : port;
    }
    if (value.kind === 'leaf') return 'leaf';
    return `${value.origin.node ?? 'graph'}/${value.op}`;
  }

  #emit<O extends Op>(
    e: OnnxEmitter,
    op: O,
    params: unknown,
    inputs: readonly ValueId[],
    out: OnnxValue,
  ): void {
    const rule: OnnxRule<O> = onnxRules[op];
    const values = inputs.map((id) => this.#read(e, id));
    // The graph was made by the builder, which keeps an op and its parameters together.
    rule(e, asInputs(op, values), params as never, out);
  }
}

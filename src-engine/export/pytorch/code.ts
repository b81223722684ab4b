/** What the files of a project call the parts of a network: modules by their nodes, values by nodes and fields. */
import { inputError } from '#engine/ir/problem.ts';
import type { PortRef } from '#engine/ir/document.ts';
import type { NodeAnalysis, SharedTensor } from '#engine/check/analysis.ts';
import { nodeAndKey } from '#engine/ir/naming.ts';
import { own } from '#engine/ir/record.ts';
import type { TensorType } from '#engine/ir/tensor.ts';
import { className, functionName, type Names } from '../python/names.ts';
import { keyOf, type Wiring } from '../python/wiring.ts';
import { moduleNames, variableNames } from './names.ts';
import { type Part, partsOf } from './plan.ts';

export class Code {
  readonly wiring: Wiring;
  readonly className: string;
  readonly parts: readonly Part[];
  /** Of the methods of `parts`. */
  readonly methods: readonly string[];
  readonly #modules = new Map<string, string>();
  readonly #variables = new Map<string, string>();
  readonly #freeVariables: Names = variableNames();

  constructor(wiring: Wiring) {
    const { analysis, document } = wiring;
    this.wiring = wiring;
    this.className = className(document.name);
    this.parts = partsOf(wiring);
    const attributes = moduleNames();
    for (const id of analysis.live) {
      if (wiring.isComputed(id)) this.#modules.set(id, attributes.take(id));
    }
    this.methods = this.parts.map(({ name }) => attributes.take(functionName(name)));
    for (const id of analysis.live) this.#name(id);
  }

  #name(id: string): void {
    const { definition, ports } = this.wiring.node(id);
    for (const port of ports.out) {
      const key = keyOf(this.wiring.origin({ node: id, port }));
      if (this.#variables.has(key)) continue;
      const wanted =
        definition?.role === 'data' ? port : ports.out.length > 1 ? `${id}_${port}` : id;
      this.#variables.set(key, this.#freeVariables.take(wanted));
    }
  }

  /** What its module is called, `fc1`; its weights begin so. */
  module(id: string): string {
    const name = this.#modules.get(id);
    if (name === undefined) throw new Error(`${id} is no module`);
    return name;
  }

  variable(ref: PortRef): string {
    const name = this.#variables.get(keyOf(ref));
    if (name === undefined) throw new Error(`${keyOf(ref)} has no name`);
    return name;
  }

  /** In files of weights, by PyTorch's state_dict; null: of a node that no loss needs. */
  tensorName(key: string): string | null {
    const [node = '', own] = nodeAndKey(key, this.#modules) ?? [];
    const module = this.#modules.get(node);
    return module === undefined ? null : `${module}.${own}`;
  }

  /** Nodes whose names Python does not take. */
  get renamed(): readonly (readonly [id: string, name: string])[] {
    return [...this.#modules].filter(([id, name]) => id !== name);
  }

  types(id: string): readonly TensorType[] {
    const { ports, inputs } = this.wiring.node(id);
    return ports.in.map((port) => own(inputs, port) ?? { dtype: 'f32', shape: [] });
  }

  /** The constructor of its module: `nn.Linear(784, 10)`. */
  constructorOf(id: string): string {
    const { definition, attrs, type } = this.wiring.node(id);
    const made = definition?.torch?.(attrs, this.types(id));
    if (made !== undefined) return made;
    throw inputError('export.no-python', `Nobody has said how PyTorch writes ${type}.`, {
      path: id,
    });
  }

  /** Whose module computes it: another node's where all its weights are that one's and it does the same. */
  runner(id: string): string {
    const owner = this.ownerOf(this.wiring.node(id));
    return owner !== null && this.constructorOf(owner) === this.constructorOf(id) ? owner : id;
  }

  /** The node that all its tensors are of. */
  ownerOf({ params, buffers, shared }: NodeAnalysis): string | null {
    const keys = [...Object.keys(params), ...Object.keys(buffers)];
    const others = keys.flatMap((key): readonly SharedTensor[] => {
      const found = shared?.get(key);
      return found && !found.transposed ? [found] : [];
    });
    const [first] = others;
    const isWhole = first !== undefined && others.length === keys.length;
    return isWhole && others.every(({ node }) => node === first.node) ? first.node : null;
  }

  /** Values by which a node is computed, as Python. */
  call(id: string, inputs: readonly string[]): string {
    const { definition, attrs, shared } = this.wiring.node(id);
    const written = definition?.torchCode?.call?.(inputs, attrs, this.types(id));
    if (written !== undefined) return written;
    const runner = this.runner(id);
    const hasOthers = runner === id && (shared?.size ?? 0) > 0;
    if (hasOthers) return this.#withTensors(id, inputs[0] ?? '');
    const module = `self.${this.module(runner)}`;
    const called = definition?.torchCode?.called?.(module, inputs, attrs, this.types(id));
    return called ?? `${module}(${inputs.join(', ')})`;
  }

  /** Whether it needs a module of its own: not where it is written in one line, or another's does. */
  hasModule(id: string): boolean {
    const { definition } = this.wiring.node(id);
    const isWritten =
      definition?.torchCode?.call !== undefined || this.ownTensors(id)?.length === 0;
    return !isWritten && this.runner(id) === id;
  }

  /** Tensors of its own beside those it shares; null where it shares none. */
  ownTensors(id: string): readonly string[] | null {
    const { params, shared } = this.wiring.node(id);
    if (!shared || shared.size === 0) return null;
    return Object.keys(params).filter((key) => !shared.has(key));
  }

  #withTensors(id: string, x: string): string {
    const { definition, attrs, params, shared, type } = this.wiring.node(id);
    const tensors = Object.keys(params).map((key): readonly [string, string] => {
      const other = shared?.get(key);
      if (!other) return [key, `self.${this.module(id)}[${JSON.stringify(key)}]`];
      const name = `self.${this.module(other.node)}.${other.key}`;
      return [key, other.transposed ? `${name}.t()` : name];
    });
    const written = definition?.torchCode?.withTensors?.(x, Object.fromEntries(tensors), attrs);
    if (written !== undefined) return written;
    throw inputError(
      'export.sharing',
      `${id} computes with weights of another node, which cannot be written for ${type}.`,
      { path: id, explanation: 'Give it weights of its own, or the same attributes as theirs.' },
    );
  }
}

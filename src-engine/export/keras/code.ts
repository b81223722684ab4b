/** What the files of a Keras model call the parts of a network: layers and values by their nodes. */
import type { PortRef } from '#engine/ir/document.ts';
import { Names } from '../python/names.ts';
import { keyOf, type Wiring } from '../python/wiring.ts';
import type { KerasNetwork, NetworkNode } from './network.ts';

/** What model.py itself calls something. */
const TAKEN =
  'keras layers ops np load_file Path build load model numbers variable weights x FOLDER SCALING';

export class Code {
  readonly wiring: Wiring;
  readonly network: KerasNetwork;
  readonly #names = new Map<string, string>();
  readonly #objects = new Map<string, string>();
  readonly #free: Names;

  constructor(wiring: Wiring, network: KerasNetwork) {
    this.wiring = wiring;
    this.network = network;
    this.#free = new Names([...TAKEN.split(' '), ...this.definitions.map(classOf)]);
    for (const ref of network.inputs) {
      const isData = wiring.node(ref.node).definition?.role === 'data';
      this.#names.set(keyOf(ref), this.fresh(isData ? ref.port : ref.node));
    }
    for (const { node, gives } of network.nodes) {
      this.#names.set(keyOf(gives), this.fresh(wantedName(node, gives)));
    }
    for (const { node, runner, tied } of network.nodes) {
      for (const id of [runner, tied?.owner]) {
        if (id === undefined || id === node.id || this.#objects.has(id)) continue;
        this.#objects.set(id, this.fresh(`${id}_layer`));
      }
    }
  }

  /** Classes of the file. */
  get definitions(): readonly string[] {
    const all = this.network.nodes.flatMap(({ tied, form }) => [
      ...(tied ? [tied.definition] : []),
      ...('steps' in form
        ? form.steps.flatMap((step) => ('layer' in step ? (step.definitions ?? []) : []))
        : []),
    ]);
    return [...new Set(all.map((definition) => definition.trim()))];
  }

  /** A name that nothing has. */
  fresh(wanted: string): string {
    return this.#free.take(wanted);
  }

  /** Of an input, or of a node's layer and the value that it gives. */
  name(ref: PortRef): string {
    const name = this.#names.get(keyOf(ref));
    if (name === undefined) throw new Error(`${keyOf(ref)} has no name`);
    return name;
  }

  /** The variable of a layer that others use as well; null: it is called where it is constructed. */
  object(id: string): string | null {
    return this.#objects.get(id) ?? null;
  }

  /** Nodes that cannot have their own names. */
  get renamed(): readonly (readonly [id: string, name: string])[] {
    return this.network.nodes.flatMap(({ node, gives, runner }: NetworkNode) => {
      const name = this.name(gives);
      return name === wantedName(node, gives) || runner !== node.id
        ? []
        : [[node.id, name] as const];
    });
  }
}

/** The node's, with that of its output where it has several. */
const wantedName = ({ id, ports }: NetworkNode['node'], { port }: PortRef): string =>
  ports.out.length > 1 ? `${id}_${port}` : id;

const classOf = (definition: string): string => /^class (\w+)/.exec(definition)?.[1] ?? '';

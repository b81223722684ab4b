/** Which nodes a Keras model has, each with its form there, in the order in which they are computed. */
import type { NodeAnalysis } from '#engine/check/analysis.ts';
import type { ForwardOutput } from '#engine/compile/forward.ts';
import { inputError } from '#engine/ir/problem.ts';
import type { PortRef } from '#engine/ir/document.ts';
import { own } from '#engine/ir/record.ts';
import type { TensorType } from '#engine/ir/tensor.ts';
import type {
  KerasForm,
  KerasLayout,
  KerasLayerStep,
  KerasSteps,
  KerasVariable,
} from '#engine/layers/define.ts';
import { eachOnce, keyOf, type Wiring } from '../python/wiring.ts';
import { axisIn, hasLayouts, ordersDiffer, outerLayout } from './layouts.ts';

export interface NetworkNode {
  readonly node: NodeAnalysis;
  readonly takes: readonly PortRef[];
  readonly gives: PortRef;
  /** In which it takes what has one; null: in whichever it comes. */
  readonly layout: KerasLayout | null;
  readonly form: KerasSteps | { readonly reshape: true };
  /** The node whose layer it calls, where that is another one's. */
  readonly runner: string;
  /** Of its own, by our keys. */
  readonly variables: Readonly<Record<string, KerasVariable>>;
  /** Where a layer of its own computes with another one's weights: in place of the form. */
  readonly tied: Tied | null;
}

export interface Tied {
  /** The node whose weights they are. */
  readonly owner: string;
  /** A class of Python. */
  readonly definition: string;
  /** `object`: the variable of the owner's layer. */
  readonly construct: (object: string) => KerasLayerStep;
}

export interface KerasNetwork {
  /** Fields of the data and random sources. */
  readonly inputs: readonly PortRef[];
  readonly nodes: readonly NetworkNode[];
  /** By `keyOf`: how each value lies in Keras. */
  readonly layouts: ReadonlyMap<string, KerasLayout>;
}

const isInput = ({ definition }: NodeAnalysis): boolean =>
  definition?.role === 'data' || definition?.role === 'latent';

export function typeOf(wiring: Wiring, { node, port }: PortRef): TensorType {
  const type = own(wiring.node(node).outputs, port);
  if (!type) throw new Error(`${node}.${port} has no type`);
  return type;
}

/** Throws InputError for the first node that Keras has no equal of. */
export function kerasNetwork(wiring: Wiring, outputs: readonly ForwardOutput[]): KerasNetwork {
  const ends = outputs.map(({ from }) => wiring.origin(from));
  const needed = neededFor(wiring, ends);
  const ids = wiring.analysis.order.filter((id) => needed.has(id));
  const computed = ids.filter((id) => !isInput(wiring.node(id)));
  const refs = [...computed.flatMap((id) => wiring.inputs(id)), ...ends];
  const inputs = eachOnce(refs.filter(({ node }) => isInput(wiring.node(node))));
  const layouts = new Map<string, KerasLayout>(
    inputs.map((ref) => [keyOf(ref), outerLayout(typeOf(wiring, ref).shape)]),
  );
  const nodes: NetworkNode[] = [];
  for (const id of computed) {
    for (const output of wiring.node(id).ports.out.keys()) {
      const [node, given] = networkNode({ wiring, id, output }, layouts, nodes);
      nodes.push(node);
      layouts.set(keyOf(node.gives), given);
    }
  }
  return { inputs, nodes, layouts };
}

function neededFor(wiring: Wiring, ends: readonly PortRef[]): ReadonlySet<string> {
  const needed = new Set<string>();
  const need = (id: string): void => {
    if (needed.has(id)) return;
    needed.add(id);
    for (const { node } of wiring.inputs(id)) need(node);
  };
  for (const { node } of ends) need(node);
  return needed;
}

/** With the layout of what it gives. */
function networkNode(
  { wiring, id, output }: { readonly wiring: Wiring; readonly id: string; readonly output: number },
  layouts: ReadonlyMap<string, KerasLayout>,
  before: readonly NetworkNode[],
): readonly [NetworkNode, KerasLayout] {
  const node = wiring.node(id);
  const keras = node.definition?.keras;
  if (!keras) throw noEqual(node);
  const takes = wiring.inputs(id);
  const types = takes.map((ref) => typeOf(wiring, ref));
  const port = node.ports.out[output] ?? '';
  const gives = { node: id, port };
  const shape = types[0]?.shape ?? [];
  const taken = typeof keras.layout === 'function' ? keras.layout(node.attrs, types) : keras.layout;
  const layout = taken === 'either' ? common(takes, types, layouts) : taken;
  const form = keras.form(node.attrs, types, axisIn(layout, shape), output);
  if ('none' in form) throw noEqual(node, form.none);
  const plain = { node, takes, gives, runner: id, tied: null };
  if ('reshape' in form) {
    const to = typeOf(wiring, gives).shape;
    // In the same order either way, it has the layout that others will want.
    const given = ordersDiffer(to) ? 'channelsFirst' : outerLayout(to);
    return [{ ...plain, layout: null, form, variables: {} }, given];
  }
  const variables = variablesOf(form);
  return [{ ...plain, layout, form, variables, ...sharing(node, form, before) }, layout];
}

/** That of all inputs, or where they differ that of images. */
function common(
  takes: readonly PortRef[],
  types: readonly TensorType[],
  layouts: ReadonlyMap<string, KerasLayout>,
): KerasLayout {
  const found = takes.flatMap((ref, i) =>
    hasLayouts(types[i]?.shape ?? []) ? (layouts.get(keyOf(ref)) ?? []) : [],
  );
  const [first = 'channelsFirst'] = found;
  return found.every((each) => each === first) ? first : outerLayout(types[0]?.shape ?? []);
}

/** What a node computes with that is another's: its layer, or that one's weights in a layer of its own. */
function sharing(
  node: NodeAnalysis,
  form: KerasSteps,
  before: readonly NetworkNode[],
): Partial<NetworkNode> {
  const { shared, params, buffers, definition, attrs } = node;
  if (!shared || shared.size === 0) return {};
  const keys = [...Object.keys(params), ...Object.keys(buffers)];
  const all = [...shared.values()];
  const [first] = all;
  const owner = before.find((each) => each.node.id === first?.node);
  const isOne = first !== undefined && all.every((each) => each.node === first.node);
  const isStraight = all.every(({ transposed }) => !transposed);
  if (owner && isOne && isStraight && shared.size === keys.length && isSame(owner.form, form)) {
    return { runner: owner.runner, variables: {} };
  }
  const tied = definition?.keras?.tied;
  const mine = Object.entries(tied?.variables ?? {}).filter(([key]) => keys.includes(key));
  const others = keys.filter((key) => !shared.has(key));
  const isTied = owner?.tied === null && mine.every(([key]) => others.includes(key));
  if (tied && isOne && isTied && mine.length === others.length) {
    const construct = (object: string): KerasLayerStep =>
      tied.construct(attrs, object, !isStraight);
    return {
      variables: Object.fromEntries(mine),
      tied: { owner: owner.runner, definition: tied.definition.trim(), construct },
    };
  }
  const where =
    owner || first === undefined ? '' : `, of ${first.node}, which is not computed before`;
  throw inputError(
    'export.sharing',
    `${node.id} computes with weights of another node${where}, which cannot be written in Keras for ${node.type}.`,
    { path: node.id, explanation: 'Give it weights of its own, or the same attributes as theirs.' },
  );
}

/** Whether two forms write the same. */
function isSame(one: NetworkNode['form'], other: KerasForm): boolean {
  if (!('steps' in one) || !('steps' in other)) return false;
  const written = ({ steps }: KerasSteps): string =>
    JSON.stringify(steps.map((step) => ('line' in step ? step.line('x') : step)));
  return written(one) === written(other);
}

const variablesOf = ({ steps }: KerasSteps): NetworkNode['variables'] =>
  Object.fromEntries(
    steps.flatMap((step) => ('layer' in step ? Object.entries(step.variables ?? {}) : [])),
  );

/** The step that has the node's name: with its tensors, else the last one that is a layer. */
export function namedStep({ steps }: KerasSteps): KerasLayerStep | null {
  const made = steps.filter((step): step is KerasLayerStep => 'layer' in step);
  const weighted = made.find(({ variables }) => Object.keys(variables ?? {}).length > 0);
  return weighted ?? made.at(-1) ?? null;
}

function noEqual({ id, type }: NodeAnalysis, why?: string): Error {
  return inputError(
    'export.no-keras',
    `${id}, a ${type}, has no equal in Keras${why === undefined ? '' : `: ${why}`}.`,
    { path: id, explanation: 'ONNX and the PyTorch project take it as it is.' },
  );
}

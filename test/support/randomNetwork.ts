/** A network with random weights, and what the reference kernels make of random samples: what exports are compared with. */
import { analyse } from '#engine/check/analyse.ts';
import type { Analysis } from '#engine/check/analysis.ts';
import type { Normalisation } from '#engine/compile/binding.ts';
import { forwardGraph, type ForwardOutput, PORT } from '#engine/compile/forward.ts';
import type { DataBinding } from '#engine/compile/index.ts';
import type { NamedTensor } from '#engine/export/safetensors.ts';
import { fieldsOf } from '#engine/export/source.ts';
import type { DataField } from '#engine/ir/attrs.ts';
import type { LeafValue, ValueId } from '#engine/ir/graph.ts';
import type { ConcreteShape, NetworkDocument } from '#engine/ir/index.ts';
import { evaluateGraph } from './evaluate.ts';
import { labelTensor, type TestTensor, uniformTensor } from './random.ts';

export interface RandomNetwork {
  readonly document: NetworkDocument;
  readonly analysis: Analysis;
  readonly binding: DataBinding;
  readonly tensors: ReadonlyMap<string, NamedTensor>;
}

export type Feeds = Readonly<Record<string, TestTensor>>;

/** Where random numbers lie. */
export type RangeOf = (key: string, shape: ConcreteShape) => { low: number; high: number };
const POSITIVE: RangeOf = () => ({ low: 0.5, high: 2 });

/** Weights that neither saturate nor vanish, whatever the depth; variances are positive. */
export const asInitialised: RangeOf = (key, shape) => {
  if (key === 'running_var') return { low: 0.5, high: 2 };
  const fanIn = shape.slice(1).reduce((product, size) => product * size, 1);
  const bound = shape.length === 1 ? 1 : Math.sqrt(6 / fanIn);
  return { low: -bound, high: bound };
};

export function randomNetwork(
  document: NetworkDocument,
  scaling: (field: DataField) => Normalisation | null,
  rangeOf = POSITIVE,
): RandomNetwork {
  const analysis = analyse(document);
  const binding: DataBinding = new Map(
    fieldsOf(analysis).map((field) => [
      field.name,
      { field, storedDtype: field.dtype, rows: 1, normalisation: scaling(field) },
    ]),
  );
  const tensors = new Map<string, NamedTensor>();
  for (const [id, { params, buffers }] of analysis.nodes) {
    for (const [key, { shape }] of Object.entries({ ...params, ...buffers })) {
      const { values } = uniformTensor(shape, { seed: tensors.size + 1, ...rangeOf(key, shape) });
      tensors.set(`${id}.${key}`, { shape, data: Float32Array.from(values) });
    }
  }
  return { document, analysis, binding, tensors };
}

export interface ReferenceAnswers {
  /** Inputs by name: fields, and nodes that draw numbers. */
  readonly feeds: Feeds;
  readonly wanted: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly values: readonly number[];
  }[];
}

export function referenceAnswers(
  network: RandomNetwork,
  request: {
    readonly batch: number;
    readonly outputs: readonly ForwardOutput[];
    /** Of a field or a node that draws numbers. */
    readonly isInput: (name: string) => boolean;
  },
): ReferenceAnswers {
  const { batch, outputs, isInput } = request;
  const { graph } = forwardGraph(network, { batch, outputs });
  const leaves = new Map<ValueId, Pick<TestTensor, 'values'>>();
  const feeds: Record<string, TestTensor> = {};
  graph.values.forEach((value, id) => {
    if (value.kind !== 'leaf') return;
    const content = contentOf(value, id, network.tensors);
    leaves.set(id, content);
    const { leaf } = value;
    const field = leaf.kind === 'feed' ? leaf.name.slice('input:'.length) : '';
    if (isInput(field)) feeds[field] = content;
  });
  const results = evaluateGraph(graph, leaves);
  // What a latent source draws is an input of the file.
  for (const [port, id] of Object.entries(graph.outputs)) {
    const node = port.slice(PORT.length, port.lastIndexOf('.'));
    const drawn = results[id];
    if (port.startsWith(PORT) && drawn && isInput(node)) {
      feeds[node] ??= { type: drawn.type, values: Array.from(drawn.data) };
    }
  }
  const wanted = outputs.map(({ name }) => {
    const result = results[graph.outputs[name] ?? -1];
    return { name, shape: result?.type.shape ?? [], values: Array.from(result?.data ?? []) };
  });
  return { feeds, wanted };
}

function contentOf(
  { leaf, type }: LeafValue,
  id: ValueId,
  tensors: ReadonlyMap<string, NamedTensor>,
): TestTensor {
  const named = 'name' in leaf ? tensors.get(leaf.name)?.data : undefined;
  if (named) return { type, values: Array.from(named) };
  if ('init' in leaf && leaf.init.kind === 'values') {
    return { type, values: leaf.init.values };
  }
  const isLabels = type.dtype === 'i32';
  return isLabels ? labelTensor(type.shape, 2, id) : uniformTensor(type.shape, { seed: 50 + id });
}

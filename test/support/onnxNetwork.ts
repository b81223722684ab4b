/** A network exported, run with ONNX Runtime, and computed by the reference kernels: what both answer. */
import { analyse } from '#engine/check/analyse.ts';
import { forwardGraph, type ForwardOutput, PORT } from '#engine/compile/forward.ts';
import type { DataBinding } from '#engine/compile/index.ts';
import {
  calibrationFile,
  exportOnnx,
  type OnnxFile,
  type OnnxOptions,
  type OnnxRequest,
} from '#engine/export/onnx/index.ts';
import { RangeSearch } from '#engine/export/onnx/precision/ranges.ts';
import type { NamedTensor } from '#engine/export/safetensors.ts';
import type { DataField } from '#engine/ir/attrs.ts';
import type { NetworkDocument } from '#engine/ir/index.ts';
import type { LeafValue, ValueId } from '#engine/ir/graph.ts';
import { evaluateGraph } from './evaluate.ts';
import { onnxAnswers } from './onnxRun.ts';
import { labelTensor, type TestTensor, uniformTensor } from './random.ts';

export interface OnnxTrial {
  readonly file: OnnxFile;
  /** For a batch: what ONNX Runtime and the reference answer, output by output. */
  answers(batch: number): Promise<readonly OnnxAnswer[]>;
  /** The same with eight bits, their ranges those of this batch. */
  answersInEightBits(batch: number): Promise<readonly OnnxAnswer[]>;
}
export interface OnnxAnswer {
  readonly name: string;
  readonly dims: readonly number[];
  readonly got: readonly number[];
  readonly wanted: readonly number[];
}

const OPTIONS: OnnxOptions = {
  ...{ opset: 17, batch: null, foldBatchNorm: false },
  precision: { kind: 'float32' },
};

/** Weights and statistics are random, between 0.5 and 2, where none are given. */
export function onnxTrial(
  document: NetworkDocument,
  outputs: readonly ForwardOutput[],
  {
    options = {},
    normalised = [],
  }: {
    readonly options?: Partial<OnnxOptions>;
    /** Fields that are scaled, by `(x - 0.25) * 2`. */
    readonly normalised?: readonly string[];
  } = {},
): OnnxTrial {
  const analysis = analyse(document);
  const fields = analysis.dataNodes.flatMap(
    (id) => (analysis.nodes.get(id)?.attrs['fields'] ?? []) as readonly DataField[],
  );
  const binding: DataBinding = new Map(
    fields.map((field) => {
      const isScaled = normalised.includes(field.name);
      const normalisation = isScaled ? { shift: [0.25], scale: [2] } : null;
      return [field.name, { field, storedDtype: field.dtype, rows: 1, normalisation }];
    }),
  );
  const tensors = new Map<string, NamedTensor>();
  for (const [id, { params, buffers }] of analysis.nodes) {
    for (const [key, { shape }] of Object.entries({ ...params, ...buffers })) {
      const { values } = uniformTensor(shape, { seed: tensors.size + 1, low: 0.5, high: 2 });
      tensors.set(`${id}.${key}`, { shape, data: Float32Array.from(values) });
    }
  }
  const request: OnnxRequest = {
    ...{ document, analysis, binding, tensors, outputs },
    options: { ...OPTIONS, ...options },
    metadata: {},
    producer: { name: 'test', version: '0' },
  };
  const file = exportOnnx(request);
  const isInput = (name: string): boolean => file.inputs.some((input) => input.name === name);
  type Feeds = Readonly<Record<string, TestTensor>>;
  const eightBits = async (feeds: Feeds): Promise<Uint8Array> => {
    const folded = { ...request, options: { ...request.options, foldBatchNorm: true } };
    const { bytes, values } = calibrationFile(folded);
    const got = await onnxAnswers(bytes, feeds);
    const ranges = values.map((name) => {
      const search = new RangeSearch();
      const numbers = Float32Array.from(got.get(name)?.data ?? feeds[name]?.values ?? []);
      search.extend(numbers);
      search.count(numbers);
      return [name, search.best()] as const;
    });
    const precision = { kind: 'int8', ranges: new Map(ranges) } as const;
    return exportOnnx({ ...folded, options: { ...folded.options, precision } }).bytes;
  };
  const answered = async (batch: number, bytesFor: (feeds: Feeds) => Promise<Uint8Array>) => {
    const { graph } = forwardGraph({ document, analysis, binding }, { batch, outputs });
    const leaves = new Map<ValueId, Pick<TestTensor, 'values'>>();
    const feeds: Record<string, TestTensor> = {};
    graph.values.forEach((value, id) => {
      if (value.kind !== 'leaf') return;
      const content = contentOf(value, id, tensors);
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
    const got = await onnxAnswers(await bytesFor(feeds), feeds);
    return outputs.map(({ name }) => ({
      name,
      dims: got.get(name)?.dims ?? [],
      got: got.get(name)?.data ?? [],
      wanted: Array.from(results[graph.outputs[name] ?? -1]?.data ?? []),
    }));
  };
  return {
    file,
    answers: (batch) => answered(batch, () => Promise.resolve(file.bytes)),
    answersInEightBits: (batch) => answered(batch, eightBits),
  };
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

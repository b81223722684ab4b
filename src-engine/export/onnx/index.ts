/**
 * A trained network as an ONNX file: evaluation mode, the batch open (or fixed), weights inside, noise and losses
 * left out, a latent source an input. Numbers are proven elsewhere, by running the file.
 * Reference: https://onnx.ai/onnx/ (IR version 8 and opset 17 unless newer ones are asked for)
 */
import { create, toBinary } from '@bufbuild/protobuf';
import type { Analysis } from '#engine/check/analysis.ts';
import { forwardGraph, type ForwardOutput } from '#engine/compile/forward.ts';
import type { DataBinding } from '#engine/compile/index.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { inputError } from '#engine/ir/problem.ts';
import type { ExportPort } from '#engine/protocol/exportContract.ts';
import type { NamedTensor } from '../safetensors.ts';
import { isBatch, valueInfo } from './emitter.ts';
import type { OnnxValue } from './rules.ts';
import { ModelProtoSchema } from './schema/onnx_pb.js';
import { symbolicGraph, TRIAL_BATCHES } from './symbolic.ts';
import { type WritingOptions, type WrittenGraph, writeGraph } from './writeGraph.ts';

/** The IR version that came with each opset. */
export const OPSETS = { 17: 8, 18: 8, 19: 9, 20: 9, 21: 10 } as const;
export type Opset = keyof typeof OPSETS;
export const DEFAULT_OPSET: Opset = 17;

export interface OnnxOptions extends WritingOptions {
  readonly opset: Opset;
  /** Null: any, named N. */
  readonly batch: number | null;
}

export interface OnnxRequest {
  readonly document: NetworkDocument;
  /** Without errors. */
  readonly analysis: Analysis;
  /** How inputs are scaled in the file; without a normalisation they come in scaled. */
  readonly binding: DataBinding;
  /** By PyTorch's state_dict keys. */
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  readonly outputs: readonly ForwardOutput[];
  readonly options: OnnxOptions;
  readonly metadata: ModelFacts['metadata'];
  readonly producer: ModelFacts['producer'];
}

export interface OnnxFile {
  readonly bytes: Uint8Array;
  readonly inputs: readonly ExportPort[];
  readonly outputs: readonly ExportPort[];
  /** How often each operator occurs. */
  readonly operators: ReadonlyMap<string, number>;
  /** Nodes that are not in the file: losses, noise, what only they need. */
  readonly leftOut: readonly string[];
  readonly weightBytes: number;
}

/** Protobuf's own limit. */
const MAX_BYTES = 2 ** 31 - 1;

export function exportOnnx(request: OnnxRequest): OnnxFile {
  const { options, tensors, outputs } = request;
  const weightBytes = [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  if (weightBytes > MAX_BYTES) {
    throw inputError('export.too-large', 'An ONNX file holds at most 2 GB of weights.', {
      explanation: 'safetensors and the PyTorch project have no such limit.',
    });
  }
  const batches =
    options.batch === null ? TRIAL_BATCHES : ([options.batch, options.batch] as const);
  const [first, second] = batches.map((batch) => forwardGraph(request, { batch, outputs }));
  if (!first || !second) throw new Error('two lowerings were asked for');
  const graph = symbolicGraph(first.graph, second.graph, batches);
  const { analysis } = request;
  const written = writeGraph({
    ...{ graph, tensors, options },
    isLatent: (node) => analysis.nodes.get(node)?.definition?.role === 'latent',
    hasOneOutput: (node) => analysis.nodes.get(node)?.ports.out.length === 1,
  });
  const { emitter, inputs } = written;
  const bytes = modelBytes(written, {
    name: request.document.name,
    opset: options.opset,
    metadata: request.metadata,
    producer: request.producer,
  });
  const operators = new Map<string, number>();
  for (const { opType } of emitter.nodes) operators.set(opType, (operators.get(opType) ?? 0) + 1);
  const isIn = (id: string): boolean =>
    first.nodes.has(id) && analysis.nodes.get(id)?.definition?.role !== 'noise';
  return {
    bytes,
    inputs: inputs.map(portOf),
    outputs: written.outputs.map(portOf),
    operators,
    leftOut: analysis.order.filter((id) => !isIn(id)),
    weightBytes: emitter.initializers.reduce((sum, { rawData }) => sum + rawData.length, 0),
  };
}

export interface ModelFacts {
  readonly name: string;
  readonly opset: Opset;
  readonly metadata: Readonly<Record<string, string>>;
  readonly producer: { readonly name: string; readonly version: string };
}

/** The file around a graph. */
export function modelBytes(written: WrittenGraph, facts: ModelFacts): Uint8Array {
  const { name, opset, metadata, producer } = facts;
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(OPSETS[opset]),
    opsetImport: [{ domain: '', version: BigInt(opset) }],
    producerName: producer.name,
    producerVersion: producer.version,
    modelVersion: 1n,
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name,
      node: written.emitter.nodes,
      initializer: written.emitter.initializers,
      input: written.inputs.map(valueInfo),
      output: written.outputs.map(valueInfo),
      valueInfo: written.between.map(valueInfo),
    },
  });
  return toBinary(ModelProtoSchema, model);
}

const portOf = ({ name, dtype, dims }: OnnxValue): ExportPort => ({
  ...{ name, dtype },
  shape: dims.map((dim) => (isBatch(dim) ? null : dim)),
});

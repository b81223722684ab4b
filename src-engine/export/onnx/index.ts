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
import type { RunnableFile, TableColumns } from '../define.ts';
import type { NamedTensor } from '../safetensors.ts';
import { weightBytes } from '../source.ts';
import { type NamedClasses, writeClassNames } from './classNames.ts';
import { isBatch, valueInfo } from './emitter.ts';
import { DEFAULT_OPSET, type Opset, OPSETS } from './opsets.ts';
import { inHalf } from './precision/half.ts';
import type { GraphParts } from './precision/parts.ts';
import { inEightBits, quantisedValues } from './precision/quantise.ts';
import type { ValueRange } from './precision/ranges.ts';
import { ModelProtoSchema, TensorProto_DataType, ValueInfoProtoSchema } from './schema/onnx_pb.js';
import { symbolicGraph, TRIAL_BATCHES } from './symbolic.ts';
import { COLUMNS_SCOPE, writeTableColumns } from './tableColumns.ts';
import {
  type PortValue,
  type WritingOptions,
  type WrittenGraph,
  writeGraph,
} from './writeGraph.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

export { DEFAULT_OPSET, type Opset, OPSETS };

export interface OnnxOptions extends WritingOptions {
  readonly opset: Opset;
  /** Null: any, named N. */
  readonly batch: number | null;
  readonly precision: OnnxPrecision;
}
/** `int8`: with the ranges of the values that `calibrationFile` answers. */
export type OnnxPrecision =
  | { readonly kind: 'float32' | 'float16' }
  | { readonly kind: 'int8'; readonly ranges: ReadonlyMap<string, ValueRange> };

export interface OnnxRequest {
  readonly document: NetworkDocument;
  /** Without errors. */
  readonly analysis: Analysis;
  /** How inputs are scaled in the file; without a normalisation they come in scaled. */
  readonly binding: DataBinding;
  /** By PyTorch's state_dict keys. */
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  readonly outputs: readonly ForwardOutput[];
  /** Answered beside scores. */
  readonly classNames?: readonly NamedClasses[];
  /** How a field is made from the columns of a table, which the file takes in its place. */
  readonly columns?: TableColumns | null;
  readonly options: OnnxOptions;
  readonly metadata: Readonly<Record<string, string>>;
  readonly producer: { readonly name: string; readonly version: string };
}

export interface OnnxFile extends RunnableFile {
  /** What its precision did to it, a sentence each. */
  readonly notes: readonly string[];
}

/** Protobuf's own limit. */
const MAX_BYTES = 2 ** 31 - 1;

export function exportOnnx(request: OnnxRequest): OnnxFile {
  const { analysis } = request;
  const { written, nodes } = writtenGraph(request);
  const { inputs } = written;
  const { parts, notes } = inPrecision(request, written);
  const bytes = modelBytes(written, factsOf(request), { parts });
  const operators = new Map<string, number>();
  for (const { opType } of parts.nodes) operators.set(opType, (operators.get(opType) ?? 0) + 1);
  const isIn = (id: string): boolean =>
    nodes.has(id) && analysis.nodes.get(id)?.definition?.role !== 'noise';
  return {
    ...{ bytes, columns: request.columns ?? null, classNames: request.classNames ?? [] },
    takes: written.takes,
    inputs: inputs.map(portOf),
    outputs: written.outputs.map(portOf),
    operators,
    leftOut: analysis.order.filter((id) => !isIn(id)),
    weightBytes: parts.initializers.reduce((sum, { rawData }) => sum + rawData.length, 0),
    notes,
  };
}

/** What int8 needs to know of samples: the file that answers these values, whose ranges are looked for. */
export interface CalibrationFile {
  readonly bytes: Uint8Array;
  readonly takes: readonly string[];
  readonly columns: TableColumns | null;
  /** Null: any. */
  readonly batch: number | null;
  readonly values: readonly string[];
}

export function calibrationFile(request: OnnxRequest): CalibrationFile {
  const { written } = writtenGraph(request);
  const values = [...new Set(quantisedValues(written).values())];
  const parts = wholeParts(written);
  return {
    bytes: modelBytes(written, factsOf(request), { parts, alsoAnswers: values }),
    ...{ takes: written.takes, columns: request.columns ?? null },
    batch: request.options.batch,
    values,
  };
}

function writtenGraph(request: OnnxRequest) {
  const { options, tensors, outputs, analysis } = request;
  if (weightBytes(request) > MAX_BYTES) {
    throw inputError('export.too-large', 'An ONNX file holds at most 2 GB of weights.', {
      explanation: 'safetensors and the PyTorch project have no such limit.',
    });
  }
  const batches =
    options.batch === null ? TRIAL_BATCHES : ([options.batch, options.batch] as const);
  const [first, second] = batches.map((batch) => forwardGraph(request, { batch, outputs }));
  if (!first || !second) throw new Error('two lowerings were asked for');
  const graph = symbolicGraph(first.graph, second.graph, batches);
  const { columns } = request;
  const graphOnly = writeGraph({
    ...{ graph, tensors, options },
    computed: new Map(
      columns ? [[columns.field, (e, value) => writeTableColumns(e, value, columns)]] : [],
    ),
    isLatent: (node) => analysis.nodes.get(node)?.definition?.role === 'latent',
    hasOneOutput: (node) => analysis.nodes.get(node)?.ports.out.length === 1,
  });
  const names = (request.classNames ?? []).map((each) => writeClassNames(graphOnly, each));
  const written = { ...graphOnly, outputs: [...graphOnly.outputs, ...names] };
  return { written, nodes: first.nodes };
}

const wholeParts = ({ emitter }: WrittenGraph): GraphParts => ({
  nodes: emitter.nodes,
  initializers: emitter.initializers,
  types: new Map(),
});

function inPrecision(
  { options: { precision }, analysis }: OnnxRequest,
  written: WrittenGraph,
): { readonly parts: GraphParts; readonly notes: readonly string[] } {
  switch (precision.kind) {
    case 'float32':
      return { parts: wholeParts(written), notes: [] };
    case 'float16': {
      // Scaling what comes in and what is answered.
      const isOutside = (id: string): boolean =>
        id === COLUMNS_SCOPE ||
        ['data', 'loss'].includes(analysis.nodes.get(id)?.definition?.role ?? '');
      const parts = inHalf(written, (node) => isOutside(written.emitter.originOf(node)));
      const clipped = `${formatInteger(parts.clipped)} numbers are larger than float16 has and are cut to 65,504.`;
      return { parts, notes: parts.clipped > 0 ? [clipped] : [] };
    }
    case 'int8': {
      const parts = inEightBits(written, precision.ranges);
      const none = 'Nothing of the network is a product with weights: it stays float32.';
      return { parts, notes: parts.products === 0 ? [none] : [] };
    }
  }
}

interface ModelFacts {
  readonly name: string;
  readonly opset: Opset;
  readonly metadata: Readonly<Record<string, string>>;
  readonly producer: { readonly name: string; readonly version: string };
}

const factsOf = ({ document, options, metadata, producer }: OnnxRequest): ModelFacts => ({
  ...{ name: document.name, opset: options.opset, metadata, producer },
});

/** The file around a graph. `alsoAnswers`: values on the way, whatever their shapes. */
export function modelBytes(
  written: WrittenGraph,
  facts: ModelFacts,
  {
    parts = wholeParts(written),
    alsoAnswers = [],
  }: { readonly parts?: GraphParts; readonly alsoAnswers?: readonly string[] } = {},
): Uint8Array {
  const { name, opset, metadata, producer } = facts;
  const answered = new Set([...written.outputs, ...written.inputs].map((value) => value.name));
  const more = alsoAnswers.filter((each) => !answered.has(each));
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(OPSETS[opset]),
    opsetImport: [{ domain: '', version: BigInt(opset) }, ...otherSets(parts)],
    producerName: producer.name,
    producerVersion: producer.version,
    modelVersion: 1n,
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name,
      node: [...parts.nodes],
      initializer: [...parts.initializers],
      input: written.inputs.map((value) => valueInfo(value)),
      output: [...written.outputs.map((value) => valueInfo(value)), ...more.map(floatValue)],
      valueInfo: written.between
        .filter((value) => !more.includes(value.name))
        .map((value) => valueInfo(value, parts.types.get(value.name))),
    },
  });
  return toBinary(ModelProtoSchema, model);
}

/** Operators beside those of opsets, by the version that the oldest opset came with. */
const otherSets = ({ nodes }: GraphParts) =>
  nodes.some(({ domain }) => domain === ML) ? [{ domain: ML, version: 2n }] : [];
const ML = 'ai.onnx.ml';

const floatValue = (name: string) =>
  create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType: TensorProto_DataType.FLOAT } } },
  });

const portOf = ({ name, dtype, dims }: PortValue): ExportPort => ({
  ...{ name, dtype },
  shape: dims.map((dim) => (isBatch(dim) ? null : dim)),
});

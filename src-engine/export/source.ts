/**
 * What is exported: a network, the numbers of its weights, and how its inputs were scaled. From a file of weights
 * with what it says of its data; without one, from the initialisers and the data itself.
 */
import { analyse } from '../check/analyse.ts';
import type { Analysis } from '../check/analysis.ts';
import type { DataBinding } from '../compile/index.ts';
import type { DataField, JsonValue } from '../ir/attrs.ts';
import type { NetworkDocument } from '../ir/document.ts';
import { own } from '../ir/record.ts';
import { elementCount, sameShape } from '../ir/tensor.ts';
import { inputError } from '../ir/problem.ts';
import type { Platform } from '../platform/platform.ts';
import { parseNormalisation } from '../training/checkpoint.ts';
import {
  DATA_KEYS,
  dataMetadata,
  NORMALISATION_KEY,
  parseFittedData,
} from '../training/fittedData.ts';
import { initialValues } from '../training/initialise.ts';
import { asEvaluated } from '../training/memory.ts';
import { type DataHost, prepare, type Prepared, withoutErrors } from '../training/prepare.ts';
import { residentPart } from '../training/streaming/residentPart.ts';
import { type NamedTensor, readSafetensors } from './safetensors.ts';

export interface ExportSource {
  readonly document: NetworkDocument;
  readonly analysis: Analysis;
  readonly binding: DataBinding;
  /** By PyTorch's state_dict keys; all that the network has. */
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  /** False: the weights are those that training would begin with. */
  readonly trained: boolean;
  /** How the data was read, as files of weights say it. */
  readonly dataMetadata: Readonly<Record<string, string>>;
}

export interface SourceRequest {
  readonly document: NetworkDocument;
  /** A safetensors file; null: the network was never trained. */
  readonly weights: string | null;
}

/** `data`: prepared from the document, where it can be read. */
export async function readSource(
  request: SourceRequest,
  platform: Pick<Platform, 'files'>,
  data: () => Promise<Prepared>,
): Promise<ExportSource> {
  const { weights } = request;
  if (weights === null) {
    const prepared = await data();
    const { document, analysis, binding } = prepared;
    const tensors = modelTensors(analysis, (name, shape, init) => ({
      shape,
      data: initialValues(init, elementCount(shape), document.training.seed, name),
    }));
    const metadata = dataMetadata(prepared);
    return { document, analysis, binding, tensors, trained: false, dataMetadata: metadata };
  }
  const file = readSafetensors(await platform.files.read(weights), weights);
  const fitted = parseFittedData(file.metadata, weights);
  const document = fitted ? withFields(request.document, fitted.fields) : request.document;
  const analysis = withoutErrors(analyse(document));
  const normalisations = parseNormalisation(file.metadata[NORMALISATION_KEY], weights);
  const binding = savedBinding(analysis, normalisations, fitted?.table?.target?.scale);
  const found = asEvaluated(document, file.tensors);
  const tensors = modelTensors(analysis, (name, shape) => {
    const tensor = found.get(name);
    if (tensor && sameShape(tensor.shape, shape)) return tensor;
    throw inputError(
      tensor ? 'weights.shape' : 'weights.missing',
      tensor
        ? `${name} is ${tensor.shape.join('x')} in the file, the network needs ${shape.join('x')}.`
        : `The file has no ${name}.`,
      { path: weights, explanation: 'The network was changed after it was trained.' },
    );
  });
  const known = Object.entries(file.metadata).filter(([key]) => DATA_KEYS.has(key));
  return {
    ...{ document, analysis, binding, tensors, trained: true },
    dataMetadata: Object.fromEntries(known),
  };
}

type Spec =
  Analysis['nodes'] extends ReadonlyMap<string, infer Node>
    ? Node extends { readonly params: Readonly<Record<string, infer S>> }
      ? S
      : never
    : never;

/** Of samples that come from outside, scaled as weights say that they were. */
export function savedBinding(
  analysis: Analysis,
  normalisations: ReturnType<typeof parseNormalisation>,
  targetDividedBy = 1,
): DataBinding {
  return new Map(
    fieldsOf(analysis).map((field) => {
      const normalisation = own(normalisations, field.name) ?? null;
      const isDivided = field.role === 'target' && targetDividedBy !== 1;
      return [
        field.name,
        {
          ...{ field, storedDtype: field.dtype, rows: 1, normalisation },
          ...(isDivided && { dividedBy: targetDividedBy }),
        },
      ];
    }),
  );
}

/** Every parameter and buffer once, whoever shares it. */
export function modelTensors(
  analysis: Analysis,
  read: (name: string, shape: Spec['shape'], init: Spec['init']) => NamedTensor,
): ReadonlyMap<string, NamedTensor> {
  const tensors = new Map<string, NamedTensor>();
  for (const id of analysis.order) {
    const node = analysis.nodes.get(id);
    for (const [key, { shape, init }] of Object.entries({ ...node?.params, ...node?.buffers })) {
      if (node?.shared?.has(key)) continue;
      tensors.set(`${id}.${key}`, read(`${id}.${key}`, shape, init));
    }
  }
  return tensors;
}

export function fieldsOf(analysis: Analysis): readonly DataField[] {
  const all = analysis.dataNodes.flatMap(
    // As the Data layer declares them.
    (id) => (analysis.nodes.get(id)?.attrs['fields'] ?? []) as readonly DataField[],
  );
  return all.filter((field, i) => all.findIndex(({ name }) => name === field.name) === i);
}

/** The fields of the data that the weights were trained on. */
export function withFields(document: NetworkDocument, all: readonly DataField[]): NetworkDocument {
  // Plain JSON, without absent properties.
  const fields = JSON.parse(JSON.stringify(all)) as JsonValue;
  const nodes = document.nodes.map((node) =>
    node.type === 'Data' ? { ...node, attrs: { ...node.attrs, fields } } : node,
  );
  return { ...document, nodes };
}

/** The data of a document, read at most once; some of it where it is not held (see residentPart). */
export function preparedOnce(document: NetworkDocument, host: DataHost): () => Promise<Prepared> {
  let reading: Promise<Prepared> | null = null;
  return () => (reading ??= prepare(document, host).then(residentPart));
}

/** Of all tensors as float32. */
export const weightBytes = ({ tensors }: Pick<ExportSource, 'tensors'>): number =>
  [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0);

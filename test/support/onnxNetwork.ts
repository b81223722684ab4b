/** A network exported, run with ONNX Runtime, and computed by the reference kernels: what both answer. */
import type { ForwardOutput } from '#engine/compile/forward.ts';
import {
  calibrationFile,
  exportOnnx,
  type OnnxFile,
  type OnnxOptions,
  type OnnxRequest,
} from '#engine/export/onnx/index.ts';
import { RangeSearch } from '#engine/export/onnx/precision/ranges.ts';
import type { DataField } from '#engine/ir/attrs.ts';
import type { NetworkDocument } from '#engine/ir/index.ts';
import { onnxAnswers } from './onnxRun.ts';
import { type Feeds, randomNetwork, type RangeOf, referenceAnswers } from './randomNetwork.ts';

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
    rangeOf,
  }: {
    readonly options?: Partial<OnnxOptions>;
    /** Fields that are scaled, by `(x - 0.25) * 2`. */
    readonly normalised?: readonly string[];
    /** Of weights. */
    readonly rangeOf?: RangeOf;
  } = {},
): OnnxTrial {
  const scaling = () => ({ shift: [0.25], scale: [2] });
  const scalingOf = (field: DataField) => (normalised.includes(field.name) ? scaling() : null);
  const network = randomNetwork(document, scalingOf, rangeOf);
  const { analysis, binding, tensors } = network;
  const request: OnnxRequest = {
    ...{ document, analysis, binding, tensors, outputs },
    options: { ...OPTIONS, ...options },
    metadata: {},
    producer: { name: 'test', version: '0' },
  };
  const file = exportOnnx(request);
  const isInput = (name: string): boolean => file.inputs.some((input) => input.name === name);
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
    const { feeds, wanted } = referenceAnswers(network, { batch, outputs, isInput });
    const got = await onnxAnswers(await bytesFor(feeds), feeds);
    return wanted.map(({ name, values }) => ({
      name,
      dims: got.get(name)?.dims ?? [],
      got: got.get(name)?.data ?? [],
      wanted: values,
    }));
  };
  return {
    file,
    answers: (batch) => answered(batch, () => Promise.resolve(file.bytes)),
    answersInEightBits: (batch) => answered(batch, eightBits),
  };
}

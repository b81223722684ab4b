/** The most likely class by its name, beside the scores of a file: what whoever calls it would look up next. */
import { create } from '@bufbuild/protobuf';
import { TensorProto_DataType as DataType, TensorProtoSchema } from './schema/onnx_pb.js';
import type { ExportDim } from './symbolic.ts';
import type { PortValue, WrittenGraph } from './writeGraph.ts';

export interface NamedClasses {
  /** The output whose scores they are. */
  readonly scores: string;
  readonly names: readonly string[];
  /** Of one score for two classes: what is above it is the second. */
  readonly threshold: number;
  /** What the answer is called. */
  readonly output: string;
}

export function writeClassNames(
  { emitter: e, outputs }: Pick<WrittenGraph, 'emitter' | 'outputs'>,
  { scores, names, threshold, output }: NamedClasses,
): PortValue {
  const found = outputs.find(({ name }) => name === scores);
  if (!found) throw new Error(`the file does not answer ${scores}`);
  const [batch = 1, ...rest] = found.dims;
  const table = e.unique(`${output}_names`);
  e.initializers.push(
    create(TensorProtoSchema, {
      ...{ name: table, dataType: DataType.STRING, dims: [BigInt(names.length)] },
      stringData: names.map((name) => new TextEncoder().encode(name)),
    }),
  );
  const out = e.unique(output);
  const isSingle = rest.every((dim) => dim === 1);
  const dims: readonly ExportDim[] = isSingle ? [batch] : [batch, ...rest.slice(1)];
  e.within(output, null, () => {
    const index = (): string => {
      if (!isSingle) return e.op('ArgMax', [scores], { axis: 1, keepdims: 0 });
      const flat = e.op('Reshape', [scores, e.ints([-1])]);
      const isSecond = e.op('Greater', [flat, e.float(threshold)]);
      return e.op('Cast', [isSecond], { to: DataType.INT64 });
    };
    e.op('Gather', [table, index()], { axis: 0 }, out);
  });
  return { name: out, dims, dtype: 'string' };
}

/** What a graph of a file consists of once its precision is chosen. */
import type { NodeProto, TensorProto, TensorProto_DataType } from '../schema/onnx_pb.js';

export interface GraphParts {
  readonly nodes: readonly NodeProto[];
  readonly initializers: readonly TensorProto[];
  /** Of values that are no longer what their network has: float16. */
  readonly types: ReadonlyMap<string, TensorProto_DataType>;
}

/** The numbers of a float32 tensor. */
export function floatsOf({ rawData }: Pick<TensorProto, 'rawData'>): Float32Array {
  // A copy: raw bytes need not begin where numbers may.
  return new Float32Array(rawData.slice().buffer);
}

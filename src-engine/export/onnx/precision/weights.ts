/** The weights of products as eight bits see them: where they are, and how large their steps are. */
import { type TensorProto, TensorProto_DataType as DataType } from '../schema/onnx_pb.js';
import type { WrittenGraph } from '../writeGraph.ts';
import { floatsOf } from './parts.ts';

/** Far below any scale that means something, and a normal float32. */
export const SMALLEST_SCALE = 1e-20;

/** Numbers of the network by the name they are read under: as they are, or with their axes swapped. */
export function weightsOf({ emitter }: WrittenGraph): ReadonlyMap<string, Weights> {
  const found = new Map<string, Weights>();
  for (const tensor of emitter.initializers) {
    if (isFloat(tensor)) found.set(tensor.name, { tensor, axes: null });
  }
  for (const { opType, input, output, attribute: attributes } of emitter.nodes) {
    const known = found.get(input[0] ?? '');
    if (opType !== 'Transpose' || !known || known.axes) continue;
    const axes = attributes.find(({ name }) => name === 'perm')?.ints.map(Number);
    if (axes) found.set(output[0] ?? '', { tensor: known.tensor, axes });
  }
  return found;
}

const isFloat = ({ dataType }: TensorProto): boolean => dataType === Number(DataType.FLOAT);

export interface Weights {
  readonly tensor: TensorProto;
  /** Where each axis comes from; null: they are read as they are. */
  readonly axes: readonly number[] | null;
}

/** By output, or one; so that the bias, whose steps are those of both factors, has room in 32 bits. */
export function weightScales(
  tensor: TensorProto,
  axis: number | null,
  bias: { readonly bias: TensorProto; readonly from: { readonly scale: number } } | null,
): Float32Array {
  const channelOf = channels(tensor, axis);
  const scales = new Float32Array(axis === null ? 1 : Number(tensor.dims[axis] ?? 1n));
  floatsOf(tensor).forEach((value, i) => {
    const channel = channelOf(i);
    scales[channel] = Math.max(scales[channel] ?? 0, Math.abs(value) / 127);
  });
  const biases = bias ? floatsOf(bias.bias).map(Math.abs) : new Float32Array();
  const largest = biases.reduce((most, each) => Math.max(most, each), 0);
  return scales.map((scale, i) => {
    const shift = axis === null ? largest : (biases[i] ?? 0);
    // Half of what there is.
    const room = bias ? shift / (bias.from.scale * 2 ** 30) : 0;
    return Math.max(scale, Number.isFinite(room) ? room : 0, SMALLEST_SCALE);
  });
}

/** Of the number at a place of a tensor: along which output it lies. */
export function channels({ dims }: TensorProto, axis: number | null): (i: number) => number {
  if (axis === null) return () => 0;
  const inner = dims.slice(axis + 1).reduce((product, dim) => product * Number(dim), 1);
  const count = Number(dims[axis] ?? 1n);
  return (i) => Math.floor(i / inner) % count;
}

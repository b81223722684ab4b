/**
 * Of which kind the numbers of each value of a written graph are. Of the operators that rules and patterns write,
 * most answer what they are given; the others are named here.
 */
import { own } from '#engine/ir/record.ts';
import type { WrittenGraph } from '../writeGraph.ts';
import { PORT_TYPES } from '../emitter.ts';
import { type NodeProto, TensorProto_DataType as DataType } from '../schema/onnx_pb.js';

export type ValueTypes = ReadonlyMap<string, DataType>;

type TypeRule = (node: NodeProto, types: ValueTypes) => DataType | undefined;
const always = (type: DataType) => (): DataType => type;
const ofInput =
  (index: number): TypeRule =>
  ({ input }, types) =>
    types.get(input[index] ?? '');

const RULES: Readonly<Record<string, TypeRule>> = {
  Cast: ({ attribute }) => Number(attribute.find(({ name }) => name === 'to')?.i),
  Shape: always(DataType.INT64),
  ArgMax: always(DataType.INT64),
  LabelEncoder: always(DataType.INT64),
  IsNaN: always(DataType.BOOL),
  Equal: always(DataType.BOOL),
  Greater: always(DataType.BOOL),
  ConstantOfShape: always(DataType.FLOAT),
  Where: ofInput(1),
};

export function valueTypes({ emitter, inputs }: WrittenGraph): ValueTypes {
  const types = new Map<string, DataType>();
  for (const { name, dtype } of inputs) types.set(name, PORT_TYPES[dtype]);
  for (const { name, dataType } of emitter.initializers) types.set(name, dataType);
  for (const node of emitter.nodes) {
    const type = (own(RULES, node.opType) ?? ofInput(0))(node, types);
    for (const name of node.output) types.set(name, type ?? DataType.UNDEFINED);
  }
  return types;
}

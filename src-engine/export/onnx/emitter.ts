/**
 * Writes the nodes, constants and names of one ONNX graph. Knows ONNX's messages and nothing of networks.
 * Reference: https://github.com/onnx/onnx/blob/main/docs/IR.md
 */
import { create } from '@bufbuild/protobuf';
import { inputError } from '#engine/ir/problem.ts';
import type { ConcreteShape, DType } from '#engine/ir/tensor.ts';
import type { BatchDim, ExportDim } from './symbolic.ts';
import {
  type AttributeProto,
  AttributeProto_AttributeType as Kind,
  AttributeProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './schema/onnx_pb.js';

/** What the batch is called among the dimensions. */
export const BATCH_NAME = 'N';

export type Attribute =
  | number
  | string
  | readonly number[]
  | readonly string[]
  | { readonly float: number };
type Attributes = Readonly<Record<string, Attribute>>;

export const DATA_TYPES = {
  f32: DataType.FLOAT,
  i32: DataType.INT32,
  u8: DataType.UINT8,
} as const satisfies Record<DType, DataType>;

/** What goes in and out: numbers, or words. */
export type PortType = DType | 'string';
export const PORT_TYPES = { ...DATA_TYPES, string: DataType.STRING } as const satisfies Record<
  PortType,
  DataType
>;

export const isBatch = (dim: ExportDim): dim is BatchDim => typeof dim === 'object';

export class OnnxEmitter {
  readonly opset: number;
  readonly nodes: NodeProto[] = [];
  readonly initializers: TensorProto[] = [];
  readonly #names = new Set<string>();
  readonly #nodeNames = new Set<string>();
  readonly #constants = new Map<string, string>();
  /** A graph input whose first dimension is the batch. */
  readonly #batchFrom: string | null;
  /** The node of the network that each is a part of. */
  readonly #origins = new Map<NodeProto, string>();
  #batch: string | null = null;
  #scope = '';
  #title: string | null = null;

  constructor({ opset, batchFrom }: { readonly opset: number; readonly batchFrom: string | null }) {
    this.opset = opset;
    this.#batchFrom = batchFrom;
  }

  /**
   * What is written inside `body` is named after a node of the network; `title`: the operator that gives its
   * result, whatever that is called.
   */
  within<T>(scope: string, title: string | null, body: () => T): T {
    const outer = [this.#scope, this.#title] as const;
    [this.#scope, this.#title] = [scope, title];
    try {
      return body();
    } finally {
      [this.#scope, this.#title] = outer;
    }
  }

  /** The name itself, or with a number where it is taken. */
  unique(name: string): string {
    let free = name;
    for (let count = 2; this.#names.has(free); count++) free = `${name}_${count}`;
    this.#names.add(free);
    return free;
  }

  /**
   * The name of the result: `out`, which must be taken by then, or one of its own. `type`: an operator, that of
   * another set of operators after its domain.
   */
  op(type: string, inputs: readonly string[], attributes: Attributes = {}, out?: string): string {
    const opType = type.slice(type.lastIndexOf('.') + 1);
    const result = out ?? this.#ownName(opType);
    this.#node(type, inputs, attributes, [result], out);
    return result;
  }

  /**
   * The same of an operator with several results, of which some are wanted: the last of these positions, and others
   * before it. Their names, in the order of the positions.
   */
  results(
    type: string,
    inputs: readonly string[],
    attributes: Attributes,
    positions: readonly number[],
  ): readonly string[] {
    const names = positions.map(() => this.#ownName(type));
    const outputs = Array.from({ length: Math.max(...positions) + 1 }, () => '');
    positions.forEach((position, i) => (outputs[position] = names[i] ?? ''));
    this.#node(type, inputs, attributes, outputs, undefined);
    return names;
  }

  #ownName(opType: string): string {
    return this.unique(this.#scope === '' ? opType : `${this.#scope}/${opType}`);
  }

  #node(
    type: string,
    inputs: readonly string[],
    attributes: Attributes,
    outputs: readonly string[],
    out: string | undefined,
  ): void {
    const end = type.lastIndexOf('.');
    const opType = type.slice(end + 1);
    const node = create(NodeProtoSchema, {
      ...{ opType, domain: type.slice(0, Math.max(0, end)) },
      name: this.#nodeName(opType, out),
      input: [...inputs],
      output: [...outputs],
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    });
    this.nodes.push(node);
    this.#origins.set(node, this.#scope);
  }

  /** The node of the network that it is a part of; none: empty. */
  originOf(node: NodeProto): string {
    return this.#origins.get(node) ?? '';
  }

  initializer(name: string, dims: ConcreteShape, data: Float32Array): string {
    this.#names.add(name);
    this.initializers.push(floatTensor(name, dims, data));
    return name;
  }

  /** Each constant once, however often it is needed. */
  floats(values: readonly number[], dims: ConcreteShape = [values.length]): string {
    return this.#constant(`f32:${dims.join('x')}:${values.join()}`, (name) =>
      floatTensor(name, dims, Float32Array.from(values)),
    );
  }
  float(value: number): string {
    return this.floats([value], []);
  }
  ints(values: readonly number[]): string {
    return this.#constant(`i64:${values.join()}`, (name) =>
      create(TensorProtoSchema, {
        name,
        dataType: DataType.INT64,
        dims: [BigInt(values.length)],
        rawData: bytesOf(BigInt64Array.from(values, BigInt)),
      }),
    );
  }

  /** The operand of a Reshape: at most one size may be open. Else the sizes are computed. */
  reshapeTo(dims: readonly ExportDim[]): string {
    const open = dims.filter(isBatch).length;
    if (open > 1) return this.sizes(dims);
    return this.ints(dims.map((dim) => (isBatch(dim) ? -1 : dim)));
  }

  /** Sizes as they are, for operators that take no -1. */
  sizes(dims: readonly ExportDim[]): string {
    if (!dims.some(isBatch)) return this.ints(dims as readonly number[]);
    const parts = dims.map((dim) => {
      if (!isBatch(dim)) return this.ints([dim]);
      const batch = this.#batchSize();
      return dim.batch === 1 ? batch : this.op('Mul', [batch, this.ints([dim.batch])]);
    });
    return parts.length === 1 ? (parts[0] ?? '') : this.op('Concat', parts, { axis: 0 });
  }

  #batchSize(): string {
    const from = this.#batchFrom;
    if (from === null) {
      throw inputError('export.no-input', 'What comes out depends on no input.', {
        explanation: 'Only with a fixed batch size is it known how many answers there are.',
      });
    }
    this.#batch ??= this.within('', null, () => {
      const shape = this.op('Shape', [from], {}, this.unique('batch_shape'));
      return this.op(
        'Slice',
        [shape, this.ints([0]), this.ints([1])],
        {},
        this.unique('batch_size'),
      );
    });
    return this.#batch;
  }

  /** A number keeps those without a name of their own apart. */
  #nodeName(type: string, out: string | undefined): string {
    const own = out === undefined ? null : (this.#title ?? out);
    const scope = this.#scope === '' ? 'graph' : this.#scope;
    const isFree = own !== null && !this.#nodeNames.has(own);
    const name = isFree ? own : `${scope}/${type}_${this.nodes.length}`;
    this.#nodeNames.add(name);
    return name;
  }

  #constant(key: string, make: (name: string) => TensorProto): string {
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const name = this.unique(`constant_${this.#constants.size}`);
    this.initializers.push(make(name));
    this.#constants.set(key, name);
    return name;
  }
}

/** An input, an output or a value in between, with its type; another one where its precision was changed. */
export function valueInfo(
  {
    name,
    dtype,
    dims,
  }: {
    readonly name: string;
    readonly dtype: PortType;
    readonly dims: readonly ExportDim[];
  },
  elemType: DataType = PORT_TYPES[dtype],
): ValueInfoProto {
  const dim = dims.map((size) => ({
    value: isBatch(size)
      ? {
          case: 'dimParam' as const,
          value: size.batch === 1 ? BATCH_NAME : `${size.batch}*${BATCH_NAME}`,
        }
      : { case: 'dimValue' as const, value: BigInt(size) },
  }));
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType, shape: { dim } } } },
  });
}

/** Little-endian, as ONNX wants it and as every machine is that this runs on. */
function bytesOf(data: ArrayBufferView): Uint8Array<ArrayBuffer> {
  return new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
}

function floatTensor(name: string, dims: ConcreteShape, data: Float32Array): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: DataType.FLOAT,
    dims: dims.map(BigInt),
    rawData: bytesOf(data),
  });
}

/** A whole number is an INT: what is a float in ONNX says so. */
export function attribute(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, {
      ...{ name, type: Kind.STRING },
      s: new TextEncoder().encode(value),
    });
  }
  if (typeof value === 'number') {
    return create(AttributeProtoSchema, { name, type: Kind.INT, i: BigInt(value) });
  }
  if ('float' in value) {
    return create(AttributeProtoSchema, { name, type: Kind.FLOAT, f: value.float });
  }
  if (isWords(value)) {
    const strings = value.map((each) => new TextEncoder().encode(each));
    return create(AttributeProtoSchema, { name, type: Kind.STRINGS, strings });
  }
  return create(AttributeProtoSchema, { name, type: Kind.INTS, ints: value.map(BigInt) });
}

const isWords = (value: readonly number[] | readonly string[]): value is readonly string[] =>
  typeof value[0] === 'string';

/**
 * A written graph with its products in eight bits, as pairs of QuantizeLinear and DequantizeLinear: weights by their
 * output channel and symmetric, what comes in by its range on samples. A runtime that knows such pairs computes with
 * integers between them; others read them as they are written. What is no product stays float32.
 * Reference: https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html
 */
import { create } from '@bufbuild/protobuf';
import { own } from '#engine/ir/record.ts';
import { attribute, type Attribute } from '../emitter.ts';
import {
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
} from '../schema/onnx_pb.js';
import type { WrittenGraph } from '../writeGraph.ts';
import { floatsOf, type GraphParts } from './parts.ts';
import type { ValueRange } from './ranges.ts';
import { valueTypes } from './types.ts';
import { channels, SMALLEST_SCALE, type Weights, weightScales, weightsOf } from './weights.ts';

/** Which axis of the weights of a product counts its outputs; null: one scale for all. */
const PRODUCTS: Readonly<Record<string, (node: NodeProto, rank: number) => number | null>> = {
  Conv: () => 0,
  // Of groups the axis counts the channels of one.
  ConvTranspose: (node) => (intOf(node, 'group', 1) === 1 ? 1 : null),
  Gemm: (node) => (intOf(node, 'transB', 0) === 1 ? 0 : 1),
  MatMul: (_node, rank) => rank - 1,
};
/** They answer numbers that they were given: so do their eight bits. */
const PASSING: ReadonlySet<string> = new Set(['MaxPool', 'Reshape', 'Transpose', 'Identity']);

const intOf = ({ attribute: all }: NodeProto, name: string, usual: number): number => {
  const found = all.find((each) => each.name === name);
  return found ? Number(found.i) : usual;
};

/** Values that come as eight bits, by the one whose range they have. */
export type QuantisedValues = ReadonlyMap<string, string>;

export function quantisedValues(written: WrittenGraph): QuantisedValues {
  const { emitter } = written;
  const types = valueTypes(written);
  const weights = weightsOf(written);
  const madeBy = new Map(emitter.nodes.flatMap((node) => node.output.map((out) => [out, node])));
  const isNumber = (name: string): boolean =>
    types.get(name) === DataType.FLOAT && !weights.has(name);
  const roots = new Map<string, string>();
  /** Back to where its numbers come from. */
  const rootOf = (name: string): string => {
    const known = roots.get(name);
    if (known !== undefined) return known;
    const node = madeBy.get(name);
    const [from = ''] = node?.input ?? [];
    const root = node && PASSING.has(node.opType) && isNumber(from) ? rootOf(from) : name;
    roots.set(name, root);
    return root;
  };
  for (const node of emitter.nodes) {
    const [x = '', w = ''] = node.input;
    if (own(PRODUCTS, node.opType) && weights.has(w) && isNumber(x)) rootOf(x);
  }
  return roots;
}

/** How numbers of the network become eight bits; whoever reads them first decides. */
interface QuantisedWeights {
  readonly name: string;
  readonly axis: number | null;
  readonly scales: Float32Array;
}

/** `ranges`: of each value that others have theirs from. */
export function inEightBits(
  written: WrittenGraph,
  ranges: ReadonlyMap<string, ValueRange>,
): GraphParts & { readonly products: number } {
  return new Quantising(written, ranges).parts();
}

interface Quantised {
  readonly scale: number;
  readonly zeroPoint: number;
  /** Names of both in the file. */
  readonly names: readonly [scale: string, zeroPoint: string];
}

class Quantising {
  readonly #written: WrittenGraph;
  readonly #ranges: ReadonlyMap<string, ValueRange>;
  readonly #roots: QuantisedValues;
  readonly #weights: ReadonlyMap<string, Weights>;
  readonly #nodes: NodeProto[] = [];
  readonly #initializers: TensorProto[] = [];
  /** Weights and biases that are read as they were. */
  readonly #kept = new Set<string>();
  readonly #scales = new Map<string, Quantised>();
  readonly #quantised = new Map<string, QuantisedWeights>();
  /** Which axis of numbers that are read with swapped axes counts outputs. */
  readonly #swapped = new Map<string, number | null>();
  /** The dequantised value of each. */
  readonly #dequantised = new Map<string, string>();
  #products = 0;

  constructor(written: WrittenGraph, ranges: ReadonlyMap<string, ValueRange>) {
    this.#written = written;
    this.#ranges = ranges;
    this.#roots = quantisedValues(written);
    this.#weights = weightsOf(written);
    for (const node of written.emitter.nodes) {
      const { tensor, axes } = this.#weights.get(node.input[1] ?? '') ?? {};
      const axisOf = own(PRODUCTS, node.opType);
      if (!tensor || !axes || !axisOf || !this.#scaleOf(node.input[0] ?? '')) continue;
      const axis = axisOf(node, axes.length);
      this.#swapped.set(tensor.name, axis === null ? null : (axes[axis] ?? null));
    }
  }

  parts() {
    const { emitter, inputs } = this.#written;
    for (const { name } of inputs) this.#roundTrip(name);
    for (const node of emitter.nodes) {
      this.#nodes.push(create(NodeProtoSchema, { ...node, input: this.#inputs(node) }));
      for (const name of node.output) this.#roundTrip(name);
    }
    for (const each of emitter.initializers) {
      if (!this.#weights.has(each.name) || this.#kept.has(each.name)) this.#initializers.push(each);
    }
    return {
      nodes: this.#nodes,
      initializers: this.#initializers,
      types: new Map<string, never>(),
      products: this.#products,
    };
  }

  #inputs(node: NodeProto): string[] {
    const product = this.#product(node);
    if (product) return product;
    return node.input.map((name) => {
      const { tensor, axes } = this.#weights.get(name) ?? {};
      if (!tensor || axes) return this.#dequantised.get(name) ?? name;
      const axis = node.opType === 'Transpose' ? this.#swapped.get(name) : undefined;
      if (axis !== undefined) return this.#eightBits(tensor, axis, null).name;
      this.#kept.add(name);
      return name;
    });
  }

  /** What a product of eight bits reads; null where it is none. */
  #product(node: NodeProto): string[] | null {
    const [x = '', w = '', b] = node.input;
    const weights = this.#weights.get(w);
    const from = this.#scaleOf(x);
    const axisOf = own(PRODUCTS, node.opType);
    if (!weights || !axisOf || !from) return null;
    this.#products += 1;
    const given = this.#dequantised.get(x) ?? x;
    const bias = this.#weights.get(b ?? '')?.tensor ?? null;
    const plainBias = (): readonly string[] => {
      if (bias) this.#kept.add(bias.name);
      return b === undefined ? [] : [bias ? b : (this.#dequantised.get(b) ?? b)];
    };
    // They are eight bits already, before their axes were swapped.
    if (weights.axes) return [given, w, ...plainBias()];
    const axis = axisOf(node, weights.tensor.dims.length);
    // Of Gemm alone a bias may be spread otherwise than along the outputs.
    const isPlain = bias !== null && bias.dims.length === 1 && bias.dims[0] !== 1n;
    const read = this.#eightBits(weights.tensor, axis, isPlain ? { bias, from } : null);
    const fits = isPlain && read.axis === axis;
    return [given, read.name, ...(fits ? [this.#biasOf(bias, w, from, read.scales)] : plainBias())];
  }

  /** `x -> QuantizeLinear -> DequantizeLinear`, which everyone reads in its place. */
  #roundTrip(name: string): void {
    const quantised = this.#scaleOf(name);
    if (!quantised) return;
    const whole = this.#node('QuantizeLinear', [name, ...quantised.names], `${name}_int8`);
    const back = this.#node('DequantizeLinear', [whole, ...quantised.names], `${name}_dequantised`);
    this.#dequantised.set(name, back);
  }

  /** Null: it stays float32. */
  #scaleOf(name: string): Quantised | null {
    const root = this.#roots.get(name);
    const range = root === undefined ? undefined : this.#ranges.get(root);
    if (root === undefined || !range) return null;
    const known = this.#scales.get(root);
    if (known) return known;
    // Of a value that is always zero any scale is right.
    const scale = Math.fround(Math.max((range.high - range.low) / 255, SMALLEST_SCALE));
    const zeroPoint = Math.max(-128, Math.min(127, Math.round(-128 - range.low / scale)));
    const names = [
      this.#add(`${root}_scale`, DataType.FLOAT, [], Float32Array.of(scale)),
      this.#add(`${root}_zero_point`, DataType.INT8, [], Int8Array.of(zeroPoint)),
    ] as const;
    const quantised = { scale, zeroPoint, names };
    this.#scales.set(root, quantised);
    return quantised;
  }

  /** Written once, however many read them. */
  #eightBits(
    tensor: TensorProto,
    axis: number | null,
    bias: { readonly bias: TensorProto; readonly from: Quantised } | null,
  ): QuantisedWeights {
    const { name, dims } = tensor;
    const known = this.#quantised.get(name);
    if (known) return known;
    const scales = weightScales(tensor, axis, bias);
    const channelOf = channels(tensor, axis);
    const whole = Int8Array.from(floatsOf(tensor), (value, i) =>
      Math.max(-127, Math.min(127, Math.round(value / (scales[channelOf(i)] ?? 1)))),
    );
    const along = axis === null ? [] : [BigInt(scales.length)];
    const back = this.#node(
      'DequantizeLinear',
      [
        this.#add(`${name}_int8`, DataType.INT8, dims, whole),
        this.#add(`${name}_scale`, DataType.FLOAT, along, scales),
        this.#add(`${name}_zero_point`, DataType.INT8, along, new Int8Array(scales.length)),
      ],
      `${name}_dequantised`,
      axis === null ? {} : { axis },
    );
    const quantised = { name: back, axis, scales };
    this.#quantised.set(name, quantised);
    return quantised;
  }

  /** 32 bits in steps of both factors, so that it is added to their product as it is. */
  #biasOf(bias: TensorProto, weights: string, from: Quantised, scales: Float32Array): string {
    const steps = scales.map((scale) => scale * from.scale);
    const step = (i: number): number => steps[steps.length === 1 ? 0 : i] ?? 1;
    const whole = Int32Array.from(floatsOf(bias), (value, i) =>
      Math.max(-MOST_OF_BIAS, Math.min(MOST_OF_BIAS, Math.round(value / step(i)))),
    );
    const along = scales.length === 1 ? [] : [BigInt(scales.length)];
    const name = `${bias.name}_of_${weights}`;
    return this.#node(
      'DequantizeLinear',
      [
        this.#add(`${name}_int32`, DataType.INT32, bias.dims, whole),
        this.#add(`${name}_scale`, DataType.FLOAT, along, steps),
      ],
      `${bias.name}_dequantised`,
      scales.length === 1 ? {} : { axis: 0 },
    );
  }

  #node(
    opType: string,
    input: readonly string[],
    out: string,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    const output = this.#written.emitter.unique(out);
    this.#nodes.push(
      create(NodeProtoSchema, {
        ...{ opType, name: `${output}/${opType}`, input: [...input], output: [output] },
        attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      }),
    );
    return output;
  }

  #add(
    wanted: string,
    dataType: DataType,
    dims: readonly bigint[],
    data: Float32Array | Int8Array | Int32Array,
  ): string {
    const name = this.#written.emitter.unique(wanted);
    const rawData = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
    this.#initializers.push(
      create(TensorProtoSchema, { name, dataType, dims: [...dims], rawData }),
    );
    return name;
  }
}

const MOST_OF_BIAS = 2 ** 31 - 1;

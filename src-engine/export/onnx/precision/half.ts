/**
 * A written graph with its numbers as float16: half the file, and what graphics cards compute fastest. What it takes
 * and answers stays float32, and so does scaling, whose numbers may be larger than float16 has.
 */
import { create } from '@bufbuild/protobuf';
import { attribute } from '../emitter.ts';
import {
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
} from '../schema/onnx_pb.js';
import type { WrittenGraph } from '../writeGraph.ts';
import { floatsOf, type GraphParts } from './parts.ts';
import { valueTypes } from './types.ts';

/** The largest number that float16 has. */
export const LARGEST_HALF = 65_504;

/** `staysFloat`: what a node computes with float32, as it was. */
export function inHalf(
  written: WrittenGraph,
  staysFloat: (node: NodeProto) => boolean,
): GraphParts & { readonly clipped: number } {
  return new Halving(written, staysFloat).parts();
}

class Halving {
  readonly #written: WrittenGraph;
  readonly #staysFloat: (node: NodeProto) => boolean;
  readonly #types;
  readonly #nodes: NodeProto[] = [];
  readonly #initializers: TensorProto[] = [];
  readonly #outputs: ReadonlySet<string>;
  readonly #weights: ReadonlyMap<string, TensorProto>;
  /** The float16 value of each float32 one. */
  readonly #halves = new Map<string, string>();
  readonly #floats = new Set<string>();
  #clipped = 0;

  constructor(written: WrittenGraph, staysFloat: (node: NodeProto) => boolean) {
    this.#written = written;
    this.#staysFloat = staysFloat;
    this.#types = valueTypes(written);
    this.#outputs = new Set(written.outputs.map(({ name }) => name));
    this.#weights = new Map(written.emitter.initializers.map((each) => [each.name, each]));
  }

  parts() {
    const { emitter, inputs } = this.#written;
    for (const { name } of inputs) this.#floats.add(name);
    // Known before: what both read, a constant, is there twice.
    for (const node of emitter.nodes) {
      if (this.#staysFloat(node)) for (const name of node.input) this.#floats.add(name);
    }
    for (const node of emitter.nodes) this.#write(node);
    for (const each of emitter.initializers) {
      if (!this.#isFloat(each.name) || this.#floats.has(each.name)) this.#initializers.push(each);
    }
    const types = new Map([...this.#halves.values()].map((name) => [name, DataType.FLOAT16]));
    return {
      nodes: this.#nodes,
      initializers: this.#initializers,
      types,
      clipped: this.#clipped,
    };
  }

  /** By whoever runs the file, or by what stays float32. */
  #isReadWhole(name: string): boolean {
    return this.#outputs.has(name) || this.#floats.has(name);
  }

  #isFloat(name: string): boolean {
    return this.#types.get(name) === DataType.FLOAT;
  }

  #write(node: NodeProto): void {
    const answersFloat = node.output.some((name) => this.#isFloat(name));
    const takesFloat = node.input.some((name) => this.#isFloat(name));
    if (this.#staysFloat(node) || (!answersFloat && !takesFloat)) {
      for (const name of node.output) if (this.#isFloat(name)) this.#floats.add(name);
      this.#nodes.push(node);
      return;
    }
    const isMade = node.opType === 'ConstantOfShape';
    const output = node.output.map((name) => {
      if (!this.#isFloat(name)) return name;
      if (isMade) {
        this.#floats.add(name);
        return name;
      }
      const half = this.#isReadWhole(name) ? this.#free(`${name}_f16`) : name;
      this.#halves.set(name, half);
      return half;
    });
    this.#nodes.push(
      create(NodeProtoSchema, {
        ...{ name: node.name, opType: node.opType, output },
        input: node.input.map((name) => (this.#isFloat(name) ? this.#halfOf(name) : name)),
        attribute:
          node.opType === 'Cast' && answersFloat
            ? [attribute('to', DataType.FLOAT16)]
            : node.attribute,
      }),
    );
    for (const name of node.output) {
      const half = this.#halves.get(name);
      if (this.#isReadWhole(name) && half !== undefined) this.#cast(half, name, DataType.FLOAT);
    }
  }

  /** Cast where it is float32: an input, what scales one. */
  #halfOf(name: string): string {
    const known = this.#halves.get(name);
    if (known !== undefined) return known;
    const weights = this.#weights.get(name);
    const half = this.#floats.has(name) ? this.#free(`${name}_f16`) : name;
    this.#halves.set(name, half);
    if (weights) this.#initializers.push(this.#halved(weights, half));
    else this.#cast(name, half, DataType.FLOAT16);
    return half;
  }

  #cast(from: string, to: string, type: DataType): void {
    this.#nodes.push(
      create(NodeProtoSchema, {
        ...{ opType: 'Cast', name: `${to}/Cast` },
        ...{ input: [from], output: [to], attribute: [attribute('to', type)] },
      }),
    );
  }

  #halved(weights: TensorProto, name: string): TensorProto {
    const numbers = floatsOf(weights);
    const bits = new Uint16Array(numbers.length);
    numbers.forEach((value, i) => {
      if (Math.abs(value) > LARGEST_HALF) this.#clipped += 1;
      bits[i] = halfBits(value);
    });
    return create(TensorProtoSchema, {
      ...{ name, dims: weights.dims, dataType: DataType.FLOAT16 },
      rawData: new Uint8Array(bits.buffer),
    });
  }

  #free(name: string): string {
    return this.#written.emitter.unique(name);
  }
}

const scratch = new DataView(new ArrayBuffer(4));

/** IEEE 754 binary16 of a number, to the nearest and to even; what is too large is the largest there is. */
export function halfBits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = Math.min(Math.abs(value), LARGEST_HALF);
  // Below the smallest normal number steps are all the same: 2^-24.
  if (magnitude < 2 ** -14) return sign | toEven(magnitude * 2 ** 24);
  const exponent = Math.floor(Math.log2(magnitude));
  const exact = magnitude < 2 ** exponent ? exponent - 1 : exponent;
  // A mantissa that is rounded up to the next power carries into the exponent.
  return sign | (((exact + 14) << 10) + toEven((magnitude / 2 ** exact) * 1024));
}

function toEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

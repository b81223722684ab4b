/**
 * A tensor as the reference kernels see it: f32 held in float64, every access checked. Dense, row-major.
 */
import { type ConcreteType, elementCount, formatShape } from '#engine/ir/tensor.ts';
import type { OpInputs } from '#engine/ops/arity.ts';
import type { Op, OpParams } from '#engine/ops/ops.ts';

export type Numbers = Float64Array | Int32Array | Uint8Array;

export class Tensor {
  readonly type: ConcreteType;
  readonly data: Numbers;

  constructor(type: ConcreteType, data: Numbers) {
    if (data.length !== elementCount(type.shape)) {
      throw new RangeError(`${data.length} numbers cannot fill ${formatShape(type.shape)}`);
    }
    this.type = type;
    this.data = data;
  }

  static zeros(type: ConcreteType): Tensor {
    return new Tensor(type, allocate(type.dtype, elementCount(type.shape)));
  }

  static from(type: ConcreteType, values: ArrayLike<number>): Tensor {
    const tensor = Tensor.zeros(type);
    tensor.data.set(values);
    return tensor;
  }

  get shape(): readonly number[] {
    return this.type.shape;
  }

  get size(): number {
    return this.data.length;
  }

  dim(axis: number): number {
    const dim = this.type.shape[axis];
    if (dim === undefined) throw new RangeError(`${formatShape(this.shape)} has no axis ${axis}`);
    return dim;
  }

  at(index: number): number {
    const value = this.data[index];
    if (value === undefined) throw new RangeError(`index ${index} outside ${this.size} elements`);
    return value;
  }

  set(index: number, value: number): void {
    if (index >= this.size) throw new RangeError(`index ${index} outside ${this.size} elements`);
    this.data[index] = value;
  }

  add(index: number, value: number): void {
    this.set(index, this.at(index) + value);
  }
}

export function allocate(dtype: ConcreteType['dtype'], length: number): Numbers {
  switch (dtype) {
    case 'f32':
      return new Float64Array(length);
    case 'i32':
      return new Int32Array(length);
    case 'u8':
      return new Uint8Array(length);
    default:
      return dtype satisfies never;
  }
}

/** Computes one op into `output`, whose former content does not matter. */
export type Kernel<O extends Op> = (
  inputs: OpInputs<O, Tensor>,
  output: Tensor,
  params: OpParams[O],
) => void;

export type Kernels<O extends Op = Op> = { readonly [K in O]: Kernel<K> };

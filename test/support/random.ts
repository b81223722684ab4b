/** Inputs for tests: seeded, exact in f32, so that every backend gets the same numbers. */
import {
  type ConcreteShape,
  type ConcreteType,
  elementCount,
  tensorType,
} from '#engine/ir/index.ts';
import { RandomStream } from '#engine/ops/index.ts';

/** A tensor written out. */
export interface TestTensor {
  readonly type: ConcreteType;
  readonly values: readonly number[];
}

const filled = (type: ConcreteType, next: () => number): TestTensor => ({
  type,
  values: Array.from({ length: elementCount(type.shape) }, next),
});

/** f32, uniform in [low, high). */
export function uniformTensor(
  shape: ConcreteShape,
  { seed = 1, low = -2, high = 2 }: { seed?: number; low?: number; high?: number } = {},
): TestTensor {
  const random = new RandomStream(seed, 'data');
  return filled(tensorType(shape), () => Math.fround(low + (high - low) * random.uniform()));
}

/** i32, uniform in 0 .. classes - 1. */
export function labelTensor(shape: ConcreteShape, classes: number, seed = 1): TestTensor {
  const random = new RandomStream(seed, 'data');
  return filled({ ...tensorType(shape, 'i32'), classes }, () => random.integer(classes));
}

/** u8, uniform in 0 .. 255. */
export function byteTensor(shape: ConcreteShape, seed = 1): TestTensor {
  const random = new RandomStream(seed, 'data');
  return filled(tensorType(shape, 'u8'), () => random.integer(256));
}

/** Values written out, f32 unless said otherwise. */
export function tensor(
  shape: ConcreteShape,
  values: readonly number[],
  dtype: ConcreteType['dtype'] = 'f32',
): TestTensor {
  if (values.length !== elementCount(shape)) {
    throw new Error(`${values.length} values for ${shape.join('×')}`);
  }
  return { type: tensorType(shape, dtype), values };
}

/**
 * Tensor types: element type and shape. Not tensors: no data lives here.
 * The one symbolic dimension is the batch, `'N'`; it is bound to a number when a graph is compiled.
 */

/** `f32` numbers, `i32` class labels and indices, `u8` stored images (never computed with directly). */
export type DType = 'f32' | 'i32' | 'u8';

export const BYTES_PER_ELEMENT = { f32: 4, i32: 4, u8: 1 } as const satisfies Record<DType, number>;

/** The named batch dimension. */
export const BATCH = 'N';
export type Dim = number | typeof BATCH;
export type Shape = readonly Dim[];
/** A shape whose batch is bound. `[]` is a scalar. */
export type ConcreteShape = readonly number[];

export interface TensorType<S extends Shape = Shape> {
  readonly dtype: DType;
  readonly shape: S;
  /** For `i32` labels: how many classes they index. Lets a loss compare it with the logits. */
  readonly classes?: number;
}
export type ConcreteType = TensorType<ConcreteShape>;

export function tensorType<S extends Shape>(shape: S, dtype: DType = 'f32'): TensorType<S> {
  return { dtype, shape };
}

/** Number of elements; a scalar has one. */
export function elementCount(shape: ConcreteShape): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

export function sizeBytes(type: ConcreteType): number {
  return elementCount(type.shape) * BYTES_PER_ELEMENT[type.dtype];
}

/** Elements of one sample, that is, of everything but the batch dimension. */
export function perSample(shape: Shape): ConcreteShape {
  return shape.filter((dim): dim is number => dim !== BATCH);
}

export function bindBatch<S extends Shape>(type: TensorType<S>, batch: number): ConcreteType {
  return { ...type, shape: type.shape.map((dim) => (dim === BATCH ? batch : dim)) };
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

/** `N×64×14×14`, as wires show it; a scalar reads `scalar`. */
export function formatShape(shape: Shape): string {
  return shape.length === 0 ? 'scalar' : shape.join('×');
}

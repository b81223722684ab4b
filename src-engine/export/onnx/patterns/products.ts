/** Products with a bias, which ONNX computes in one operator: Gemm, Conv, ConvTranspose. */
import type { OpValue, ValueId } from '#engine/ir/graph.ts';
import type { OnnxEmitter } from '../emitter.ts';
import { convAttributes, convTransposeAttributes, type OnnxValue } from '../rules.ts';
import type { GraphView } from './define.ts';

export interface Product {
  readonly product: OpValue<'matmul'> | OpValue<'conv2d'> | OpValue<'conv2dInputGrad'>;
  /** `[outputs]`; null where there is none. */
  readonly bias: ValueId | null;
  readonly inner: readonly ValueId[];
}

/** A product whose operator takes a bias, or null. */
export function productAt(view: GraphView, id: ValueId): Product['product'] | null {
  const matmul = view.op(id, 'matmul');
  if (matmul) return matmul.type.shape.length === 2 ? matmul : null;
  return view.op(id, 'conv2d') ?? view.op(id, 'conv2dInputGrad');
}

/** `add(product, bias)`, in either order. */
export function biasedProductAt(view: GraphView, id: ValueId): Product | null {
  const sum = view.op(id, 'add');
  const [a, b] = sum?.inputs ?? [];
  if (a === undefined || b === undefined) return null;
  return withBias(view, a, b) ?? withBias(view, b, a);
}

function withBias(view: GraphView, at: ValueId, added: ValueId): Product | null {
  const product = productAt(view, at);
  if (!product || !view.isRead(at, 1)) return null;
  const width = product.type.shape[1];
  if (product.op === 'matmul') {
    const { shape } = view.value(added).value.type;
    const fits = shape.length === 1 && shape[0] === width;
    return fits ? { product, bias: added, inner: [at] } : null;
  }
  // Along the channels: `[K]` as `[1, K, 1, 1]`.
  const spread = view.op(added, 'reshape');
  const [bias] = spread?.inputs ?? [];
  if (!spread || bias === undefined || !view.isRead(added, 1)) return null;
  const { shape } = view.value(bias).value.type;
  const isSpread = spread.type.shape.every((size, axis) => size === (axis === 1 ? width : 1));
  const fits = isSpread && spread.type.shape.length === 4 && shape.length === 1;
  return fits ? { product, bias, inner: [at, added] } : null;
}

/** Writes the operator with these operands in place of the graph's. */
export function emitProduct(
  e: OnnxEmitter,
  product: Product['product'],
  operands: { readonly x: OnnxValue; readonly w: OnnxValue; readonly bias: string | null },
  out: OnnxValue,
): void {
  const { x, w, bias } = operands;
  const inputs = [x.name, w.name, ...(bias === null ? [] : [bias])];
  switch (product.op) {
    case 'matmul': {
      const { transposeA, transposeB } = product.params;
      e.op('Gemm', inputs, { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 }, out.name);
      return;
    }
    case 'conv2d':
      e.op('Conv', inputs, convAttributes(product.params, w), out.name);
      return;
    case 'conv2dInputGrad':
      e.op('ConvTranspose', inputs, convTransposeAttributes(product.params, x, w, out), out.name);
  }
}

/**
 * Batch norm in evaluation mode after a product is that product with other weights: `w' = w g / sqrt(v + eps)`,
 * `b' = (b - m) g / sqrt(v + eps) + beta`, computed in double. Taken where it is asked for, and where nothing
 * else reads these weights.
 */
import type { OpValue, ValueId } from '#engine/ir/graph.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import type { OnnxEmitter } from '../emitter.ts';
import type { OnnxValue } from '../rules.ts';
import type { GraphView, Pattern } from './define.ts';
import { biasedProductAt, emitProduct, productAt, type Product } from './products.ts';
import { type AlongSequence, alongSequenceAt } from './sequences.ts';

export default {
  name: 'foldedBatchNorm',
  order: 1,
  match(view, id, { foldBatchNorm }) {
    const norm = foldBatchNorm ? view.op(id, 'normalize') : null;
    const [at] = norm?.inputs ?? [];
    if (!norm || norm.params.training || at === undefined || !view.isRead(at, 1)) return null;
    const sequence = alongSequenceAt(view, at);
    const found = sequence ? ofSequence(sequence) : ofImage(view, at);
    const folded = found && foldedInto(view, norm, found);
    if (!found || !folded) return null;
    return {
      inner: [at, ...found.inner],
      emit(e, of, out) {
        const { shape } = view.value(found.w).value.type;
        const weight = e.initializer(e.unique(`${out.name}.weight`), shape, folded.weight);
        const bias = e.initializer(e.unique(`${out.name}.bias`), [folded.bias.length], folded.bias);
        found.emit(e, of(found.x), { weight, bias }, out);
      },
    };
  },
} satisfies Pattern;

/** A product whose weights can take the norm. */
interface Foldable {
  readonly product: Product['product'];
  readonly x: ValueId;
  readonly w: ValueId;
  readonly bias: ValueId | null;
  readonly inner: readonly ValueId[];
  emit(
    e: OnnxEmitter,
    x: OnnxValue,
    names: { readonly weight: string; readonly bias: string },
    out: OnnxValue,
  ): void;
}

function ofImage(view: GraphView, at: ValueId): Foldable | null {
  const bare = productAt(view, at);
  const found = bare ? { product: bare, bias: null, inner: [] } : biasedProductAt(view, at);
  const [x, w] = found?.product.inputs ?? [];
  if (!found || x === undefined || w === undefined) return null;
  return {
    ...{ ...found, x, w },
    emit(e, input, { weight, bias }, out) {
      const dims = view.value(w).value.type.shape;
      const folding = { name: weight, dims, dtype: 'f32' } as const;
      emitProduct(e, found.product, { x: input, w: folding, bias }, out);
    },
  };
}

function ofSequence(found: AlongSequence): Foldable | null {
  const { op, x, w, bias, inner } = found;
  if (w === null || (op.op !== 'conv2d' && op.op !== 'conv2dInputGrad')) return null;
  return {
    ...{ product: op, x, w, bias, inner },
    emit: (e, input, names, out) => found.emit(e, input.name, [names.weight, names.bias], out.name),
  };
}

/** Which output a number of the weight is for, by where it stands. */
function outputOf(
  product: Product['product'],
  shape: readonly number[],
): (index: number) => number {
  const along = (axis: number) => {
    const inner = elementCount(shape.slice(axis + 1));
    return (index: number): number => Math.floor(index / inner) % (shape[axis] ?? 1);
  };
  switch (product.op) {
    case 'matmul':
      return along(product.params.transposeB ? 0 : 1);
    case 'conv2d':
      return along(0);
    case 'conv2dInputGrad': {
      const [input, output] = [along(0), along(1)];
      const perGroup = (shape[0] ?? 1) / product.params.groups;
      return (index) => Math.floor(input(index) / perGroup) * (shape[1] ?? 1) + output(index);
    }
  }
}

function foldedInto(view: GraphView, norm: OpValue<'normalize'>, found: Foldable) {
  const { product, w, bias } = found;
  const read = (id: ValueId | undefined): Float32Array | null =>
    id === undefined ? null : view.tensor(id);
  const [mean, variance, scale, shift] = norm.inputs.slice(1).map(read);
  const weight = view.isRead(w, 1) ? view.tensor(w) : null;
  const before = bias === null ? null : view.tensor(bias);
  if (!mean || !variance || !scale || !shift || !weight) return null;
  if (bias !== null && !before) return null;
  const factors = Float64Array.from(
    variance,
    (v, i) => (scale[i] ?? 1) / Math.sqrt(v + norm.params.eps),
  );
  const output = outputOf(product, view.value(w).value.type.shape);
  return {
    weight: Float32Array.from(weight, (value, i) => value * (factors[output(i)] ?? 1)),
    bias: Float32Array.from(
      factors,
      (factor, i) => ((before?.[i] ?? 0) - (mean[i] ?? 0)) * factor + (shift[i] ?? 0),
    ),
  };
}

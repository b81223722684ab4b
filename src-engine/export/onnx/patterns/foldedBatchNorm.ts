/**
 * Batch norm in evaluation mode after a product is that product with other weights: `w' = w g / sqrt(v + eps)`,
 * `b' = (b - m) g / sqrt(v + eps) + beta`, computed in double. Taken where it is asked for, and where nothing
 * else reads these weights.
 */
import type { OpValue, ValueId } from '#engine/ir/graph.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import type { GraphView, Pattern } from './define.ts';
import { biasedProductAt, emitProduct, productAt, type Product } from './products.ts';

export default {
  name: 'foldedBatchNorm',
  order: 1,
  match(view, id, { foldBatchNorm }) {
    const norm = foldBatchNorm ? view.op(id, 'normalize') : null;
    const [at] = norm?.inputs ?? [];
    if (!norm || norm.params.training || at === undefined || !view.isRead(at, 1)) return null;
    const bare = productAt(view, at);
    const found: Product | null = bare
      ? { product: bare, bias: null, inner: [] }
      : biasedProductAt(view, at);
    const folded = found && foldedInto(view, norm, found);
    if (!found || !folded) return null;
    const { product, inner } = found;
    const [x = -1, w = -1] = product.inputs;
    return {
      inner: [at, ...inner],
      emit(e, of, out) {
        const { shape } = view.value(w).value.type;
        const weight = e.initializer(e.unique(`${out.name}.weight`), shape, folded.weight);
        const bias = e.initializer(e.unique(`${out.name}.bias`), [folded.bias.length], folded.bias);
        const folding = { name: weight, dims: shape, dtype: 'f32' } as const;
        emitProduct(e, product, { x: of(x), w: folding, bias }, out);
      },
    };
  },
} satisfies Pattern;

/** Which axis of the weight counts the outputs; null where the groups of a transposed one mix them. */
function outputAxis(product: Product['product']): 0 | 1 | null {
  switch (product.op) {
    case 'matmul':
      return product.params.transposeB ? 0 : 1;
    case 'conv2d':
      return 0;
    case 'conv2dInputGrad':
      return product.params.groups === 1 ? 1 : null;
  }
}

function foldedInto(view: GraphView, norm: OpValue<'normalize'>, { product, bias }: Product) {
  const read = (id: ValueId | undefined): Float32Array | null =>
    id === undefined ? null : view.tensor(id);
  const [mean, variance, scale, shift] = norm.inputs.slice(1).map(read);
  const [, w] = product.inputs;
  const weight = w !== undefined && view.isRead(w, 1) ? view.tensor(w) : null;
  const axis = outputAxis(product);
  const before = bias === null ? null : view.tensor(bias);
  if (!mean || !variance || !scale || !shift || !weight || w === undefined || axis === null) {
    return null;
  }
  if (bias !== null && !before) return null;
  const factors = Float64Array.from(
    variance,
    (v, i) => (scale[i] ?? 1) / Math.sqrt(v + norm.params.eps),
  );
  const { shape } = view.value(w).value.type;
  const outputs = shape[axis] ?? 1;
  const inner = elementCount(shape.slice(axis + 1));
  return {
    weight: Float32Array.from(
      weight,
      (value, i) => value * (factors[Math.floor(i / inner) % outputs] ?? 1),
    ),
    bias: Float32Array.from(
      factors,
      (factor, i) => ((before?.[i] ?? 0) - (mean[i] ?? 0)) * factor + (shift[i] ?? 0),
    ),
  };
}

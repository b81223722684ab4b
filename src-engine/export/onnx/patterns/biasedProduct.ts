/** A product and the bias added to it are one operator: Gemm, Conv, ConvTranspose. */
import type { Pattern } from './define.ts';
import { biasedProductAt, emitProduct } from './products.ts';

export default {
  name: 'biasedProduct',
  order: 2,
  match(view, id) {
    const found = biasedProductAt(view, id);
    if (!found) return null;
    const { product, bias, inner } = found;
    const [x = -1, w = -1] = product.inputs;
    return {
      inner,
      emit(e, of, out) {
        const biasName = bias === null ? null : of(bias).name;
        emitProduct(e, product, { x: of(x), w: of(w), bias: biasName }, out);
      },
    };
  },
} satisfies Pattern;

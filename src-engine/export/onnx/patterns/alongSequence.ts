/**
 * A convolution or a pool of images of height 1, made of a sequence and made one again, is the operator of one
 * dimension: Conv of `[N, C, L]` with a kernel of one size, as PyTorch exports its layers of sequences.
 */
import type { Pattern } from './define.ts';
import { alongSequenceAt } from './sequences.ts';

export default {
  name: 'alongSequence',
  order: 0,
  match(view, id) {
    const found = alongSequenceAt(view, id);
    if (!found) return null;
    const { x, w, bias, inner } = found;
    return {
      inner,
      emit(e, of, out) {
        const weights = [w, bias].flatMap((each) => (each === null ? [] : [of(each).name]));
        found.emit(e, of(x).name, weights, out.name);
      },
    };
  },
} satisfies Pattern;

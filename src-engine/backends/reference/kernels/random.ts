/** Random ops: the mapping of ops/philox.ts, element by element. */
import {
  RANDOM_DOMAIN,
  type Words,
  below,
  dropThreshold,
  normalPair,
  philox4x32,
  uniform,
} from '#engine/ops/philox.ts';
import type { Kernels, Tensor } from '../tensor.ts';

/** The words of one block, for the seed and step in the feed. */
function words(rng: Tensor, stream: number, block: number): Words {
  return philox4x32([block, rng.at(2), stream, RANDOM_DOMAIN.ops], [rng.at(0), rng.at(1)]);
}

/** The word that belongs to an element of `randomUniform` and `dropoutMask`. */
function wordOf(rng: Tensor, stream: number, element: number): number {
  return words(rng, stream, element >>> 2)[(element & 3) as 0 | 1 | 2 | 3];
}

export const randomKernels: Kernels<
  'randomUniform' | 'randomNormal' | 'dropoutMask' | 'randomBoxMask'
> = {
  randomUniform([rng], y, { stream }) {
    for (let i = 0; i < y.size; i++) y.set(i, uniform(wordOf(rng, stream, i)));
  },
  randomNormal([rng], y, { stream }) {
    for (let i = 0; i < y.size; i++) {
      const [a, b, c, d] = words(rng, stream, i >>> 2);
      const pair = (i & 2) === 0 ? normalPair(a, b) : normalPair(c, d);
      y.set(i, Math.fround(pair[(i & 1) as 0 | 1]));
    }
  },
  dropoutMask([rng], y, { stream, p }) {
    const [threshold, kept] = [dropThreshold(p), Math.fround(1 / (1 - p))];
    for (let i = 0; i < y.size; i++) {
      y.set(i, wordOf(rng, stream, i) >>> 8 < threshold ? 0 : kept);
    }
  },
  randomBoxMask([rng], y, { stream, height, width }) {
    const [samples, , rows, columns] = [y.dim(0), y.dim(1), y.dim(2), y.dim(3)];
    y.data.fill(1);
    for (let n = 0; n < samples; n++) {
      const [a, b] = words(rng, stream, n);
      const [top, left] = [below(a, rows - height + 1), below(b, columns - width + 1)];
      for (let i = top; i < top + height; i++) {
        for (let j = left; j < left + width; j++) y.set((n * rows + i) * columns + j, 0);
      }
    }
  },
};

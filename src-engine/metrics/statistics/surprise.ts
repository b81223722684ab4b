/** Minus the logarithm of the probability of what is right, summed: without weights or smoothing, which a loss may have. */
import type { Statistic } from '../define.ts';

export interface Surprise {
  sum: number;
  count: number;
}

/** The smallest number of float32: what was less is written as 0. */
const LEAST = 2 ** -149;

export const surprise: Statistic<Surprise> = {
  id: 'surprise',
  outputs: (_g, { probabilities, labels }) => ({
    ...(probabilities && { probabilities }),
    ...(labels && { labels }),
  }),
  start: () => ({ sum: 0, count: 0 }),
  add(state, { probabilities, labels }, samples) {
    if (!probabilities || !labels) return;
    const columns = probabilities.length / samples;
    for (let i = 0; i < samples; i++) {
      const right = probabilities[i * columns + (labels[i] ?? 0)] ?? NaN;
      state.sum -= Math.log(Math.max(right, LEAST));
    }
    state.count += samples;
  },
};

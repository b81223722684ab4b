/** The loss, weighted by how much each batch has that counts: samples, or labels by their weights. */
import type { Statistic } from '../define.ts';

export interface LossSum {
  sum: number;
  samples: number;
}

export const lossSum: Statistic<LossSum> = {
  id: 'lossSum',
  outputs: (_g, { loss, lossWeight }) => ({ loss, ...(lossWeight && { lossWeight }) }),
  start: () => ({ sum: 0, samples: 0 }),
  add(state, { loss, lossWeight }, samples) {
    const weight = lossWeight?.[0] ?? samples;
    state.sum += (loss?.[0] ?? NaN) * weight;
    state.samples += weight;
  },
};

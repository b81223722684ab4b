/** The loss, weighted by how many samples each batch has. */
import type { Statistic } from '../define.ts';

export interface LossSum {
  sum: number;
  samples: number;
}

export const lossSum: Statistic<LossSum> = {
  id: 'lossSum',
  outputs: (_g, { loss }) => ({ loss }),
  start: () => ({ sum: 0, samples: 0 }),
  add(state, { loss }, samples) {
    state.sum += (loss?.[0] ?? NaN) * samples;
    state.samples += samples;
  },
};

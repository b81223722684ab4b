/** How often the right class was among the most likely: counted by the rank of its score. */
import type { Statistic } from '../define.ts';
import { scores } from './scores.ts';

export interface Ranks {
  /** Samples by how many classes scored higher than the right one. */
  readonly counts: Float64Array;
  samples: number;
}

export const ranks: Statistic<Ranks> = {
  id: 'ranks',
  outputs: (g, batch, head) => scores.outputs(g, batch, head),
  start: ({ classes }) => ({ counts: new Float64Array(classes), samples: 0 }),
  add(state, { probabilities, labels }, samples) {
    if (!probabilities || !labels) return;
    const columns = probabilities.length / samples;
    for (let i = 0; i < samples; i++) {
      const right = probabilities[i * columns + (labels[i] ?? 0)] ?? 0;
      let above = 0;
      for (let column = 0; column < columns; column++) {
        if ((probabilities[i * columns + column] ?? 0) > right) above += 1;
      }
      state.counts[above] = (state.counts[above] ?? 0) + 1;
    }
    state.samples += samples;
  },
};

/** What a head answers, summed over samples: not measured against a target, which is the same for all of them. */
import { meanAll } from '#engine/ops/nn.ts';
import type { Statistic } from '../define.ts';

export interface AnswerSum {
  sum: number;
  samples: number;
}

export const answerSum: Statistic<AnswerSum> = {
  id: 'answerSum',
  outputs: (g, { prediction }) => ({ answer: meanAll(g, prediction) }),
  start: () => ({ sum: 0, samples: 0 }),
  add(state, { answer }, samples) {
    state.sum += (answer?.[0] ?? NaN) * samples;
    state.samples += samples;
  },
};

/** The mean of what is answered where all samples have one target: what a discriminator says of real and of made ones. */
import { defineMetric } from './define.ts';
import { answerSum } from './statistics/answerSum.ts';

export default defineMetric({
  id: 'meanAnswer',
  label: 'Mean answer',
  doc: 'What the network answers on average where every sample has the same target, as a probability where the loss takes raw scores. Of a discriminator: how real it takes the real ones to be, and how real those that are made. Neither high nor low is better; both near one half say that it cannot tell them apart.',
  unit: 'none',
  better: null,
  scale: 'linear',
  order: 15,
  appliesTo: ({ task, answers }) => task === 'none' && answers === true,
  charted: () => true,
  statistic: answerSum,
  finish: ({ sum, samples }) => sum / samples,
});

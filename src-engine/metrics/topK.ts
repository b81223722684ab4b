/** Share of samples whose right class is among the five most likely. */
import { defineMetric } from './define.ts';
import { ranks } from './statistics/ranks.ts';

const K = 5;

export default defineMetric({
  id: 'topK',
  label: `Top-${K} accuracy`,
  doc: `How many of the samples have their right class among the ${K} most likely ones. For many classes, where neighbours are easily confused.`,
  unit: 'share',
  better: 'higher',
  scale: 'linear',
  order: 30,
  // Of few classes nearly all are among them.
  appliesTo: ({ task, classes }) => task === 'classes' && classes >= 2 * K,
  statistic: ranks,
  finish: ({ counts, samples }) =>
    counts.subarray(0, K).reduce((sum, count) => sum + count, 0) / samples,
});

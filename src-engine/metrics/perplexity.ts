/** Perplexity: e to the mean surprise over the right classes. Reference: Jelinek et al., 1977. */
import { defineMetric } from './define.ts';
import { surprise } from './statistics/surprise.ts';

/** Of fewer the accuracy says it better. */
const FEWEST_CLASSES = 20;

export default defineMetric({
  id: 'perplexity',
  label: 'Perplexity',
  doc: 'Between how many tokens the network is as unsure as if it guessed: 1 is certainty, as many as there are is knowing nothing. For texts, and wherever there are many classes.',
  unit: 'none',
  better: 'lower',
  scale: 'logarithmic',
  order: 25,
  appliesTo: ({ task, classes }) => task === 'classes' && classes >= FEWEST_CLASSES,
  statistic: surprise,
  finish: ({ sum, count }) => Math.exp(sum / count),
});

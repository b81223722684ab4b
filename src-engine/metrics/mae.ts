/** Mean absolute error. */
import { defineMetric } from './define.ts';
import { errors, sum } from './statistics/errors.ts';

export default defineMetric({
  id: 'mae',
  label: 'MAE',
  doc: 'The mean distance between prediction and target. A few far misses weigh little.',
  unit: 'prediction',
  better: 'lower',
  scale: 'logarithmic',
  order: 120,
  appliesTo: ({ task }) => task === 'numbers',
  statistic: errors,
  finish: ({ absolute, count }) => sum(absolute) / count,
});

/** Root of the mean squared error. */
import { defineMetric } from './define.ts';
import { errors, sum } from './statistics/errors.ts';

export default defineMetric({
  id: 'rmse',
  label: 'RMSE',
  doc: 'The root of the mean squared distance between prediction and target. Far misses weigh more.',
  unit: 'prediction',
  better: 'lower',
  scale: 'logarithmic',
  order: 100,
  appliesTo: ({ task }) => task === 'numbers',
  charted: (others) => !others.has('psnr') && !others.has('rmseOriginal'),
  statistic: errors,
  finish: ({ squared, count }) => Math.sqrt(sum(squared) / count),
});

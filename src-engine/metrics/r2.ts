/** Coefficient of determination, over all numbers of the target together. */
import { defineMetric } from './define.ts';
import { errors, sum } from './statistics/errors.ts';

export default defineMetric({
  id: 'r2',
  label: 'R²',
  doc: 'The share of the spread of the targets that the prediction explains. 1 is perfect, 0 no better than always saying the mean.',
  unit: 'none',
  better: 'higher',
  scale: 'linear',
  order: 140,
  appliesTo: ({ task }) => task === 'numbers',
  charted: (others) => !others.has('psnr'),
  statistic: errors,
  finish: ({ squared, spread }) => (spread > 0 ? 1 - sum(squared) / spread : NaN),
});

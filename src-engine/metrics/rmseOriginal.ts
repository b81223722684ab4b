/** Root of the mean squared error in the units of the data. */
import { defineMetric } from './define.ts';
import { errors, inOwnUnits } from './statistics/errors.ts';

export default defineMetric({
  id: 'rmseOriginal',
  label: 'RMSE (data)',
  doc: 'The root of the mean squared distance between prediction and target in the units of the data, before it was scaled.',
  unit: 'prediction',
  better: 'lower',
  scale: 'logarithmic',
  order: 110,
  appliesTo: ({ task, targetNormalisation }) => task === 'numbers' && targetNormalisation !== null,
  charted: (others) => !others.has('psnr'),
  statistic: errors,
  finish: ({ squared, count }, head) => Math.sqrt(inOwnUnits(squared, head, 2) / count),
});

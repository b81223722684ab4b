/** Mean absolute error in the units of the data. */
import { defineMetric } from './define.ts';
import { errors, inOwnUnits } from './statistics/errors.ts';

export default defineMetric({
  id: 'maeOriginal',
  label: 'MAE (data)',
  doc: 'The mean distance between prediction and target in the units of the data, before it was scaled.',
  unit: 'prediction',
  better: 'lower',
  scale: 'logarithmic',
  order: 130,
  appliesTo: ({ task, targetNormalisation }) => task === 'numbers' && targetNormalisation !== null,
  statistic: errors,
  finish: ({ absolute, count }, head) => inOwnUnits(absolute, head, 1) / count,
});

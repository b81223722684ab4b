/**
 * Mean absolute percentage error, in the units of the data.
 * Reference: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.mean_absolute_percentage_error.html
 */
import { defineMetric, type MetricHead } from './define.ts';
import { relativeErrors } from './statistics/relativeErrors.ts';

/** Nothing is relative to zero: there a small error counts for more than all others together. */
const mayBeZero = ({ range }: NonNullable<MetricHead['targetField']>): boolean =>
  range !== undefined && range[0] <= 0 && range[1] >= 0;

export default defineMetric({
  id: 'mape',
  label: 'MAPE',
  doc: 'The mean distance between prediction and target as a part of the target, in the units of the data. Only for targets that stay away from zero.',
  unit: 'relative',
  better: 'lower',
  scale: 'logarithmic',
  order: 135,
  appliesTo: ({ task, targetField }) =>
    task === 'numbers' &&
    targetField !== null &&
    targetField.role !== 'label' &&
    targetField.shape.length < 3 &&
    !mayBeZero(targetField),
  statistic: relativeErrors,
  finish: ({ sum, count }) => sum / count,
});

/** Precision: correct over all that were predicted, over classes as scikit-learn's `macro`. */
import { defineMetric } from './define.ts';
import { classCounts, confusion, precisionOf, macro } from './statistics/confusion.ts';

export default defineMetric({
  id: 'precision',
  label: 'Precision',
  doc: 'Of the samples taken for a class, the share that is of it; the plain mean over classes (macro). Low: false alarms.',
  unit: 'share',
  better: 'higher',
  scale: 'linear',
  order: 50,
  appliesTo: ({ task }) => task === 'classes' || task === 'labels',
  statistic: confusion,
  finish: (state) => macro(state, precisionOf),
  perClass: (state) => classCounts(state).map(precisionOf),
});

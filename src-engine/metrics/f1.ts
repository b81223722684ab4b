/** F1: 2 correct over predicted and actual, over classes as scikit-learn's `macro`. */
import { defineMetric } from './define.ts';
import { classCounts, confusion, f1Of, macro } from './statistics/confusion.ts';

export default defineMetric({
  id: 'f1',
  label: 'F1',
  doc: 'The harmonic mean of precision and recall of a class; the plain mean over classes (macro). For classes of unequal size.',
  unit: 'share',
  better: 'higher',
  scale: 'linear',
  order: 40,
  appliesTo: ({ task }) => task === 'classes' || task === 'labels',
  statistic: confusion,
  finish: (state) => macro(state, f1Of),
  perClass: (state) => classCounts(state).map(f1Of),
});

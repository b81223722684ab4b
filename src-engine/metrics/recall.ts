/** Recall: correct over all that are there, over classes as scikit-learn's `macro`. */
import { defineMetric } from './define.ts';
import { classCounts, confusion, recallOf, macro } from './statistics/confusion.ts';

export default defineMetric({
  id: 'recall',
  label: 'Recall',
  doc: 'Of the samples of a class, the share that is found; the plain mean over classes (macro). Low: misses.',
  unit: 'share',
  better: 'higher',
  scale: 'linear',
  order: 60,
  appliesTo: ({ task }) => task === 'classes' || task === 'labels',
  statistic: confusion,
  finish: (state) => macro(state, recallOf),
  perClass: (state) => classCounts(state).map(recallOf),
});

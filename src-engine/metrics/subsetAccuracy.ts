/** Share of samples of which every label is right: scikit-learn's accuracy of labels. */
import { defineMetric } from './define.ts';
import { confusion } from './statistics/confusion.ts';

export default defineMetric({
  id: 'subsetAccuracy',
  label: 'Subset accuracy',
  doc: 'How many of the samples have all of their labels right and none too many. Strict: one wrong label of many counts as all wrong.',
  unit: 'share',
  better: 'higher',
  scale: 'linear',
  order: 22,
  appliesTo: ({ task }) => task === 'labels',
  statistic: confusion,
  finish: ({ ofLabels }) => (ofLabels ? ofLabels.right / ofLabels.samples : NaN),
});

/** Balanced accuracy: the plain mean of the recall of each class that occurs, as scikit-learn has it. */
import { defineMetric } from './define.ts';
import { classCounts, confusion, recallOf } from './statistics/confusion.ts';

export default defineMetric({
  id: 'balancedAccuracy',
  label: 'Balanced accuracy',
  doc: 'The accuracy that would be had if every class were as frequent as the others: the plain mean of the recall of each. Always naming the largest class gets no more than guessing.',
  unit: 'share',
  better: 'higher',
  scale: 'linear',
  order: 35,
  appliesTo: ({ task }) => task === 'classes',
  statistic: confusion,
  finish(state) {
    const occurring = classCounts(state).filter(({ actual }) => actual > 0);
    return occurring.reduce((sum, counts) => sum + recallOf(counts), 0) / occurring.length;
  },
});

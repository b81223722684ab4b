/**
 * Matthews' correlation coefficient, for any number of classes.
 * Reference: Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient", 2004
 */
import { defineMetric } from './define.ts';
import { classCounts, confusion } from './statistics/confusion.ts';

export default defineMetric({
  id: 'matthews',
  label: 'MCC',
  doc: 'How closely answers and true classes go together (Matthews correlation): 1 is perfect, 0 no better than chance. Counts all four cells of a matrix, so that it holds for classes of unequal size.',
  unit: 'none',
  better: 'higher',
  scale: 'linear',
  order: 45,
  appliesTo: ({ task }) => task === 'classes',
  statistic: confusion,
  finish(state) {
    const classes = classCounts(state);
    const sum = (of: (counts: (typeof classes)[number]) => number): number =>
      classes.reduce((total, counts) => total + of(counts), 0);
    const [correct, samples] = [sum((each) => each.correct), sum(({ actual }) => actual)];
    if (samples === 0) return NaN;
    const together = correct * samples - sum(({ actual, predicted }) => actual * predicted);
    const spread = (side: 'actual' | 'predicted'): number =>
      samples ** 2 - sum((each) => each[side] ** 2);
    const both = spread('actual') * spread('predicted');
    // As scikit-learn: of one class alone nothing can be told, and that is 0.
    return both === 0 ? 0 : together / Math.sqrt(both);
  },
});

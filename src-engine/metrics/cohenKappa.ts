/**
 * Cohen's kappa: by how much answers agree with the true classes more than by chance.
 * Reference: Cohen, https://doi.org/10.1177/001316446002000104
 */
import { defineMetric } from './define.ts';
import { classCounts, confusion } from './statistics/confusion.ts';

export default defineMetric({
  id: 'cohenKappa',
  label: "Cohen's kappa",
  doc: 'How much more often answers are right than they would be by chance, named as often as they are: 1 is perfect, 0 is chance. For classes of unequal size.',
  unit: 'none',
  better: 'higher',
  scale: 'linear',
  order: 46,
  appliesTo: ({ task }) => task === 'classes',
  statistic: confusion,
  finish(state) {
    const classes = classCounts(state);
    const sum = (of: (counts: (typeof classes)[number]) => number): number =>
      classes.reduce((total, counts) => total + of(counts), 0);
    const samples = sum(({ actual }) => actual);
    const chance = sum(({ actual, predicted }) => actual * predicted) / samples;
    // As scikit-learn: of one class alone nothing can be told.
    return (sum(({ correct }) => correct) - chance) / (samples - chance);
  },
});

/**
 * Average precision: the area under the precision-recall curve as scikit-learn sums it, without interpolation;
 * for more than two classes each against the rest and the plain mean. From counts over bins
 * (statistics/scores.ts), of the exact area within what `averagePrecision` states.
 */
import { defineMetric, type MetricHead } from './define.ts';
import { averagePrecision, MOST_SCORED, type Scores, scores } from './statistics/scores.ts';

function areas(state: Scores, { classes }: MetricHead): readonly number[] {
  return Array.from({ length: classes }, (_, index) => averagePrecision(state, index).value);
}

export default defineMetric({
  id: 'prAuc',
  label: 'PR AUC',
  doc: 'The area under the precision-recall curve (average precision): how many false alarms it takes to find the samples of a class. Guessing gets their share of all. For classes that are rare, where ROC AUC flatters.',
  unit: 'share',
  better: 'higher',
  scale: 'linear',
  order: 80,
  appliesTo: ({ task, classes }) =>
    (task === 'classes' || task === 'labels') && classes <= MOST_SCORED,
  statistic: scores,
  finish(state, head) {
    // Of two classes the second is the one looked for.
    if (head.classes === 2 && head.task === 'classes') return averagePrecision(state, 1).value;
    const told = areas(state, head).filter((area) => !Number.isNaN(area));
    return told.length === 0 ? NaN : told.reduce((sum, area) => sum + area, 0) / told.length;
  },
  perClass: areas,
});

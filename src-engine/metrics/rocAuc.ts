/**
 * The area under the ROC curve, for more than two classes each against the rest and the plain mean. From
 * counts over bins (statistics/scores.ts), so within half of the pairs that share a bin of the exact area.
 */
import { defineMetric, type MetricHead } from './define.ts';
import { areaUnderRoc, MOST_SCORED, type Scores, scores } from './statistics/scores.ts';

function areas(state: Scores, { classes }: MetricHead): readonly number[] {
  return Array.from({ length: classes }, (_, index) => areaUnderRoc(state, index).value);
}

export default defineMetric({
  id: 'rocAuc',
  label: 'ROC AUC',
  doc: 'The chance that a sample of a class gets a higher score for it than a sample of another class. 0.5 is guessing. Does not depend on where the line between yes and no is drawn.',
  unit: 'share',
  better: 'higher',
  scale: 'linear',
  order: 70,
  appliesTo: ({ task, classes }) =>
    (task === 'classes' || task === 'labels') && classes <= MOST_SCORED,
  statistic: scores,
  finish(state, head) {
    // Of two classes the second is the one looked for; both areas are the same.
    if (head.classes === 2 && head.task === 'classes') return areaUnderRoc(state, 1).value;
    const told = areas(state, head).filter((area) => !Number.isNaN(area));
    return told.length === 0 ? NaN : told.reduce((sum, area) => sum + area, 0) / told.length;
  },
  perClass: areas,
});

/**
 * Specificity: of what is not of a class, what was not taken for it. Of two classes the second is the one
 * looked for; of more the plain mean, as torchmetrics' `macro`.
 */
import { defineMetric } from './define.ts';
import { confusion, macroOf, specificities } from './statistics/confusion.ts';

export default defineMetric({
  id: 'specificity',
  label: 'Specificity',
  doc: 'Of the samples that are not of a class, the share that is not taken for it (true negative rate); of two classes that of the second, of more the plain mean (macro). Low: false alarms.',
  unit: 'share',
  better: 'higher',
  scale: 'linear',
  order: 65,
  appliesTo: ({ task }) => task === 'classes' || task === 'labels',
  statistic: confusion,
  finish: (state) =>
    state.classes === 2 && !state.ofLabels
      ? (specificities(state)[1] ?? NaN)
      : macroOf(state, specificities(state)),
  perClass: specificities,
});

/** Share of samples whose most likely class is the right one. */
import { defineMetric } from './define.ts';
import { type Confusion, classCounts, confusion, labelAccuracy } from './statistics/confusion.ts';

const total = ({ counts }: Confusion): number => counts.reduce((sum, count) => sum + count, 0);

export default defineMetric({
  id: 'accuracy',
  label: 'Accuracy',
  doc: 'How many of the samples get their right class; of labels, how many of the answers are right. Says little where one class is far more frequent than the others.',
  unit: 'share',
  headline: true,
  better: 'higher',
  scale: 'linear',
  order: 20,
  appliesTo: ({ task }) => task === 'classes' || task === 'labels',
  charted: () => true,
  statistic: confusion,
  finish: (state) =>
    state.ofLabels
      ? labelAccuracy(state)
      : classCounts(state).reduce((sum, { correct }) => sum + correct, 0) / total(state),
});

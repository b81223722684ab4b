/** Mean intersection over union: of each class what is both over what is either, as scikit-learn's `jaccard_score`. */
import { defineMetric } from './define.ts';
import { type ClassCounts, classCounts, confusion, macro } from './statistics/confusion.ts';

/** 0 where there is none of it and none was said. */
const iouOf = ({ correct, predicted, actual }: ClassCounts): number =>
  predicted + actual === 0 ? 0 : correct / (predicted + actual - correct);

export default defineMetric({
  id: 'iou',
  label: 'Mean IoU',
  doc: 'Of each class, the part of what is it or was taken for it that is both (intersection over union, Jaccard); the plain mean over classes. The usual figure of segmentation, where most pixels are background.',
  unit: 'share',
  better: 'higher',
  scale: 'linear',
  order: 43,
  appliesTo: ({ task }) => task === 'classes' || task === 'labels',
  statistic: confusion,
  finish: (state) => macro(state, iouOf),
  perClass: (state) => classCounts(state).map(iouOf),
});

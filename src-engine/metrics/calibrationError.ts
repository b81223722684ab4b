/**
 * Expected calibration error: how far the confidence of answers is from how often they are right, over 15
 * bins of equal width, each weighed by its samples.
 * Reference: Guo et al., https://arxiv.org/abs/1706.04599
 */
import { defineMetric } from './define.ts';
import { confidence } from './statistics/confidence.ts';

export default defineMetric({
  id: 'calibrationError',
  label: 'Calibration error',
  doc: 'How far the probability of the answers is from how often they are right, on average (ECE, 15 bins). 0: of answers given with 80 %, 80 % are right.',
  unit: 'share',
  better: 'lower',
  scale: 'linear',
  order: 90,
  appliesTo: ({ task }) => task === 'classes',
  statistic: confidence,
  finish({ counts, confidences, correct }) {
    const samples = counts.reduce((sum, count) => sum + count, 0);
    const apart = confidences.reduce(
      (sum, each, bin) => sum + Math.abs(each - (correct[bin] ?? 0)),
      0,
    );
    return apart / samples;
  },
});

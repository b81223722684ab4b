/** The loss itself, averaged over samples. */
import { defineMetric } from './define.ts';
import { lossSum } from './statistics/lossSum.ts';

export default defineMetric({
  id: 'loss',
  label: 'Loss',
  doc: 'What training makes smaller, averaged over the samples.',
  unit: 'none',
  better: 'lower',
  scale: 'logarithmic',
  order: 10,
  appliesTo: () => true,
  charted: () => true,
  statistic: lossSum,
  finish: ({ sum, samples }) => sum / samples,
});

/** Peak signal-to-noise ratio of all images together. */
import { defineMetric } from './define.ts';
import { errors, sum } from './statistics/errors.ts';

export default defineMetric({
  id: 'psnr',
  label: 'PSNR',
  doc: 'How clean a reconstructed image is against its target, in decibels; 6 more halve the error.',
  unit: 'decibel',
  better: 'higher',
  scale: 'linear',
  order: 150,
  appliesTo: ({ task, targetRange }) => task === 'numbers' && targetRange !== null,
  charted: () => true,
  statistic: errors,
  finish: ({ squared, count }, { targetRange }) =>
    10 * Math.log10((targetRange ?? 1) ** 2 / (sum(squared) / count)),
});

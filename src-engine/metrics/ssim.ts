/** Structural similarity of images to their targets, by windows of 11 with a sigma of 1.5, as pytorch-msssim has it. */
import { defineMetric } from './define.ts';
import { structure, WINDOW } from './statistics/structure.ts';

export default defineMetric({
  id: 'ssim',
  label: 'SSIM',
  doc: 'How alike the structure of a reconstructed image is to that of its target, window by window; 1 is the same. Closer to what an eye sees than the error of each pixel.',
  unit: 'none',
  better: 'higher',
  scale: 'linear',
  order: 160,
  appliesTo: ({ task, targetRange, targetField }) =>
    task === 'numbers' &&
    targetRange !== null &&
    targetField?.shape.length === 3 &&
    targetField.shape.slice(1).every((size) => size >= WINDOW),
  statistic: structure,
  finish: ({ sum, samples }) => sum / samples,
});

/**
 * Down to nothing along a power of what is left of the run, a little with every step.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.PolynomialLR.html
 */
import { defineSchedule } from './define.ts';
import { done } from './shared.ts';

export default defineSchedule({
  type: 'PolynomialLR',
  label: 'Polynomial',
  doc: 'Falls to 0 over the whole run: evenly with power 1, sooner with more. Usual in segmentation, with power 0.9.',
  formula: '\\eta_t = \\eta\\, (1 - t / T)^p',
  attrs: {
    power: { kind: 'number', default: 1, min: 0, max: 10, help: '1 is a straight line.' },
  },
  rate: (base, at, { power }) => base * (1 - done(at)) ** power,
  torch: ({ power }, { optimizer, totalSteps }) =>
    `torch.optim.lr_scheduler.PolynomialLR(${optimizer}, total_iters=${totalSteps}, power=${power})`,
});

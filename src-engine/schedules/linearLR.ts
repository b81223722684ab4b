/**
 * From one share of the rate to another in a straight line over the whole run, a little with every step.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LinearLR.html
 */
import { defineSchedule } from './define.ts';
import { done } from './shared.ts';

export default defineSchedule({
  type: 'LinearLR',
  label: 'Linear',
  doc: 'A straight line over the whole run, down to nothing where nothing else is said. Usual for fine-tuning, after a warm-up.',
  formula: '\\eta_t = \\eta\\, (a + (b - a)\\, t / T)',
  attrs: {
    startFactor: {
      ...{ kind: 'number', above: 0, max: 1, default: 1, label: 'First share' },
      help: 'Of the learning rate, at the first step.',
    },
    endFactor: {
      ...{ kind: 'number', min: 0, max: 1, default: 0, label: 'Last share' },
      help: 'Of the learning rate, at the end of the run.',
    },
  },
  rate: (base, at, { startFactor, endFactor }) =>
    base * (startFactor + (endFactor - startFactor) * done(at)),
  torch: ({ startFactor, endFactor }, { optimizer, totalSteps }) =>
    `torch.optim.lr_scheduler.LinearLR(${optimizer}, start_factor=${startFactor}, end_factor=${endFactor}, total_iters=${totalSteps})`,
});

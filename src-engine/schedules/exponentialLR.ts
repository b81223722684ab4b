/**
 * Cuts the rate a little every epoch.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ExponentialLR.html
 */
import { defineSchedule, epochOf } from './define.ts';
import { gamma } from './shared.ts';

export default defineSchedule({
  type: 'ExponentialLR',
  label: 'Exponential',
  doc: 'Multiplies the learning rate by gamma after every epoch.',
  formula: '\\eta_t = \\eta\\, \\gamma^t',
  attrs: { gamma: gamma(0.9) },
  rate: (base, at, { gamma: factor }) => base * factor ** epochOf(at),
  torchStep: 'epoch',
  torch: ({ gamma: factor }, { optimizer }) =>
    `torch.optim.lr_scheduler.ExponentialLR(${optimizer}, gamma=${factor})`,
});

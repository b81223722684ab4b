/**
 * Cuts the rate every few epochs.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.StepLR.html
 */
import { defineSchedule, epochOf } from './define.ts';
import { gamma } from './shared.ts';

export default defineSchedule({
  type: 'StepLR',
  label: 'Steps',
  doc: 'Multiplies the learning rate by gamma every so many epochs.',
  formula: '\\eta_t = \\eta\\, \\gamma^{\\lfloor t / s \\rfloor}',
  attrs: {
    stepSize: {
      kind: 'int',
      default: 10,
      min: 1,
      unit: 'epochs',
      help: 'Epochs between two cuts.',
    },
    gamma: gamma(0.1),
  },
  rate: (base, at, { stepSize, gamma: factor }) =>
    base * factor ** Math.floor(epochOf(at) / stepSize),
  torchStep: 'epoch',
  torch: ({ stepSize, gamma: factor }, { optimizer }) =>
    `torch.optim.lr_scheduler.StepLR(${optimizer}, step_size=${stepSize}, gamma=${factor})`,
});

/**
 * Cuts the rate at given epochs.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.MultiStepLR.html
 */
import { defineSchedule, epochOf } from './define.ts';
import { gamma } from './shared.ts';

export default defineSchedule({
  type: 'MultiStepLR',
  label: 'Milestones',
  doc: 'Multiplies the learning rate by gamma when each of these epochs begins.',
  attrs: {
    milestones: {
      kind: 'shape',
      default: [5, 8],
      help: 'Epochs, counted from 0, at whose start the rate is cut.',
    },
    gamma: gamma(0.1),
  },
  rate(base, at, { milestones, gamma: factor }) {
    const epoch = epochOf(at);
    return base * factor ** milestones.filter((milestone) => milestone <= epoch).length;
  },
  torchStep: 'epoch',
  torch: ({ milestones, gamma: factor }, { optimizer }) =>
    `torch.optim.lr_scheduler.MultiStepLR(${optimizer}, milestones=[${milestones.join(', ')}], gamma=${factor})`,
});

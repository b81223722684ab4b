/**
 * Up in a straight line, then down by one over the root of the step: the schedule of the first Transformer, with
 * its peak at the optimiser's rate. PyTorch has no class of it.
 * Reference: Vaswani et al., https://arxiv.org/abs/1706.03762, section 5.3
 */
import { defineSchedule } from './define.ts';

export default defineSchedule({
  type: 'InverseSquareRootLR',
  label: 'Inverse square root',
  doc: 'Rises to the learning rate, then falls with one over the root of the step, steeply at first and ever more slowly (Noam). For Transformers whose run has no set end.',
  formula: '\\eta_t = \\eta \\min(t / w, \\sqrt{w / t})',
  attrs: {
    warmup: {
      kind: 'number',
      default: 1,
      min: 0,
      max: 10_000,
      unit: 'epochs',
      help: 'Epochs until the rate is reached; four times as many halve it.',
    },
  },
  rate(base, { step, stepsPerEpoch }, { warmup }) {
    const warm = Math.max(1, Math.floor(warmup * stepsPerEpoch + 0.5));
    return base * Math.min((step + 1) / warm, Math.sqrt(warm / (step + 1)));
  },
  torch({ warmup }, { optimizer, stepsPerEpoch }) {
    const rising = `(step + 1) / max(1, int(${warmup} * ${stepsPerEpoch} + 0.5))`;
    return `torch.optim.lr_scheduler.LambdaLR(${optimizer}, lambda step: min(${rising}, (${rising}) ** -0.5))`;
  },
});

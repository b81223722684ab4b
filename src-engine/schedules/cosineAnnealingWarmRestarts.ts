/**
 * Cosines one after the other, each from the full rate.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CosineAnnealingWarmRestarts.html,
 * Loshchilov and Hutter, https://arxiv.org/abs/1608.03983
 */
import { defineSchedule } from './define.ts';
import { alongCosine, etaMin } from './shared.ts';

export default defineSchedule({
  type: 'CosineAnnealingWarmRestarts',
  label: 'Cosine with restarts',
  doc: 'Falls along a cosine and starts again at the full rate, in periods that may grow. Each restart can leave a poor minimum.',
  attrs: {
    t0: {
      kind: 'int',
      label: 'First period',
      default: 10,
      min: 1,
      unit: 'epochs',
      help: 'Epochs until the first restart.',
    },
    tMult: {
      kind: 'int',
      label: 'Growth',
      default: 1,
      min: 1,
      max: 100,
      help: 'How many times as long each period is as the one before.',
    },
    etaMin,
  },
  rate(base, { step, stepsPerEpoch }, { t0, tMult, etaMin: lowest }) {
    let at = step / stepsPerEpoch;
    let period = t0;
    while (at >= period) {
      at -= period;
      period *= tMult;
      // Periods of equal length need no loop.
      if (tMult === 1) at %= t0;
    }
    return alongCosine(base, lowest, at / period);
  },
  torchStep: 'epochs',
  torch: ({ t0, tMult, etaMin: lowest }, { optimizer }) =>
    `torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(${optimizer}, T_0=${t0}, T_mult=${tMult}, eta_min=${lowest})`,
});

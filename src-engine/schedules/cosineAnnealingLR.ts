/**
 * Half a cosine from the rate to its lowest over the whole run, a little with every step.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CosineAnnealingLR.html,
 * Loshchilov and Hutter, https://arxiv.org/abs/1608.03983
 */
import { defineSchedule } from './define.ts';
import { alongCosine, done, etaMin } from './shared.ts';

export default defineSchedule({
  type: 'CosineAnnealingLR',
  label: 'Cosine',
  doc: 'Falls along half a cosine over the whole run: slowly at first, quickly in the middle, gently at the end. A good default where the number of epochs is known.',
  formula: '\\eta_t = \\eta_{min} + \\tfrac{1}{2} (\\eta - \\eta_{min}) (1 + \\cos(\\pi t / T))',
  attrs: { etaMin },
  rate: (base, at, { etaMin: lowest }) => alongCosine(base, lowest, done(at)),
  torch: ({ etaMin: lowest }, { optimizer, totalSteps }) =>
    `torch.optim.lr_scheduler.CosineAnnealingLR(${optimizer}, T_max=${totalSteps}, eta_min=${lowest})`,
});

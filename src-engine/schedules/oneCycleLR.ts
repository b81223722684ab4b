/**
 * Up to the rate and down to far below it, over the whole run. Momentum is left alone.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.OneCycleLR.html,
 * Smith and Topin, https://arxiv.org/abs/1708.07120
 */
import { defineSchedule } from './define.ts';
import { alongCosine } from './shared.ts';

export default defineSchedule({
  type: 'OneCycleLR',
  label: 'One cycle',
  doc: 'Rises to the learning rate, then falls far below where it began. Allows a higher rate and fewer epochs than a constant one.',
  attrs: {
    pctStart: {
      kind: 'number',
      label: 'Rising share',
      default: 0.3,
      min: 0,
      max: 1,
      help: 'Share of the run in which the rate rises.',
    },
    divFactor: {
      kind: 'number',
      label: 'Start divisor',
      default: 25,
      min: 1,
      max: 1e6,
      help: 'The run starts at the rate divided by this.',
    },
    finalDivFactor: {
      kind: 'number',
      label: 'End divisor',
      default: 1e4,
      min: 1,
      max: 1e9,
      advanced: true,
      help: 'The run ends at its first rate divided by this.',
    },
  },
  rate(base, { step, totalSteps }, { pctStart, divFactor, finalDivFactor }) {
    const first = base / divFactor;
    const last = first / finalDivFactor;
    // As PyTorch counts: the peak and the end each fall on a step.
    const peak = pctStart * totalSteps - 1;
    const end = totalSteps - 1;
    if (step <= peak) return alongCosine(first, base, peak <= 0 ? 1 : step / peak);
    const share = end <= peak ? 1 : (step - peak) / (end - peak);
    return alongCosine(base, last, Math.min(1, share));
  },
  torch: ({ pctStart, divFactor, finalDivFactor }, { optimizer, totalSteps }) =>
    `torch.optim.lr_scheduler.OneCycleLR(${optimizer}, max_lr=[g["lr"] for g in ${optimizer}.param_groups], total_steps=${totalSteps}, pct_start=${pctStart}, div_factor=${divFactor}, final_div_factor=${finalDivFactor}, cycle_momentum=False)`,
});

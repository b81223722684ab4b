/**
 * Cuts the rate when the watched metric no longer improves.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html
 */
import { defineSchedule, type PlateauState } from './define.ts';

export default defineSchedule({
  type: 'ReduceLROnPlateau',
  label: 'On a plateau',
  doc: 'Multiplies the learning rate by the factor when the watched metric has not improved for some epochs. Needs no plan of the run.',
  attrs: {
    factor: {
      kind: 'number',
      default: 0.1,
      min: 0,
      max: 1,
      help: 'What the learning rate is multiplied by.',
    },
    patience: {
      kind: 'int',
      default: 10,
      min: 0,
      unit: 'epochs',
      help: 'Epochs without improvement that are borne.',
    },
    threshold: {
      kind: 'number',
      default: 1e-4,
      min: 0,
      max: 1,
      advanced: true,
      help: 'Share by which the best value must be beaten to count as an improvement.',
    },
    cooldown: {
      kind: 'int',
      default: 0,
      min: 0,
      unit: 'epochs',
      advanced: true,
      help: 'Epochs after a cut in which nothing is counted.',
    },
    minLr: {
      kind: 'number',
      label: 'Lowest rate',
      default: 0,
      min: 0,
      max: 100,
      logarithmic: true,
      advanced: true,
      help: 'The rate never falls below it.',
    },
  },
  rate: (base, _at, { factor, minLr }, { cuts }) =>
    cuts === 0 ? base : Math.max(minLr, base * factor ** cuts),
  observe(state, value, { patience, threshold, cooldown }): PlateauState {
    const improved = state.best === null || value < state.best - Math.abs(state.best) * threshold;
    const cooling = Math.max(0, state.cooldown - 1);
    const waited = improved || state.cooldown > 0 ? 0 : state.epochsSinceBest + 1;
    const best = improved ? value : state.best;
    if (waited <= patience) return { ...state, best, epochsSinceBest: waited, cooldown: cooling };
    return { best, epochsSinceBest: 0, cooldown, cuts: state.cuts + 1 };
  },
  torchStep: 'metric',
  torch: ({ factor, patience, threshold, cooldown, minLr }, { optimizer, mode }) =>
    `torch.optim.lr_scheduler.ReduceLROnPlateau(${optimizer}, mode="${mode}", factor=${factor}, patience=${patience}, threshold=${threshold}, cooldown=${cooldown}, min_lr=${minLr}, eps=0)`,
});

/**
 * Up and down between two rates, over and over. Momentum is left alone.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CyclicLR.html,
 * Smith, https://arxiv.org/abs/1506.01186
 */
import type { AttrValues } from '../ir/attrs.ts';
import { defineSchedule } from './define.ts';

const attrs = {
  mode: {
    kind: 'choice',
    label: 'Heights',
    default: 'triangular',
    options: ['triangular', 'triangular2', 'exp_range'],
    optionLabels: {
      triangular: 'All the same',
      triangular2: 'Halved with each cycle',
      exp_range: 'Less with each step',
    },
    help: 'How high later cycles rise: all the same (triangular), each half as high above the lower rate (triangular2), or less and less by gamma (exp_range).',
  },
  baseDivFactor: {
    kind: 'number',
    label: 'Lower divisor',
    default: 10,
    min: 1,
    max: 1e6,
    help: 'The lower rate is the learning rate divided by this.',
  },
  stepSizeUp: {
    kind: 'int',
    label: 'Rising',
    default: 2,
    min: 1,
    unit: 'epochs',
    help: 'Epochs from the lower rate up to the learning rate.',
  },
  stepSizeDown: {
    kind: 'int',
    label: 'Falling',
    default: 0,
    min: 0,
    zero: 'As long as rising',
    unit: 'epochs',
    help: 'Epochs from there down again.',
  },
  gamma: {
    kind: 'number',
    default: 0.999,
    min: 0,
    max: 1,
    advanced: true,
    help: 'Where heights are less with each step, what they are multiplied by.',
  },
} as const;

export default defineSchedule({
  type: 'CyclicLR',
  label: 'Cyclic',
  doc: 'Rises from a lower rate to the learning rate and falls again, over and over. What is good enough as a rate need be known only roughly; at the end of each cycle the network has settled.',
  attrs,
  rate(base, { step, stepsPerEpoch }, { mode, baseDivFactor, gamma, ...sizes }) {
    const up = sizes.stepSizeUp * stepsPerEpoch;
    const length = up + downOf(sizes) * stepsPerEpoch;
    const cycle = Math.floor(step / length);
    const at = step / length - cycle;
    const peak = up / length;
    const share = at <= peak ? at / peak : (1 - at) / (1 - peak);
    const low = base / baseDivFactor;
    const height = { triangular: 1, triangular2: 0.5 ** cycle, exp_range: gamma ** step }[mode];
    return low + (base - low) * share * height;
  },
  torch({ mode, baseDivFactor, gamma, ...sizes }, { optimizer, stepsPerEpoch }) {
    const rates = (each: string): string => `[${each} for g in ${optimizer}.param_groups]`;
    const down = downOf(sizes) === sizes.stepSizeUp ? null : downOf(sizes);
    return [
      `torch.optim.lr_scheduler.CyclicLR(${optimizer}`,
      `base_lr=${rates(`g["lr"] / ${baseDivFactor}`)}`,
      `max_lr=${rates('g["lr"]')}`,
      `step_size_up=${sizes.stepSizeUp} * ${stepsPerEpoch}`,
      ...(down === null ? [] : [`step_size_down=${down} * ${stepsPerEpoch}`]),
      ...(mode === 'triangular' ? [] : [`mode="${mode}"`]),
      ...(mode === 'exp_range' ? [`gamma=${gamma}`] : []),
      'cycle_momentum=False)',
    ].join(', ');
  },
});

const downOf = ({
  stepSizeUp,
  stepSizeDown,
}: Pick<AttrValues<typeof attrs>, 'stepSizeUp' | 'stepSizeDown'>): number =>
  stepSizeDown === 0 ? stepSizeUp : stepSizeDown;

/** Kullback-Leibler divergence, log probabilities against probabilities, to a scalar. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.KLDivLoss.html */
import type { Value } from '../ops/builder.ts';
import { mul, sub } from '../ops/nn.ts';
import { defineLayer, type Lowering } from './define.ts';
import { asNumbers, LOSS_PORTS, LOSS_TYPE, needNumbersAlike, targetLike } from './shared/losses.ts';
import { reduced, torchReduced } from './shared/reduction.ts';
import { pythonCall } from './shared/shapes.ts';

/** `t log t`, which is zero at zero; of a negative number it is none. */
function timesOwnLog(g: Lowering, t: Value): Value {
  const at = (value: number): Value => g.emit('full', [], { shape: [], value });
  const isZero = g.emit('equal', [t, at(0)], {});
  return mul(g, t, g.emit('log', [g.emit('select', [isZero, at(1), t], {})], {}));
}

export default defineLayer({
  type: 'KLDivLoss',
  label: 'Kullback-Leibler',
  category: 'Loss',
  role: 'loss',
  doc: 'How far the predicted distribution is from that of the target: for distillation. The prediction is the logarithm of probabilities, as LogSoftmax gives it.',
  formula: 'L = \\frac{1}{n} \\sum_i t_i (\\log t_i - x_i)',
  keywords: ['divergence', 'distribution', 'distillation', 'relative entropy', 'kl'],
  idPrefix: 'loss',
  attrs: {
    reduction: {
      kind: 'choice',
      default: 'mean',
      options: ['mean', 'batchmean'],
      optionLabels: { mean: 'Mean of all numbers', batchmean: 'Sum per sample' },
      help: 'The divergence itself is a sum over the numbers of a sample; PyTorch takes their mean by default.',
    },
    logTarget: {
      kind: 'bool',
      default: false,
      help: 'The target is the logarithm of probabilities as well.',
    },
  },
  ...LOSS_PORTS,
  summary: ({ reduction, logTarget }) => `${reduction}${logTarget ? ', log target' : ''}`,
  infer([prediction, target]) {
    needNumbersAlike('KLDivLoss', prediction, target);
    return [LOSS_TYPE];
  },
  inferPartial: () => [LOSS_TYPE],
  portRanges: { target: [0, 1] },
  lower(g, [prediction, target], { reduction, logTarget }) {
    const wanted = asNumbers(g, target, prediction);
    const losses = logTarget
      ? mul(g, g.emit('exp', [wanted], {}), sub(g, wanted, prediction))
      : sub(g, timesOwnLog(g, wanted), mul(g, wanted, prediction));
    return [reduced(g, losses, reduction)];
  },
  torch: ({ reduction, logTarget }) =>
    pythonCall(
      'nn.KLDivLoss',
      `reduction="${reduction}"`,
      logTarget ? 'log_target=True' : undefined,
    ),
  torchCode: {
    call: ([prediction = '', target = ''], { reduction, logTarget }, x) =>
      torchReduced(
        pythonCall(
          'F.kl_div',
          prediction,
          targetLike(prediction, target, x),
          logTarget ? 'log_target=True' : undefined,
          'reduction="mean"',
        ),
        reduction,
        x[0],
      ),
  },
});

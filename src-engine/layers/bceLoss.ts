/** Binary cross-entropy from probabilities, anything of equal size to a scalar. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.BCELoss.html */
import type { Value } from '../ops/builder.ts';
import { add, mul, scale } from '../ops/nn.ts';
import { defineLayer, type Lowering } from './define.ts';
import { byLabel, labelWeightAttr, needWeights, weightKeyword } from './shared/labelWeights.ts';
import {
  asNumbers,
  judgedBinary,
  LOSS_PORTS,
  LOSS_TYPE,
  needBinary,
  targetLike,
} from './shared/losses.ts';
import {
  reduced,
  reductionAttr,
  reductionText,
  torchReduced,
  torchReduction,
} from './shared/reduction.ts';
import { pythonCall } from './shared/shapes.ts';

/** What a backend may take for zero; its logarithm is -100, as PyTorch has it. */
const SMALLEST = 2 ** -126;

/** A logarithm that is finite at zero, where no gradient passes; of a negative number it is none. */
function boundedLog(g: Lowering, x: Value): Value {
  const at = (value: number): Value => g.emit('full', [], { shape: [], value });
  const size = scale(g, g.emit('abs', [x], {}), -1);
  const isZero = g.emit('greaterThan', [size], { threshold: -SMALLEST });
  const safe = g.emit('select', [isZero, at(1), x], {});
  return g.emit('select', [isZero, at(-100), g.emit('log', [safe], {})], {});
}

export default defineLayer({
  type: 'BCELoss',
  label: 'Binary cross-entropy of probabilities',
  category: 'Loss',
  role: 'loss',
  doc: 'For yes or no, or for what lies between 0 and 1, where the prediction is a probability already. From raw scores take BCEWithLogitsLoss, which rounds less.',
  formula: 'L = -\\frac{1}{n} \\sum_i t_i \\log x_i + (1 - t_i) \\log(1 - x_i)',
  keywords: ['binary', 'classification', 'probability', 'log loss', 'reconstruction'],
  idPrefix: 'loss',
  attrs: { weight: labelWeightAttr, reduction: reductionAttr },
  ...LOSS_PORTS,
  summary: ({ weight, reduction }, x) =>
    weight.length > 0 ? 'labels weighted' : reductionText(reduction, x?.[0]),
  infer([prediction, target], { weight }) {
    needBinary('BCELoss', prediction, target);
    needWeights('BCELoss', prediction, { attr: 'weight', weights: weight, what: 'labels' });
    return [LOSS_TYPE];
  },
  inferPartial: () => [LOSS_TYPE],
  portRanges: { prediction: [0, 1], target: [0, 1] },
  lower(g, [prediction, target], { weight, reduction }) {
    const wanted = asNumbers(g, target, prediction);
    const rest = (x: Value): Value => g.emit('affine', [x], { scale: -1, shift: 1 });
    const yes = mul(g, wanted, boundedLog(g, prediction));
    const no = mul(g, rest(wanted), boundedLog(g, rest(prediction)));
    return [reduced(g, byLabel(g, scale(g, add(g, yes, no), -1), weight), reduction)];
  },
  judgesLabels: true,
  classify: (g, [prediction, target]) =>
    judgedBinary(g, prediction, g.emit('greaterThan', [prediction], { threshold: 0.5 }), target),
  torch: ({ weight, reduction }) =>
    pythonCall('nn.BCELoss', weightKeyword(weight), torchReduction(reduction)),
  torchCode: {
    call: ([prediction = '', target = ''], { weight, reduction }, x) =>
      torchReduced(
        pythonCall(
          'F.binary_cross_entropy',
          prediction,
          targetLike(prediction, target, x),
          weightKeyword(weight, prediction),
        ),
        reduction,
        x[0],
      ),
  },
});

/**
 * Binary cross-entropy from logits, a score per sample (or per number) to a scalar mean; stable as
 * softplus(x) - x t, which a weight of yes changes for what is yes. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html
 */
import { ShapeError } from '../ir/problem.ts';
import { add, mul, scale, shift, sub } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import {
  asNumbers,
  judgedBinary,
  LOSS_PORTS,
  LOSS_TYPE,
  meanLoss,
  needBinary,
  targetLike,
} from './shared/losses.ts';
import { pythonCall, torchNumbers } from './shared/shapes.ts';

export default defineLayer({
  type: 'BCEWithLogitsLoss',
  label: 'Binary cross-entropy',
  category: 'Loss',
  role: 'loss',
  doc: 'For yes or no: one raw score per sample against a label of 0 or 1, or per pixel against 0..1. It applies the sigmoid itself.',
  formula: 'L = \\frac{1}{n} \\sum_i \\log(1 + e^{x_i}) - x_i t_i',
  keywords: ['binary', 'classification', 'logits', 'sigmoid', 'log loss'],
  idPrefix: 'loss',
  attrs: {
    posWeight: {
      kind: 'numbers',
      default: [],
      min: 0,
      label: 'Weight of yes',
      help: 'What a yes counts for beside a no: about how many more there are of no. One number for all, or one for each number of a sample. Empty: 1.',
    },
  },
  ...LOSS_PORTS,
  summary: ({ posWeight }) =>
    posWeight.length === 0
      ? 'reduction mean'
      : posWeight.length > 1
        ? 'yes weighted'
        : `yes counts ${posWeight[0] ?? 1}`,
  infer([prediction, target], { posWeight }) {
    needBinary('BCEWithLogitsLoss', prediction, target);
    const { length } = posWeight;
    const last = prediction.shape.length < 2 ? 1 : prediction.shape.at(-1);
    if (length > 1 && length !== last) {
      throw new ShapeError(
        'loss.weight-count',
        `BCEWithLogitsLoss has ${length} weights of yes for ${last} numbers.`,
        {
          port: 'prediction',
          explanation: 'One for all, or one for each number of the last dimension.',
          fixes: [{ kind: 'setAttrs', attrs: { posWeight: [] }, label: 'Remove the weights' }],
        },
      );
    }
    return [LOSS_TYPE];
  },
  inferPartial: () => [LOSS_TYPE],
  lower(g, [prediction, target], { posWeight }) {
    const wanted = asNumbers(g, target, prediction);
    if (posWeight.length === 0) {
      const losses = sub(g, g.emit('softplus', [prediction], {}), mul(g, prediction, wanted));
      return [meanLoss(g, losses)];
    }
    // (1 - t) x + (1 + (p - 1) t) softplus(-x), which is the above where p is 1.
    const weights = g.emit('constant', [], { shape: [posWeight.length], values: posWeight });
    const counted = shift(g, mul(g, wanted, shift(g, weights, -1)), 1);
    const no = mul(g, g.emit('affine', [wanted], { scale: -1, shift: 1 }), prediction);
    const surprise = g.emit('softplus', [scale(g, prediction, -1)], {});
    return [meanLoss(g, add(g, no, mul(g, counted, surprise)))];
  },
  takesScores: 'sigmoid',
  outputActivation: (g, scores) => g.emit('sigmoid', [scores], {}),
  judgesLabels: true,
  classify: (g, [prediction, target]) =>
    judgedBinary(
      g,
      g.emit('sigmoid', [prediction], {}),
      g.emit('greaterThan', [prediction], { threshold: 0 }),
      target,
    ),
  torch: ({ posWeight }) => pythonCall('nn.BCEWithLogitsLoss', posWeightKeyword(posWeight)),
  torchCode: {
    call: ([prediction = '', target = ''], { posWeight }, x) =>
      pythonCall(
        'F.binary_cross_entropy_with_logits',
        prediction,
        targetLike(prediction, target, x),
        posWeightKeyword(posWeight, prediction),
      ),
  },
});

const posWeightKeyword = (posWeight: readonly number[], beside?: string): string | undefined =>
  posWeight.length === 0 ? undefined : `pos_weight=${torchNumbers(posWeight, beside)}`;

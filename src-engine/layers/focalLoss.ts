/** Cross-entropy in which easy samples count less, `[N, C]` logits and `[N]` labels to a scalar mean. Reference: https://arxiv.org/abs/1708.02002 */
import type { Value } from '../ops/builder.ts';
import { mul, scale } from '../ops/nn.ts';
import { defineLayer, type Lowering } from './define.ts';
import { judgedScores, LOSS_PORTS, LOSS_TYPE, meanLoss, needScores } from './shared/losses.ts';

/** Of a number from 0 to 1; 1 and 2 without a logarithm. */
function power(g: Lowering, x: Value, exponent: number): Value {
  if (exponent === 1) return x;
  if (exponent === 2) return g.emit('square', [x], {});
  const least = g.emit('full', [], { shape: [], value: SMALLEST });
  const log = g.emit('log', [g.emit('maximum', [x, least], {})], {});
  return g.emit('exp', [scale(g, log, exponent)], {});
}
/** Below it nothing counts any more. */
const SMALLEST = 2 ** -100;

export default defineLayer({
  type: 'FocalLoss',
  label: 'Focal',
  category: 'Loss',
  role: 'loss',
  doc: 'A cross-entropy in which samples that are right already count little, so that rare and hard ones are learnt. Takes raw scores: it applies the softmax itself.',
  formula: 'L = -\\frac{1}{N} \\sum_i (1 - p_i)^\\gamma \\log p_i',
  keywords: ['imbalance', 'hard examples', 'classification', 'detection', 'cross-entropy'],
  idPrefix: 'loss',
  attrs: {
    gamma: {
      kind: 'number',
      default: 2,
      min: 0,
      max: 100,
      help: 'How little easy samples count; with 0 it is the cross-entropy.',
    },
  },
  ...LOSS_PORTS,
  summary: ({ gamma }) => `γ ${gamma}`,
  infer([prediction, target]) {
    needScores('FocalLoss', prediction, target);
    return [LOSS_TYPE];
  },
  inferPartial: () => [LOSS_TYPE],
  lower(g, [logits, labels], { gamma }) {
    const surprise = g.emit('crossEntropy', [logits, labels], { labelSmoothing: 0 });
    if (gamma === 0) return [meanLoss(g, surprise)];
    // 1 - p, exact where p is almost 1.
    const missing = scale(g, g.emit('expm1', [scale(g, surprise, -1)], {}), -1);
    return [meanLoss(g, mul(g, power(g, missing, gamma), surprise))];
  },
  takesScores: 'softmax',
  outputActivation: (g, logits) => g.emit('softmax', [logits], {}),
  classify: (g, [logits, target]) => judgedScores(g, logits, target),
  torch: ({ gamma }) => `FocalLoss(${gamma})`,
  torchCode: {
    call: ([logits = '', labels = ''], { gamma }) =>
      `((1 - torch.exp(-(ce := F.cross_entropy(${logits}, ${labels}, reduction="none")))) ** ${gamma} * ce).mean()`,
  },
});

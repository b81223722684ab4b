/**
 * Negative log-likelihood, `[N, C]` logarithms of probabilities and `[N]` labels to a scalar mean; of sequences
 * `[N, T, C]` and `[N, T]`. Not of raw scores, which CrossEntropyLoss takes.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.NLLLoss.html
 */
import { ShapeError } from '../ir/problem.ts';
import type { Value } from '../ops/builder.ts';
import { mul, reshape, scale, sumAll } from '../ops/nn.ts';
import { defineLayer, type Lowering } from './define.ts';
import {
  adviseClassScores,
  alongClasses,
  CLASS_ATTRS,
  classAxis,
  classKeywords,
  type ClassRows,
  classRows,
  classSide,
  ignoredLabel,
  labelWeights,
  needClassScores,
  TORCH_LABEL_COUNT,
  torchScores,
  weightedMean,
} from './shared/classScores.ts';
import { LOSS_PORTS, LOSS_TYPE, meanLoss } from './shared/losses.ts';
import { needNumbers, needSamples, pythonCall } from './shared/shapes.ts';

export default defineLayer({
  type: 'NLLLoss',
  label: 'Negative log-likelihood',
  category: 'Loss',
  role: 'loss',
  doc: 'How unlikely the right class was, averaged over the batch. The prediction is the logarithm of probabilities, as LogSoftmax gives it; for raw scores there is cross-entropy.',
  formula: 'L = -\\frac{1}{N} \\sum_i x_{i,t_i}',
  keywords: ['classification', 'log likelihood', 'nll', 'log softmax', 'tokens'],
  idPrefix: 'loss',
  attrs: CLASS_ATTRS,
  ...LOSS_PORTS,
  summary({ weight, ...choice }) {
    const ignored = ignoredLabel(choice);
    const parts = [
      ...(weight.length === 0 ? [] : ['weighted']),
      ...(ignored === null ? [] : [`without ${ignored}`]),
    ];
    return parts.length === 0 ? 'reduction mean' : parts.join(', ');
  },
  infer([prediction, target], attrs) {
    needSamples('NLLLoss', target, 'target');
    needNumbers('NLLLoss', prediction, 'prediction');
    if (target.dtype !== 'i32') {
      throw new ShapeError(
        'loss.needs-labels',
        'NLLLoss compares with class labels but gets numbers.',
        {
          port: 'target',
          explanation: 'For numbers or images as the target, use MSELoss.',
          fixes: [{ kind: 'replace', type: 'MSELoss' }],
        },
      );
    }
    needClassScores('NLLLoss', prediction, target, attrs);
    return [LOSS_TYPE];
  },
  inferPartial: () => [LOSS_TYPE],
  lower(g, [logs, target], attrs) {
    const rows = classRows(g, [logs, target], attrs);
    const weights = labelWeights(g, rows, attrs);
    const likely = chosen(g, rows);
    const losses = scale(g, weights ? mul(g, likely, weights) : likely, -1);
    return [
      weights && !g.sampleWeights
        ? weightedMean(g, losses, weights)
        : meanLoss(g, reshape(g, losses, target.type.shape)),
    ];
  },
  outputActivation: (g, logs, attrs, [, target]) =>
    alongClasses(g, logs, classSide(logs.type.shape, target.shape, attrs) ?? 'last', (behind) =>
      g.emit('exp', [behind], {}),
    ),
  classify(g, [logs, target], attrs) {
    const { scores, labels } = classRows(g, [logs, target], attrs);
    const predicted = g.emit('argmax', [scores], {});
    return {
      probabilities: g.emit('exp', [scores], {}),
      ...{ predicted, labels },
      correct: g.emit('equal', [predicted, labels], {}),
    };
  },
  classAxis,
  ignoredLabel,
  meanOver(g, [logs, target], attrs) {
    if (g.sampleWeights) return null;
    const weights = labelWeights(g, classRows(g, [logs, target], attrs), attrs);
    return weights && sumAll(g, weights);
  },
  isWeighted: (attrs) => attrs.weight.length > 0 || ignoredLabel(attrs) !== null,
  check: ([prediction, target], attrs) => adviseClassScores(prediction, target, attrs),
  torch: (attrs, x) =>
    x[0].shape.length > 2 && classSide(x[0].shape, x[1].shape, attrs) === 'last'
      ? 'F.nll_loss'
      : pythonCall('nn.NLLLoss', ...classKeywords(attrs)),
  torchCode: {
    call: ([logs = '', labels = ''], attrs, x) =>
      pythonCall(
        'F.nll_loss',
        torchScores(logs, x, attrs),
        labels,
        ...classKeywords(attrs, labels),
      ),
    over: TORCH_LABEL_COUNT,
  },
});

/** The number of the right class in each row; none where the label is no class. */
function chosen(g: Lowering, { scores, labels }: ClassRows): Value {
  const [rows = 1, classes = 1] = scores.type.shape;
  const numbers = reshape(g, g.emit('toFloat', [labels], {}), [rows, 1]);
  const values = Array.from({ length: classes }, (_, c) => c);
  const all = g.emit('constant', [], { shape: [1, classes], values });
  const zero = g.emit('full', [], { shape: [], value: 0 });
  // Chosen, not multiplied: the logarithm of what is impossible is infinite.
  const ofRight = g.emit('select', [g.emit('equal', [numbers, all], {}), scores, zero], {});
  return g.emit('sum', [ofRight], { axes: [1], keepDims: false });
}

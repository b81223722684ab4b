/** Hinge loss of classes, `[N, C]` scores and `[N]` labels to a scalar mean. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiMarginLoss.html */
import { mul, reshape, shift, sub } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { judgedScores, LOSS_PORTS, LOSS_TYPE, meanLoss, needScores } from './shared/losses.ts';
import { pythonCall, pythonKeyword } from './shared/shapes.ts';

export default defineLayer({
  type: 'MultiMarginLoss',
  label: 'Hinge',
  category: 'Loss',
  role: 'loss',
  doc: 'The hinge of support vector machines: the right class must have a score that is larger than all others by a margin, and no more than that.',
  formula: 'L = \\frac{1}{N C} \\sum_n \\sum_{c \\ne t_n} \\max(0, m - x_{n,t_n} + x_{n,c})^p',
  keywords: ['hinge', 'margin', 'svm', 'classification', 'support vector'],
  idPrefix: 'loss',
  attrs: {
    p: {
      kind: 'choice',
      default: '1',
      options: ['1', '2'],
      label: 'Power',
      optionLabels: { '1': 'As it is', '2': 'Squared' },
      help: 'What is missing to the margin counts as it is, or by its square.',
    },
    margin: {
      kind: 'number',
      default: 1,
      min: 0,
      max: 1_000_000,
      help: 'By how much the right score must be larger.',
    },
  },
  ...LOSS_PORTS,
  summary: ({ margin, p }) => `margin ${margin}${p === '2' ? ' squared' : ''}`,
  infer([prediction, target]) {
    needScores('MultiMarginLoss', prediction, target);
    return [LOSS_TYPE];
  },
  inferPartial: () => [LOSS_TYPE],
  lower(g, [scores, labels], { p, margin }) {
    const [samples = 1, classes = 1] = scores.type.shape;
    const numbers = reshape(g, g.emit('toFloat', [labels], {}), [samples, 1]);
    const values = Array.from({ length: classes }, (_, k) => k);
    const all = g.emit('constant', [], { shape: [1, classes], values });
    const isRight = g.emit('equal', [numbers, all], {});
    const ofRow = { axes: [1], keepDims: true };
    const right = g.emit('sum', [mul(g, scores, isRight)], ofRow);
    const missing = g.emit('relu', [shift(g, sub(g, scores, right), margin)], {});
    const counted = p === '2' ? g.emit('square', [missing], {}) : missing;
    const others = g.emit('affine', [isRight], { scale: -1, shift: 1 });
    return [meanLoss(g, mul(g, counted, others))];
  },
  takesScores: 'softmax',
  outputActivation: (g, scores) => g.emit('softmax', [scores], {}),
  classify: (g, [scores, target]) => judgedScores(g, scores, target),
  torch: ({ p, margin }) =>
    pythonCall(
      'nn.MultiMarginLoss',
      pythonKeyword('p', Number(p), 1),
      pythonKeyword('margin', margin, 1),
    ),
  torchCode: {
    call: ([scores = '', labels = ''], { p, margin }) =>
      pythonCall(
        'F.multi_margin_loss',
        scores,
        labels,
        pythonKeyword('p', Number(p), 1),
        pythonKeyword('margin', margin, 1),
      ),
  },
});

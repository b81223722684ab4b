/**
 * Distances of pairs: small where they belong together, larger than a margin where they do not; to a scalar mean.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.HingeEmbeddingLoss.html
 */
import type { Value } from '../ops/builder.ts';
import { add, mul } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { LOSS_PORTS, LOSS_TYPE, meanLoss } from './shared/losses.ts';
import { missingTo, needSigns, pythonSigns, signs } from './shared/pairs.ts';
import { needNumbers, pythonCall, pythonKeyword } from './shared/shapes.ts';

export default defineLayer({
  type: 'HingeEmbeddingLoss',
  label: 'Hinge embedding',
  category: 'Loss',
  role: 'loss',
  doc: 'Takes how far two samples are apart, as PairwiseDistance says: that becomes small for those that belong together, and at least a margin for the others.',
  formula:
    'L = \\frac{1}{n} \\sum_i \\begin{cases} x_i & t_i = 1 \\\\ \\max(0, m - x_i) & t_i = -1 \\end{cases}',
  keywords: ['metric learning', 'embedding', 'siamese', 'contrastive', 'distance', 'margin'],
  idPrefix: 'loss',
  attrs: {
    margin: {
      kind: 'number',
      default: 1,
      min: 0,
      max: 1_000_000,
      help: 'Those that do not belong together cost nothing from this distance on.',
    },
  },
  ...LOSS_PORTS,
  judgesPairs: true,
  summary: ({ margin }) => `margin ${margin}`,
  infer([prediction, target]) {
    needNumbers('HingeEmbeddingLoss', prediction, 'prediction');
    needSigns('HingeEmbeddingLoss', prediction, target);
    return [LOSS_TYPE];
  },
  inferPartial: () => [LOSS_TYPE],
  lower(g, [x, target], { margin }) {
    const sign = signs(g, target, x.type.shape);
    // As in PyTorch, what is neither counts as both.
    const isNot = (value: number): Value => {
      const one = g.emit('full', [], { shape: [], value });
      return g.emit('affine', [g.emit('equal', [sign, one], {})], { scale: -1, shift: 1 });
    };
    const losses = add(g, mul(g, isNot(-1), x), mul(g, isNot(1), missingTo(g, margin, x)));
    return [meanLoss(g, losses)];
  },
  torch: ({ margin }) => pythonCall('nn.HingeEmbeddingLoss', pythonKeyword('margin', margin, 1)),
  torchCode: {
    call: ([x = '', target = ''], { margin }, types) =>
      pythonCall(
        'F.hinge_embedding_loss',
        x,
        pythonSigns(target, types[1], types[0].shape.length),
        pythonKeyword('margin', margin, 1),
      ),
  },
});

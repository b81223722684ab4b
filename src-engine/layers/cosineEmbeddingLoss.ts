/**
 * Pairs that belong together point the same way, others do not; `[N, D]` twice and `[N]` to a scalar mean.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.CosineEmbeddingLoss.html
 */
import { div, mul, shift } from '../ops/nn.ts';
import type { Value } from '../ops/builder.ts';
import { defineLayer, type Lowering } from './define.ts';
import { LOSS_TYPE, meanLoss } from './shared/losses.ts';
import {
  bySign,
  missingTo,
  needSigns,
  needVectorsAlike,
  oneEach,
  pythonSigns,
  signs,
  sumAlong,
} from './shared/pairs.ts';
import { pythonCall, pythonKeyword } from './shared/shapes.ts';

/** PyTorch's own here: added to both squared lengths. */
const EPS = 1e-12;
function cosineOf(g: Lowering, a: Value, b: Value): Value {
  const squared = (x: Value): Value =>
    shift(g, sumAlong(g, g.emit('square', [x], {}), 1, false), EPS);
  const lengths = g.emit('sqrt', [mul(g, squared(a), squared(b))], {});
  return div(g, sumAlong(g, mul(g, a, b), 1, false), lengths);
}

export default defineLayer({
  type: 'CosineEmbeddingLoss',
  label: 'Cosine embedding',
  category: 'Loss',
  role: 'loss',
  doc: 'For embeddings of two samples that belong together or do not: the angle between them becomes small, or larger than a margin. Both come from one network whose weights are shared.',
  formula:
    'L = \\frac{1}{N} \\sum_n \\begin{cases} 1 - \\cos(a_n, b_n) & t_n = 1 \\\\ \\max(0, \\cos(a_n, b_n) - m) & t_n = -1 \\end{cases}',
  keywords: ['metric learning', 'embedding', 'siamese', 'contrastive', 'similarity', 'angle'],
  idPrefix: 'loss',
  attrs: {
    margin: {
      kind: 'number',
      default: 0,
      min: -1,
      max: 1,
      help: 'A smaller cosine of those that do not belong together costs nothing.',
    },
  },
  ports: { in: ['a', 'b', 'target'], out: ['loss'] },
  portRoles: { a: 'prediction', target: 'target', loss: 'loss' },
  judgesPairs: true,
  summary: ({ margin }) => `margin ${margin}`,
  infer([a, b, target]) {
    needVectorsAlike('CosineEmbeddingLoss', [a, b], ['a', 'b']);
    needSigns('CosineEmbeddingLoss', oneEach(a), target);
    return [LOSS_TYPE];
  },
  inferPartial: () => [LOSS_TYPE],
  lower(g, [a, b, target], { margin }) {
    const cosine = cosineOf(g, a, b);
    const sign = signs(g, target, cosine.type.shape);
    const apart = g.emit('relu', [shift(g, cosine, -margin)], {});
    return [meanLoss(g, bySign(g, sign, missingTo(g, 1, cosine), apart))];
  },
  torch: ({ margin }) => pythonCall('nn.CosineEmbeddingLoss', pythonKeyword('margin', margin, 0)),
  torchCode: {
    call: ([a = '', b = '', target = ''], { margin }, x) =>
      pythonCall(
        'F.cosine_embedding_loss',
        a,
        b,
        pythonSigns(target, x[2], 1),
        pythonKeyword('margin', margin, 0),
      ),
  },
});

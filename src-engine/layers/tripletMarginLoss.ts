/**
 * An anchor nearer to what it belongs to than to what it does not, by a margin; `[N, D]` each to a scalar mean.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.TripletMarginLoss.html
 */
import { shift, sub } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { LOSS_TYPE, meanLoss } from './shared/losses.ts';
import { distance, needVectorsAlike, normAttr } from './shared/pairs.ts';
import { pythonCall, pythonKeyword } from './shared/shapes.ts';

const PORTS = ['anchor', 'positive', 'negative'] as const;

interface Attrs {
  readonly margin: number;
  readonly p: string;
  readonly eps: number;
  readonly swap: boolean;
}
const keywords = ({ margin, p, eps, swap }: Attrs): readonly (string | undefined)[] => [
  pythonKeyword('margin', margin, 1),
  pythonKeyword('p', Number(p), 2),
  pythonKeyword('eps', eps, 1e-6),
  swap ? 'swap=True' : undefined,
];

export default defineLayer({
  type: 'TripletMarginLoss',
  label: 'Triplet margin',
  category: 'Loss',
  role: 'loss',
  doc: 'For embeddings: a sample must be nearer to one that it belongs to than to one that it does not, by a margin. All three come from one network whose weights are shared; it needs no target.',
  formula: 'L = \\frac{1}{N} \\sum_n \\max(0,\\; |a_n - p_n| - |a_n - n_n| + m)',
  keywords: [
    'metric learning',
    'embedding',
    'siamese',
    'contrastive',
    'face',
    'anchor',
    'distance',
  ],
  idPrefix: 'loss',
  attrs: {
    margin: {
      kind: 'number',
      default: 1,
      min: 0,
      max: 1_000_000,
      help: 'By how much nearer it must be.',
    },
    p: normAttr,
    eps: {
      kind: 'number',
      default: 1e-6,
      min: 0,
      max: 1,
      logarithmic: true,
      advanced: true,
      label: 'Epsilon',
      help: 'Added to differences, so that a gradient is left where two are the same.',
    },
    swap: {
      kind: 'bool',
      default: false,
      advanced: true,
      help: 'Where the negative is nearer to the positive than to the anchor, that distance counts.',
    },
  },
  ports: { in: PORTS, out: ['loss'] },
  portRoles: { anchor: 'prediction', loss: 'loss' },
  summary: ({ margin, p }) => `margin ${margin}, norm ${p}`,
  infer(x) {
    needVectorsAlike('TripletMarginLoss', x, PORTS);
    return [LOSS_TYPE];
  },
  inferPartial: () => [LOSS_TYPE],
  lower(g, [anchor, positive, negative], { margin, p, eps, swap }) {
    const near = distance(g, anchor, positive, p, eps);
    const far = distance(g, anchor, negative, p, eps);
    const least = swap
      ? g.emit('minimum', [far, distance(g, positive, negative, p, eps)], {})
      : far;
    return [meanLoss(g, g.emit('relu', [shift(g, sub(g, near, least), margin)], {}))];
  },
  torch: (attrs) => pythonCall('nn.TripletMarginLoss', ...keywords(attrs)),
  torchCode: {
    call: (inputs, attrs) => pythonCall('F.triplet_margin_loss', ...inputs, ...keywords(attrs)),
  },
});

/**
 * Softmax and negative log-likelihood in one, `[N, C]` logits and `[N]` labels (or `[N, C]` probabilities of classes)
 * to a scalar mean; of sequences `[N, T, C]` and `[N, T]`, of pictures `[N, C, H, W]` and `[N, H, W]`.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
 */
import { ShapeError } from '../ir/problem.ts';
import { sameShape, type TensorType } from '../ir/tensor.ts';
import type { Value } from '../ops/builder.ts';
import { add, mul, reshape, scale, sumAll } from '../ops/nn.ts';
import { defineLayer, type Lowering } from './define.ts';
import {
  adviseClassScores,
  alongClasses,
  CLASS_ATTRS,
  classAxis,
  type ClassChoice,
  classKeywords,
  classRows,
  type ClassRows,
  classSide,
  ignoredLabel,
  labelWeights,
  needClassScores,
  TORCH_LABEL_COUNT,
  torchScores,
  weightedMean,
} from './shared/classScores.ts';
import { dim, needNumbers, needSamples, pythonCall } from './shared/shapes.ts';
import { LOSS_TYPE, meanLoss } from './shared/losses.ts';
import { formatInteger } from '../ir/numberText.ts';

export default defineLayer({
  type: 'CrossEntropyLoss',
  label: 'Cross-entropy',
  category: 'Loss',
  role: 'loss',
  doc: 'How surprised the network is by the right class, averaged over the batch. Takes raw scores (logits), one for each class: it applies the softmax itself. The target is a class, or the probability of each; or a class for each token of a sequence, each pixel of a picture.',
  formula: 'L = -\\frac{1}{N} \\sum_i \\log \\frac{e^{x_{i,t_i}}}{\\sum_c e^{x_{i,c}}}',
  keywords: ['classification', 'softmax', 'log loss', 'nll', 'logits', 'tokens', 'segmentation'],
  idPrefix: 'loss',
  attrs: {
    labelSmoothing: {
      kind: 'number',
      default: 0,
      min: 0,
      max: 1,
      help: 'Moves this share of the certainty from the right class to all classes alike, against overconfidence.',
    },
    ...CLASS_ATTRS,
  },
  ports: { in: ['prediction', 'target'], out: ['loss'] },
  portRoles: { prediction: 'prediction', target: 'target', loss: 'loss' },
  summary({ labelSmoothing, weight, ...choice }) {
    const ignored = ignoredLabel(choice);
    const parts = [
      ...(labelSmoothing === 0 ? [] : [`smoothing ${labelSmoothing}`]),
      ...(weight.length === 0 ? [] : ['weighted']),
      ...(ignored === null ? [] : [`without ${ignored}`]),
    ];
    return parts.length === 0 ? 'reduction mean' : parts.join(', ').slice(0, 28);
  },
  infer([prediction, target], attrs) {
    needSamples('CrossEntropyLoss', target, 'target');
    needNumbers('CrossEntropyLoss', prediction, 'prediction');
    if (isProbabilities(prediction, target)) return [LOSS_TYPE];
    if (target.dtype !== 'i32') {
      throw new ShapeError(
        'loss.needs-labels',
        'CrossEntropyLoss compares with class labels but gets numbers.',
        {
          port: 'target',
          explanation:
            'For numbers or images as the target, use MSELoss. Probabilities would be one number for each score, of two or more.',
          fixes: [{ kind: 'replace', type: 'MSELoss' }],
        },
      );
    }
    needClassScores('CrossEntropyLoss', prediction, target, attrs);
    return [LOSS_TYPE];
  },
  inferPartial: () => [LOSS_TYPE],
  lower(g, [logits, target], attrs) {
    const { labelSmoothing, weight } = attrs;
    if (target.type.dtype === 'f32') {
      const shares = asWide(g, target, logits);
      if (weight.length === 0) {
        return [meanLoss(g, g.emit('crossEntropy', [logits, shares], { labelSmoothing }))];
      }
      const wanted = mul(g, smoothed(g, shares, labelSmoothing), rowOf(g, weight));
      return [meanLoss(g, g.emit('crossEntropy', [logits, wanted], { labelSmoothing: 0 }))];
    }
    const rows = classRows(g, [logits, target], attrs);
    const weights = labelWeights(g, rows, attrs);
    const losses = weights ? weighted(g, rows, weights, attrs) : ofLabels(g, rows, attrs);
    // By samples, which are weighed as they are where others are none.
    const ofSamples = reshape(g, losses, target.type.shape);
    return [
      weights && !g.sampleWeights ? weightedMean(g, losses, weights) : meanLoss(g, ofSamples),
    ];
  },
  takesProbabilities: { ofNumbers: 'MSELoss' },
  takesScores: 'softmax',
  outputActivation: (g, logits, attrs, [, target]) =>
    alongClasses(g, logits, classSide(logits.type.shape, target.shape, attrs) ?? 'last', (behind) =>
      g.emit('softmax', [behind], {}),
    ),
  classify(g, [logits, target], attrs) {
    if (target.type.dtype === 'f32') {
      const predicted = g.emit('argmax', [logits], {});
      return {
        probabilities: g.emit('softmax', [logits], {}),
        predicted,
        // Of probabilities the heaviest class is the right one.
        correct: g.emit('equal', [predicted, g.emit('argmax', [target], {})], {}),
      };
    }
    const { scores, labels } = classRows(g, [logits, target], attrs);
    const predicted = g.emit('argmax', [scores], {});
    return {
      probabilities: g.emit('softmax', [scores], {}),
      predicted,
      labels,
      correct: g.emit('equal', [predicted, labels], {}),
    };
  },
  classAxis,
  ignoredLabel,
  meanOver(g, [logits, target], attrs) {
    if (target.type.dtype === 'f32' || g.sampleWeights) return null;
    const weights = labelWeights(g, classRows(g, [logits, target], attrs), attrs);
    return weights && sumAll(g, weights);
  },
  isWeighted: (attrs, [, target]) =>
    target.dtype === 'i32' && (attrs.weight.length > 0 || ignoredLabel(attrs) !== null),
  check: ([prediction, target], attrs) =>
    target.dtype === 'i32'
      ? adviseClassScores(prediction, target, attrs)
      : spareShares(prediction, target),
  torch: (attrs, x) =>
    x[0].shape.length > 2 && classSide(x[0].shape, x[1].shape, attrs) === 'last'
      ? 'F.cross_entropy'
      : pythonCall('nn.CrossEntropyLoss', ...keywords(attrs)),
  torchCode: {
    call: ([logits = '', labels = ''], attrs, x) =>
      pythonCall(
        'F.cross_entropy',
        torchScores(logits, x, attrs),
        labels,
        ...keywords(attrs, labels),
      ),
    over: TORCH_LABEL_COUNT,
  },
});

type Choice = ClassChoice & { readonly labelSmoothing: number };

const keywords = (attrs: Choice, labels?: string): readonly (string | undefined)[] => [
  ...classKeywords(attrs, labels),
  attrs.labelSmoothing === 0 ? undefined : `label_smoothing=${attrs.labelSmoothing}`,
];

function ofLabels(g: Lowering, { scores, labels }: ClassRows, attrs: Choice): Value {
  const ignored = ignoredLabel(attrs);
  return g.emit('crossEntropy', [scores, labels], {
    labelSmoothing: attrs.labelSmoothing,
    ...(ignored !== null && { ignoreIndex: ignored }),
  });
}

/**
 * Each loss by what it counts for. As PyTorch has it the weight of the label is that of the certain part alone; in the
 * even part each class has its own.
 */
function weighted(g: Lowering, rows: ClassRows, weights: Value, attrs: Choice): Value {
  const { weight, labelSmoothing } = attrs;
  if (weight.length === 0) return ofLabels(g, rows, attrs);
  const certain = mul(g, ofLabels(g, rows, { ...attrs, labelSmoothing: 0 }), weights);
  if (labelSmoothing === 0) return certain;
  const { shape } = rows.scores.type;
  const all = g.emit('broadcastTo', [rowOf(g, weight)], { shape });
  const even = g.emit('crossEntropy', [rows.scores, all], { labelSmoothing: 0 });
  const counted = labelWeights(g, rows, { ...attrs, weight: [] });
  return add(
    g,
    scale(g, certain, 1 - labelSmoothing),
    scale(g, counted ? mul(g, even, counted) : even, labelSmoothing / weight.length),
  );
}

const rowOf = (g: Lowering, values: readonly number[]): Value =>
  g.emit('constant', [], { shape: [1, values.length], values });

function smoothed(g: Lowering, shares: Value, smoothing: number): Value {
  if (smoothing === 0) return shares;
  const shift = smoothing / (shares.type.shape[1] ?? 1);
  return g.emit('affine', [shares], { scale: 1 - smoothing, shift });
}

/** One number for each score: PyTorch's second form. Of one class alone there would be nothing to learn. */
function isProbabilities(prediction: TensorType, target: TensorType): boolean {
  const isAlike = target.dtype === 'f32' && sameShape(prediction.shape, target.shape);
  return isAlike && prediction.shape.length === 2 && dim(prediction.shape, 1) > 1;
}

/** Shares of mixed labels are as many as the data has classes; there may be spare scores. */
function asWide(g: Lowering, target: Value, logits: Value): Value {
  const after = (logits.type.shape[1] ?? 0) - (target.type.shape[1] ?? 0);
  if (target.type.dtype !== 'f32' || after === 0) return target;
  return g.emit('pad', [target], { axis: 1, before: 0, after });
}

function spareShares(prediction: TensorType, target: TensorType) {
  const logits = dim(prediction.shape, 1);
  if (target.classes === undefined || logits <= target.classes) return [];
  return [
    {
      code: 'loss.spare-classes',
      severity: 'warning',
      port: 'prediction',
      message: `${formatInteger(logits)} scores for ${formatInteger(target.classes)} classes: ${formatInteger(logits - target.classes)} will never be right.`,
      fixes: [{ kind: 'setWidth', port: 'prediction', width: target.classes }],
    } as const,
  ];
}

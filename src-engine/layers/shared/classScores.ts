/**
 * Losses of classes by a score for each: of a sample one label, or one for each of its places (the tokens of a text,
 * the pixels of a picture). Some labels may not count, and classes may count differently.
 *
 * Places have their scores last, `[N, T, C]`, as layers of sequences give them, or in dimension 1, `[N, C, T]` and
 * `[N, C, H, W]`, as convolutions and PyTorch's own losses have it. Which of both follows from the places of the
 * labels; where both fit, sequences have them last and pictures first, and who means it otherwise says so.
 */
import type { ChoiceAttr, IntAttr, NumbersAttr } from '#engine/ir/attrs.ts';
import { ShapeError } from '#engine/ir/problem.ts';
import { elementCount, type Shape, type TensorType } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import { div, mul, reshape, sumAll } from '#engine/ops/nn.ts';
import type { LayerProblem, Lowering } from '../define.ts';
import {
  dim,
  formatSample,
  pythonCall,
  pythonKeyword,
  sampleShape,
  torchNumbers,
} from './shapes.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

/** PyTorch's default, which no label of a data set is. */
const NOTHING_IGNORED = -100;

export const CLASS_ATTRS = {
  weight: {
    kind: 'numbers',
    default: [],
    min: 0,
    label: 'Class weights',
    help: 'What each class counts for, in their order: rare ones more. Empty: all alike. The loss is divided by the weights of its labels, as PyTorch does.',
  } satisfies NumbersAttr as NumbersAttr,
  ignoreIndex: {
    kind: 'int',
    default: NOTHING_IGNORED,
    min: NOTHING_IGNORED,
    max: 4_194_303,
    label: 'Ignored label',
    help: 'Places of this label count for nothing, in the loss as in its metrics: of texts 0, which is padding. -100: none.',
  } satisfies IntAttr as IntAttr,
  classDimension: {
    kind: 'choice',
    default: 'auto',
    options: ['auto', 'last', 'first'],
    optionLabels: { auto: 'Automatic', last: 'The last', first: 'The first of a sample' },
    advanced: true,
    help: 'Which dimension of the scores counts the classes, where a sample has several labels. Automatic: the one beside the places of the labels; where both are, the last of sequences and the first of pictures.',
  } satisfies ChoiceAttr<'auto' | 'last' | 'first'> as ChoiceAttr<'auto' | 'last' | 'first'>,
} as const;

export interface ClassChoice {
  readonly weight: readonly number[];
  readonly ignoreIndex: number;
  readonly classDimension: 'auto' | 'last' | 'first';
}

/** The label that counts for nothing; null where each counts. */
export const ignoredLabel = ({ ignoreIndex }: Pick<ClassChoice, 'ignoreIndex'>): number | null =>
  ignoreIndex === NOTHING_IGNORED ? null : ignoreIndex;

type Side = 'last' | 'first';

/** On which sides the classes may be: the other dimensions are the places of the labels. */
function sidesOf(scores: Shape, labels: Shape): readonly Side[] {
  const places = labels.slice(1);
  const areThere = (sizes: Shape): boolean =>
    sizes.length === places.length && sizes.every((size, i) => size === places[i]);
  const fitting: Side[] = [];
  if (areThere(scores.slice(1, -1))) fitting.push('last');
  if (areThere(scores.slice(2))) fitting.push('first');
  return fitting;
}

/** Null where the scores have not the places of the labels. */
export function classSide(scores: Shape, labels: Shape, choice: ClassChoice): Side | null {
  const fitting = sidesOf(scores, labels);
  const { classDimension } = choice;
  if (classDimension !== 'auto') return fitting.includes(classDimension) ? classDimension : null;
  return fitting.length > 1 && labels.length > 2 ? 'first' : (fitting[0] ?? null);
}

/** The dimension of the scores that counts the classes. */
export function classAxis(
  [{ shape }, labels]: readonly [TensorType, TensorType],
  choice: ClassChoice,
): number {
  return classSide(shape, labels.shape, choice) === 'first' ? 1 : Math.max(1, shape.length - 1);
}

/** How many classes the scores tell apart. */
const classesIn = (types: readonly [TensorType, TensorType], choice: ClassChoice): number =>
  dim(types[0].shape, classAxis(types, choice));

/** Refuses scores that labels of classes cannot be compared with. */
export function needClassScores(
  layer: string,
  scores: TensorType,
  labels: TensorType,
  choice: ClassChoice,
): void {
  if (scores.shape.length < 2) {
    throw new ShapeError(
      'loss.needs-logits',
      `${layer} takes one score per class but gets ${formatSample(scores.shape)}.`,
      {
        port: 'prediction',
        explanation: 'One flat vector of scores per sample.',
        fixes: [{ kind: 'insert', port: 'prediction', type: 'Reshape', attrs: { shape: [1] } }],
      },
    );
  }
  if (classSide(scores.shape, labels.shape, choice) === null)
    throw misplaced(layer, scores, labels);
  const { classes } = labels;
  const { weight } = choice;
  const count = classesIn([scores, labels], choice);
  if (classes !== undefined && count < classes) {
    throw new ShapeError(
      'loss.class-count',
      `${formatInteger(classes)} classes need ${formatInteger(classes)} scores but ${count === 1 ? 'one comes' : `${formatInteger(count)} come`}.`,
      {
        port: 'prediction',
        explanation: 'The last layer must have one output for each class.',
        fixes: [
          { kind: 'setWidth', port: 'prediction', width: classes },
          ...(classes === 2 && count === 1
            ? [{ kind: 'replace', type: 'BCEWithLogitsLoss' } as const]
            : []),
        ],
      },
    );
  }
  if (weight.length > 0 && weight.length !== count) {
    throw new ShapeError(
      'loss.weight-count',
      `${layer} has weights of ${formatInteger(weight.length)} classes for ${formatInteger(count)} scores.`,
      {
        port: 'prediction',
        explanation: 'Each class has its weight; without any all count alike.',
        fixes: [{ kind: 'setAttrs', attrs: { weight: [] }, label: 'Let all classes count alike' }],
      },
    );
  }
}

function misplaced(layer: string, scores: TensorType, labels: TensorType): ShapeError {
  const text = formatSample(scores.shape);
  if (labels.shape.length === 1) {
    return new ShapeError(
      'loss.needs-logits',
      `${layer} takes one score per class but gets ${text}.`,
      {
        port: 'prediction',
        explanation: 'One flat vector of scores per sample.',
        fixes: [{ kind: 'insert', port: 'prediction', type: 'Flatten' }],
      },
    );
  }
  const places = sampleShape(labels.shape).join('×');
  return new ShapeError(
    'loss.label-shape',
    `${layer} has ${places} labels per sample but scores of ${text}.`,
    {
      port: 'target',
      explanation: `Each label needs a score for each class: ${places}×classes, or classes×${places}.`,
    },
  );
}

/** What may be meant otherwise. */
export function adviseClassScores(
  scores: TensorType,
  labels: TensorType,
  choice: ClassChoice,
): readonly LayerProblem[] {
  const { classes } = labels;
  const count = classesIn([scores, labels], choice);
  const isUnclear =
    choice.classDimension === 'auto' &&
    labels.shape.length === 2 &&
    sidesOf(scores.shape, labels.shape).length > 1;
  return [
    ...(isUnclear
      ? [
          {
            code: 'loss.class-dimension',
            severity: 'warning',
            port: 'prediction',
            message: `Both dimensions of ${formatSample(scores.shape)} could count the classes: the last is taken.`,
            explanation: 'Say which it is; they have the same size, so the shapes do not tell.',
            fixes: (['last', 'first'] as const).map((side) => ({
              ...({ kind: 'setAttrs', attrs: { classDimension: side } } as const),
              label: side === 'last' ? 'The last' : 'The first',
            })),
          } as const,
        ]
      : []),
    ...(classes !== undefined && count > classes
      ? [
          {
            code: 'loss.spare-classes',
            severity: 'warning',
            port: 'prediction',
            message: `${formatInteger(count)} scores for ${formatInteger(classes)} classes: ${formatInteger(count - classes)} will never be right.`,
            fixes: [{ kind: 'setWidth', port: 'prediction', width: classes }],
          } as const,
        ]
      : []),
  ];
}

/** Scores `[rows, C]` and labels `[rows]`: a row for each label. */
export interface ClassRows {
  readonly scores: Value;
  readonly labels: Value;
}

export function classRows(
  g: Lowering,
  [scores, labels]: readonly [Value, Value],
  choice: ClassChoice,
): ClassRows {
  const { shape } = scores.type;
  if (labels.type.shape.length === 1) return { scores, labels };
  const isLast = classSide(shape, labels.type.shape, choice) !== 'first';
  const behind = isLast ? scores : g.emit('permute', [scores], { axes: classesBehind(shape) });
  const rows = elementCount(labels.type.shape);
  const classes = behind.type.shape.at(-1) ?? 1;
  return {
    scores: reshape(g, behind, [rows, classes]),
    labels: reshape(g, labels, [rows]),
  };
}

const classesBehind = (shape: Shape): readonly number[] => [
  0,
  ...shape.slice(2).map((_, i) => i + 2),
  1,
];

/** Over the classes, wherever they are. */
export function alongClasses(
  g: Lowering,
  scores: Value,
  side: Side,
  apply: (behind: Value) => Value,
): Value {
  const { shape } = scores.type;
  if (side === 'last' || shape.length === 2) return apply(scores);
  const axes = classesBehind(shape);
  const back = axes.map((_, to) => axes.indexOf(to));
  return g.emit('permute', [apply(g.emit('permute', [scores], { axes }))], { axes: back });
}

/** What each label counts for, `[rows]`; null where all count alike. */
export function labelWeights(g: Lowering, { scores, labels }: ClassRows, choice: ClassChoice) {
  const ignored = ignoredLabel(choice);
  const { weight } = choice;
  if (ignored === null && weight.length === 0) return null;
  const numbers = g.emit('toFloat', [labels], {});
  if (weight.length === 0) {
    const given = g.emit('full', [], { shape: [], value: ignored ?? 0 });
    const isIgnored = g.emit('equal', [numbers, given], {});
    return g.emit('affine', [isIgnored], { scale: -1, shift: 1 });
  }
  const [rows = 1, classes = 1] = scores.type.shape;
  const row = (values: readonly number[]): Value =>
    g.emit('constant', [], { shape: [1, classes], values });
  // Compared with each class, since what is ignored need not be one that could be looked up.
  const places = row(Array.from({ length: classes }, (_, c) => c));
  const is = g.emit('equal', [reshape(g, numbers, [rows, 1]), places], {});
  const counted = weight.map((each, c) => (c === ignored ? 0 : each));
  return g.emit('sum', [mul(g, is, row(counted))], { axes: [1], keepDims: false });
}

/** Far below any weight: of a batch in which nothing counts the mean is 0, where PyTorch has no number. */
const LEAST = 2 ** -60;

/** The mean of losses of labels, of which each counts for its weight. */
export function weightedMean(g: Lowering, losses: Value, weights: Value): Value {
  const least = g.emit('full', [], { shape: [], value: LEAST });
  return div(g, sumAll(g, losses), g.emit('maximum', [sumAll(g, weights), least], {}));
}

/** Keywords of PyTorch's function and module; `labels`: what stands where the weights have to be. */
export function classKeywords(
  choice: ClassChoice,
  labels?: string,
): readonly (string | undefined)[] {
  const { weight } = choice;
  const ignored = ignoredLabel(choice);
  return [
    weight.length === 0 ? undefined : `weight=${torchNumbers(weight, labels)}`,
    ignored === null ? undefined : `ignore_index=${ignored}`,
  ];
}

/** How much labels count for together, in Python. */
export const TORCH_LABEL_COUNT = {
  definition: `
def label_count(labels: Tensor, ignored: int = -100, weight: Tensor | None = None) -> Tensor:
    """How many labels count, each by the weight of its class."""
    counts = labels != ignored
    return counts.sum().float() if weight is None else weight[labels[counts]].sum()
`,
  call: ([, labels = '']: readonly string[], choice: ClassChoice): string =>
    pythonCall(
      'label_count',
      labels,
      pythonKeyword('ignored', choice.ignoreIndex, NOTHING_IGNORED),
      choice.weight.length === 0 ? undefined : `weight=${torchNumbers(choice.weight, labels)}`,
    ),
};

/** Python of the scores as PyTorch takes them, classes in dimension 1. */
export function torchScores(
  scores: string,
  [scoresType, labelsType]: readonly [TensorType, TensorType],
  choice: ClassChoice,
): string {
  const isFirst = classSide(scoresType.shape, labelsType.shape, choice) === 'first';
  return scoresType.shape.length === 2 || isFirst ? scores : `${scores}.movedim(-1, 1)`;
}

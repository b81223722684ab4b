/**
 * Small networks whose training is set one way or another, each of what its settings need: two losses, labels that
 * do not count, shared weights, layers that PyTorch has no class of.
 */
import type { JsonValue, RawAttrs } from '#engine/ir/attrs.ts';
import type { NetworkDocument } from '#engine/ir/index.ts';
import { features, IMAGE, LABEL, network, type NodeText, target } from '../support/network.ts';

type Settings = Readonly<Record<string, unknown>>;

/** Layers that PyTorch has no class of. */
export function ownClasses(): NetworkDocument {
  return network(
    [
      DIGITS,
      ['sep', 'SeparableConv2d', { outChannels: 6, kernelSize: [5, 5], stride: [3, 3] }],
      [
        'f',
        'Expression',
        {
          // Longer than a line, and with names of nn.Module's own.
          formula:
            'alpha * x * sigmoid(train * x) + where(x > 0, 0.1, min(x, 0.5) ** 2) - 0.1 * _own * x ** 2 + half * 0.2 * tanh(x * type)',
          parameters: 'alpha, train = 0.5, _own, half = 0.1, type = 2',
          perChannel: true,
        },
      ],
      ['one', 'DepthwiseConv2d', { samePadding: true }],
      ['mix', 'WeightedSum', { softmax: true }],
      ['flat', 'Flatten'],
      ['fc', 'Linear', { outFeatures: 10 }],
      ['loss', 'CrossEntropyLoss'],
    ],
    [
      ...['data.image > sep.x', 'sep.y > f.x', 'f.y > one.x', 'one.y > mix.a', 'f.y > mix.b'],
      ...['mix.y > flat.x', 'flat.y > fc.x', 'fc.y > loss.prediction', 'data.label > loss.target'],
    ],
    { epochs: 2, batchSize: 16 },
  );
}

/** Two embeddings of one sample, together in one class and apart in the other. */
export function pairs(): NetworkDocument {
  return network(
    [
      POINTS,
      ['a', 'Linear', { outFeatures: 4 }],
      ['b', 'Linear', { outFeatures: 4 }],
      ['unit', 'Normalize'],
      // No loss is zero, which would be none to compare by.
      ['loss', 'CosineEmbeddingLoss', { margin: -1 }],
    ],
    [
      ...['data.features > a.x', 'data.features > b.x', 'a.y > unit.x'],
      ...['unit.y > loss.a', 'b.y > loss.b', 'data.label > loss.target'],
    ],
    { epochs: 3, batchSize: 16 },
  );
}

const from = (source: string, count: number, fields: readonly object[]): NodeText => [
  'data',
  'Data',
  // Fields are plain JSON; their interface does not say so.
  { source, options: { count }, fields: fields as unknown as JsonValue },
];
const POINTS = from('moons', 200, [features(2), { ...LABEL, classes: 2 }]);
const DIGITS = from('digits', 120, [IMAGE, LABEL]);

/** Two layers on moons; ten whole batches of an epoch and one of two samples. */
export const points = (training: Settings, middle: NodeText = ['act', 'Tanh']): NetworkDocument =>
  network(
    [
      POINTS,
      ['fc1', 'Linear', { outFeatures: 8 }],
      middle,
      ['fc2', 'Linear', { outFeatures: 2 }],
      ['loss', 'CrossEntropyLoss', { labelSmoothing: 0.1 }],
    ],
    [
      'data.features > fc1.x',
      `fc1.y > ${middle[0]}.x`,
      `${middle[0]}.y > fc2.x`,
      'fc2.y > loss.prediction',
      'data.label > loss.target',
    ],
    { epochs: 4, batchSize: 16, ...training },
  );

export const scheduled = (type: string, attrs: Settings = {}, warmupEpochs = 0): NetworkDocument =>
  points({
    objectives: [
      {
        optimizer: { type: 'AdamW', attrs: { lr: 0.02 } },
        schedule: { type, attrs, warmupEpochs },
      },
    ],
  });

export const twoHeads = (training: Settings): NetworkDocument =>
  network(
    [
      from('curves', 200, [features(1), target(1)]),
      ['body', 'Linear', { outFeatures: 6 }],
      ['act', 'Tanh'],
      ['a', 'Linear', { outFeatures: 1 }],
      ['b', 'Linear', { outFeatures: 1 }],
      ['zero', 'FullLike', { value: 0.25 }],
      ['one', 'MSELoss'],
      ['other', 'BCEWithLogitsLoss'],
    ],
    [
      'data.features > body.x',
      'body.y > act.x',
      'act.y > a.x',
      'act.y > b.x',
      'a.y > one.prediction',
      'data.target > one.target',
      'b.y > other.prediction',
      'b.y > zero.x',
      'zero.y > other.target',
    ],
    { epochs: 3, batchSize: 16, ...training },
  );

/** Pulled towards the normal distribution by a loss without a target, beside one that compares. */
export const penalty = (): NetworkDocument =>
  network(
    [
      from('curves', 200, [features(1), target(1)]),
      ['mu', 'Linear', { outFeatures: 3 }],
      ['logvar', 'Linear', { outFeatures: 3 }],
      ['fc', 'Linear', { outFeatures: 1 }],
      ['fit', 'MSELoss'],
      ['kl', 'GaussianKL', { beta: 0.3 }],
    ],
    [
      'data.features > mu.x',
      'data.features > logvar.x',
      'mu.y > fc.x',
      'fc.y > fit.prediction',
      'data.target > fit.target',
      'mu.y > kl.mu',
      'logvar.y > kl.logvar',
    ],
    { epochs: 3, batchSize: 16 },
  );

/** Convolutions with the same weights and other steps, a transposed matrix, joins, a node that is passed by. */
export function shared(): NetworkDocument {
  const made = network(
    [
      DIGITS,
      ['conv', 'Conv2d', { outChannels: 3, padding: [1, 1] }],
      ['wide', 'Conv2d', { outChannels: 3, padding: [2, 2], dilation: [2, 2] }],
      ['sum', 'Add'],
      ['both', 'Concat'],
      ['by', 'ReLU'],
      ['flat', 'Flatten'],
      ['in', 'Linear', { outFeatures: 5 }],
      ['back', 'Linear', { outFeatures: 6 * 784 }],
      ['again', 'Linear', { outFeatures: 5 }],
      ['head 1', 'Linear', { outFeatures: 10 }],
      ['loss', 'CrossEntropyLoss'],
    ],
    [
      'data.image > conv.x',
      'data.image > wide.x',
      'conv.y > sum.a',
      'wide.y > sum.b',
      'sum.y > both.a',
      'wide.y > both.b',
      'both.y > by.x',
      'by.y > flat.x',
      'flat.y > in.x',
      'in.y > back.x',
      'back.y > again.x',
      'again.y > head 1.x',
      'head 1.y > loss.prediction',
      'data.label > loss.target',
    ],
    { epochs: 2, batchSize: 16, objectives: [{ optimizer: { type: 'SGD', attrs: { lr: 0.01 } } }] },
  );
  const sharing: Readonly<Record<string, { readonly node: string; readonly transposed: boolean }>> =
    {
      wide: { node: 'conv', transposed: false },
      back: { node: 'in', transposed: true },
      again: { node: 'in', transposed: false },
    };
  const nodes = made.nodes.map((node) => {
    const sharesWith = sharing[node.id];
    if (sharesWith) return { ...node, sharesWith };
    return node.id === 'by' ? { ...node, bypassed: true } : node;
  });
  return { ...made, nodes };
}

/** Two classes of which one counts more, the other not at all, or both; of several losses another beside. */
export const counting = (
  loss: RawAttrs,
  training: Settings,
  type: 'CrossEntropyLoss' | 'NLLLoss' = 'CrossEntropyLoss',
): NetworkDocument =>
  network(
    [
      POINTS,
      ['fc', 'Linear', { outFeatures: 3 }],
      ['log', type === 'NLLLoss' ? 'LogSoftmax' : 'Tanh'],
      ['loss', type, loss],
    ],
    ['data.features > fc.x', 'fc.y > log.x', 'log.y > loss.prediction', 'data.label > loss.target'],
    {
      ...{ epochs: 3, batchSize: 8, accumulateSteps: 3 },
      objectives: [{ optimizer: { type: 'SGD', attrs: { lr: 0.5 } } }],
      ...training,
    },
  );

export const countingBeside = (training: Settings): NetworkDocument =>
  network(
    [
      POINTS,
      ['one', 'Linear', { outFeatures: 3 }],
      ['other', 'Linear', { outFeatures: 3 }],
      ['a', 'CrossEntropyLoss', { weight: [1, 7, 2], labelSmoothing: 0.1 }],
      ['b', 'CrossEntropyLoss', { ignoreIndex: 1 }],
      ['c', 'MultiMarginLoss'],
    ],
    [
      'data.features > fc.x',
      'data.features > one.x',
      'one.y > other.x',
      ...['one.y > a.prediction', 'other.y > b.prediction', 'other.y > c.prediction'],
      ...['a', 'b', 'c'].map((id) => `data.label > ${id}.target`),
    ],
    { epochs: 3, batchSize: 8, accumulateSteps: 3, ...training },
  );

/** Sums over the numbers of a sample, with weights of labels beside. */
export const sums = (training: Settings): NetworkDocument =>
  network(
    [
      POINTS,
      ['fc', 'Linear', { outFeatures: 2 }],
      ['log', 'LogSoftmax'],
      ['wanted', 'Sigmoid'],
      ['yes', 'Linear', { outFeatures: 1 }],
      ['a', 'SmoothL1Loss', { beta: 0.5, reduction: 'batchmean' }],
      ['b', 'KLDivLoss', { reduction: 'batchmean' }],
      ['c', 'BCEWithLogitsLoss', { weight: [2], reduction: 'batchmean' }],
    ],
    [
      ...['fc', 'wanted', 'yes'].map((id) => `data.features > ${id}.x`),
      ...['fc.y > log.x', 'fc.y > a.prediction', 'data.features > a.target'],
      ...['log.y > b.prediction', 'wanted.y > b.target'],
      ...['yes.y > c.prediction', 'data.label > c.target'],
    ],
    {
      ...{ epochs: 3, batchSize: 7, accumulateSteps: 2 },
      objectives: [{ optimizer: { type: 'SGD', attrs: { lr: 0.1 } } }],
      ...training,
    },
  );

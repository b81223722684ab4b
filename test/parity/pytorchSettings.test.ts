/**
 * Rule: whatever is set of training, an exported PyTorch project trains with it: clipping, several batches to an
 * update, averages, schedules, warm-ups, groups, early ends, objectives in turn, shared weights give the losses and rates
 * they give here.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { JsonValue, RawAttrs } from '#engine/ir/attrs.ts';
import type { NetworkDocument } from '#engine/ir/index.ts';
import { deviation } from '../support/lossCurve.ts';
import { features, IMAGE, LABEL, network, type NodeText, target } from '../support/network.ts';
import {
  pythonWithRuff,
  pythonWithTorch,
  ruffFindings,
  trainedHere,
  trainedThere,
  writeProjectTo,
} from '../support/pytorchProject.ts';

const folder = mkdtempSync(join(tmpdir(), 'netloom-pytorch-settings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Settings = Readonly<Record<string, unknown>>;

/** Layers that PyTorch has no class of. */
function ownClasses(): NetworkDocument {
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
function pairs(): NetworkDocument {
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
const points = (training: Settings, middle: NodeText = ['act', 'Tanh']): NetworkDocument =>
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

const scheduled = (type: string, attrs: Settings = {}, warmupEpochs = 0): NetworkDocument =>
  points({
    objectives: [
      {
        optimizer: { type: 'AdamW', attrs: { lr: 0.02 } },
        schedule: { type, attrs, warmupEpochs },
      },
    ],
  });

const twoHeads = (training: Settings): NetworkDocument =>
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
const penalty = (): NetworkDocument =>
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
function shared(): NetworkDocument {
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
const counting = (
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

const countingBeside = (training: Settings): NetworkDocument =>
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
const sums = (training: Settings): NetworkDocument =>
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

const DOCUMENTS: Readonly<Record<string, () => NetworkDocument>> = {
  'clipped by norm': () =>
    points({
      gradientClip: { kind: 'norm', max: 0.1 },
      objectives: [
        { optimizer: { type: 'SGD', attrs: { lr: 0.3, momentum: 0.9, nesterov: true } } },
      ],
    }),
  'clipped by value': () =>
    points({
      gradientClip: { kind: 'value', max: 0.01 },
      dropLast: true,
      objectives: [
        { optimizer: { type: 'SGD', attrs: { lr: 0.3, momentum: 0.5, dampening: 0.3 } } },
      ],
    }),
  'several batches to an update, averaged': () =>
    points({
      accumulateSteps: 3,
      ema: { decay: 0.9 },
      gradientClip: { kind: 'norm', max: 0.2 },
      shuffle: false,
      objectives: [
        {
          optimizer: { type: 'AdamW' },
          schedule: { type: 'CosineAnnealingLR', warmupEpochs: 1.5 },
        },
      ],
    }),
  'several batches to an update, an ignored label': () => counting({ ignoreIndex: 0 }, {}),
  'several batches to an update, weights of classes': () =>
    counting({ weight: [1, 6, 2], ignoreIndex: 2 }, {}, 'NLLLoss'),
  // Of two processes one often has nothing that counts.
  'small batches of which next to nothing counts': () =>
    counting({ weight: [0, 3, 1] }, { batchSize: 4, accumulateSteps: 1 }),
  'several batches to an update, losses over different labels': () =>
    countingBeside({ objectives: [{ lossWeights: { a: 0.5, b: 2 } }] }),
  'objectives in turn over different labels': () =>
    countingBeside({
      objectives: [
        { losses: ['a'], trains: ['one'] },
        { losses: ['b', 'c'], trains: ['other'], optimizer: { type: 'SGD', attrs: { lr: 0.1 } } },
      ],
    }),
  'sums of samples, several batches to an update': () => sums({}),
  'sums of samples that are weighed': () => sums({ classWeights: 'balanced' }),
  'groups of parameters': () =>
    points({
      objectives: [
        {
          optimizer: { type: 'SGD', attrs: { lr: 0.2, weightDecay: 0.01 } },
          groups: [
            { nodes: ['fc1'], learningRateFactor: 0.1, weightDecay: 0.2, l1: 0.01, l2: 0.02 },
          ],
        },
      ],
    }),
  'an optimiser that PyTorch has not': () =>
    points({
      objectives: [{ optimizer: { type: 'Lion', attrs: { lr: 0.01, weightDecay: 0.1 } } }],
    }),
  'an optimiser that looks at rows': () =>
    points({
      gradientClip: { kind: 'norm', max: 0.5 },
      objectives: [
        {
          optimizer: { type: 'Adafactor', attrs: { lr: 0.05, weightDecay: 0.1 } },
          groups: [{ nodes: ['fc1'], learningRateFactor: 0.5 }],
        },
      ],
    }),
  'an optimiser of matrices': () =>
    points({
      objectives: [
        {
          optimizer: { type: 'Muon', attrs: { lr: 0.02, adjustLr: 'original', nsSteps: 4 } },
          groups: [{ nodes: ['fc1'], learningRateFactor: 0.5, weightDecay: 0.2 }],
        },
      ],
    }),
  steps: () => scheduled('StepLR', { stepSize: 2, gamma: 0.5 }),
  exponential: () => scheduled('ExponentialLR', { gamma: 0.5 }, 1),
  milestones: () => scheduled('MultiStepLR', { milestones: [1, 3], gamma: 0.3 }),
  'inverse square root': () => scheduled('InverseSquareRootLR', { warmup: 0.5 }),
  'one cycle': () => scheduled('OneCycleLR'),
  cycles: () =>
    scheduled('CyclicLR', {
      mode: 'triangular2',
      baseDivFactor: 5,
      stepSizeUp: 1,
      stepSizeDown: 2,
    }),
  restarts: () => scheduled('CosineAnnealingWarmRestarts', { t0: 1, tMult: 2, etaMin: 0.001 }),
  // High rates, so that neither improves for long.
  'on a plateau': () =>
    points({
      epochs: 14,
      objectives: [
        {
          optimizer: { type: 'SGD', attrs: { lr: 3, momentum: 0.5 } },
          schedule: {
            type: 'ReduceLROnPlateau',
            attrs: { patience: 1, factor: 0.3, threshold: 0.02, cooldown: 2, minLr: 0.05 },
            warmupEpochs: 1,
          },
        },
      ],
    }),
  'a rate that falls by itself and on a plateau': () =>
    points({
      epochs: 10,
      objectives: [
        {
          optimizer: { type: 'ASGD', attrs: { lr: 2, lambd: 0.01 } },
          schedule: {
            type: 'ReduceLROnPlateau',
            attrs: { patience: 0, factor: 0.3, threshold: 0.05 },
            warmupEpochs: 1,
          },
        },
      ],
    }),
  'on a plateau of the accuracy': () =>
    points({
      epochs: 12,
      monitor: 'accuracy',
      objectives: [
        {
          optimizer: { type: 'Adam', attrs: { lr: 0.05 } },
          schedule: { type: 'ReduceLROnPlateau', attrs: { patience: 0, factor: 0.5 } },
        },
      ],
    }),
  'stopped early': () =>
    points({
      epochs: 40,
      earlyStopping: { patience: 3, minDelta: 0.01 },
      objectives: [{ optimizer: { type: 'SGD', attrs: { lr: 0.5 } } }],
    }),
  'stopped early by the accuracy': () =>
    points({
      epochs: 40,
      monitor: 'accuracy',
      earlyStopping: { patience: 4, minDelta: 0 },
      objectives: [{ optimizer: { type: 'AdamW', attrs: { lr: 0.03 } } }],
    }),
  'weighed losses': () => twoHeads({ objectives: [{ lossWeights: { one: 0.3, other: 2.5 } }] }),
  'objectives in turn': () =>
    twoHeads({
      accumulateSteps: 2,
      gradientClip: { kind: 'norm', max: 0.2 },
      objectives: [
        {
          losses: ['one'],
          trains: ['body', 'a'],
          optimizer: { type: 'AdamW', attrs: { lr: 0.02 } },
          schedule: { type: 'StepLR', attrs: { stepSize: 1 }, warmupEpochs: 0.5 },
        },
        {
          losses: ['other'],
          trains: ['b'],
          every: 2,
          optimizer: { type: 'Adam', attrs: { lr: 0.03 } },
        },
      ],
    }),
  'batch norm': () => points({}, ['bn', 'BatchNorm1d', { momentum: 0.3 }]),
  'shared weights': shared,
  'a loss without a target': penalty,
  'classes of their own': ownClasses,
  'a loss of pairs': pairs,
};

/** One update and one rate to a step, of an optimiser whose rates torch_project.py writes down. */
function tellsRates({ training: { accumulateSteps, objectives } }: NetworkDocument): boolean {
  const [first] = objectives;
  const isRecorded = first !== undefined && /^(SGD|AdamW?)$/.test(first.optimizer.type);
  return isRecorded && accumulateSteps === 1 && first.every === 1 && first.groups.length === 0;
}

const TWO = { processes: 2, args: ['--sync-batchnorm'] };

/** The sum that is told of losses over different labels is that of the samples of each process. */
const isSumOfCounted = ({ nodes }: NetworkDocument): boolean =>
  nodes.filter(({ attrs }) => attrs['ignoreIndex'] !== undefined || attrs['weight']).length > 1;

const whyNoRuff = pythonWithRuff === null ? 'no Python with ruff at hand' : '';
test.runIf(whyNoRuff !== '')(whyNoRuff, (context) => {
  context.skip(whyNoRuff);
});

const documents = Object.entries(DOCUMENTS);

test.skipIf(whyNoRuff !== '').each(documents)(
  '%s: Python as ruff leaves it',
  async (name, made) => {
    const project = join(folder, `${name.replace(/\W+/g, '-')}-read`);
    await writeProjectTo(project, made());
    expect(ruffFindings(project)).toBe('');
  },
);

const why = pythonWithTorch === null ? 'no Python with PyTorch at hand' : '';
test.runIf(why !== '')(why, (context) => {
  context.skip(why);
});

describe.skipIf(why !== '').each(documents)('%s', (name, made) => {
  test('the losses are those here, in one process and in two', async () => {
    const document = made();
    const project = join(folder, name.replace(/\W+/g, '-'));
    await writeProjectTo(project, document);
    const wanted = await trainedHere(document);
    const { epochs, earlyStopping, objectives } = document.training;
    if (earlyStopping) expect(wanted.losses.length).toBeLessThan(epochs * 11);
    if (objectives[0]?.schedule.type === 'ReduceLROnPlateau') {
      expect(new Set(wanted.rates.slice(11)).size).toBeGreaterThan(2);
    }
    for (const options of isSumOfCounted(document) ? [{}] : [{}, TWO]) {
      const found = trainedThere(project, options);
      expect(found.losses).toHaveLength(wanted.losses.length);
      expect(deviation(found.losses, wanted.losses)).toBeLessThan(1e-4);
      if (tellsRates(document)) {
        expect(found.rates).toHaveLength(wanted.rates.length);
        expect(deviation(found.rates, wanted.rates)).toBeLessThan(1e-12);
      }
    }
  });
});

/**
 * Rule: whatever is set of training, an exported PyTorch project trains with it: clipping, several batches to an
 * update, averages, schedules, warm-ups, groups, early ends, objectives in turn, shared weights give the losses and rates
 * they give here.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { NetworkDocument } from '#engine/ir/index.ts';
import { deviation } from '../support/lossCurve.ts';
import { sayWithoutPython, withoutPython } from '../support/python.ts';
import {
  ruffFindings,
  trainedHere,
  trainedThere,
  writeProjectTo,
} from '../support/pytorchProject.ts';
import {
  counting,
  countingBeside,
  ownClasses,
  pairs,
  penalty,
  points,
  scheduled,
  shared,
  sums,
  twoHeads,
} from './settingsNetworks.ts';

const folder = mkdtempSync(join(tmpdir(), 'netloom-pytorch-settings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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

sayWithoutPython();

const documents = Object.entries(DOCUMENTS);

test.skipIf(withoutPython !== '').each(documents)(
  '%s: Python as ruff leaves it',
  async (name, made) => {
    const project = join(folder, `${name.replace(/\W+/g, '-')}-read`);
    await writeProjectTo(project, made());
    expect(ruffFindings(project)).toBe('');
  },
);

describe.skipIf(withoutPython !== '').each(documents)('%s', (name, made) => {
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

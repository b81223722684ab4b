import { labelTensor, tensor, uniformTensor } from '../../support/random.ts';
import { type OpCase, opCase } from '../opCase.ts';

/** Every normalisation op on one input shape; the statistics given are not those of x. */
function normalisations(note: string, shape: readonly number[]): OpCase[] {
  const channels = shape[1] ?? 1;
  const x = uniformTensor(shape, { seed: 51 });
  const dy = uniformTensor(shape, { seed: 52 });
  const mean = uniformTensor([channels], { seed: 53, low: -0.5, high: 0.5 });
  const variance = uniformTensor([channels], { seed: 54, low: 0.5, high: 2 });
  const weight = uniformTensor([channels], { seed: 55, low: 0.5, high: 1.5 });
  const bias = uniformTensor([channels], { seed: 56 });
  const eps = 1e-5;
  return [
    opCase({ op: 'groupMean', note, inputs: [x], params: {} }),
    opCase({ op: 'groupVariance', note, inputs: [x, mean], params: {} }),
    opCase({
      op: 'normalize',
      note: `${note}, evaluation`,
      inputs: [x, mean, variance, weight, bias],
      params: { eps, training: false },
      gradient: { constants: [1, 2] },
    }),
    // Mean and variance move with x here; gradients.test.ts checks the three ops together.
    opCase({
      op: 'normalize',
      note: `${note}, training`,
      inputs: [x, mean, variance, weight, bias],
      params: { eps, training: true },
      gradient: 'unchecked',
    }),
    ...[true, false].map((training) =>
      opCase({
        op: 'normalizeInputGrad',
        note: `${note}, ${training ? 'training' : 'evaluation'}`,
        inputs: [dy, x, mean, variance, weight],
        params: { eps, training },
      }),
    ),
    opCase({ op: 'normalizeWeightGrad', note, inputs: [dy, x, mean, variance], params: { eps } }),
  ];
}

const logits = uniformTensor([5, 7], { seed: 57, low: -4, high: 4 });
const labels = labelTensor([5], 7, 58);
const perSample = uniformTensor([5], { seed: 59 });
/** Probabilities but for their sum, which PyTorch does not ask for either. */
const soft = uniformTensor([5, 7], { seed: 65, low: 0, high: 0.4 });
const shares = tensor([2, 3], [0.2, 0.3, 0.5, 0.9, 0.1, 0]);

const classification: OpCase[] = [
  opCase({ op: 'softmax', note: 'rows', inputs: [logits], params: {} }),
  opCase({
    op: 'softmax',
    note: 'even',
    inputs: [tensor([1, 4], [3, 3, 3, 3])],
    params: {},
    expected: [0.25, 0.25, 0.25, 0.25],
  }),
  opCase({
    op: 'softmax',
    note: 'large logits do not overflow',
    inputs: [tensor([1, 2], [1000, 0])],
    params: {},
    expected: [1, 0],
  }),
  opCase({
    op: 'softmax',
    note: 'three dimensions',
    inputs: [uniformTensor([2, 3, 5], { seed: 60 })],
    params: {},
  }),
  opCase({
    op: 'softmaxGrad',
    note: 'by hand',
    inputs: [tensor([2, 3], [1, 0, 0, 0, 10, 0]), shares],
    params: {},
    expected: [0.16, -0.06, -0.1, -0.9, 0.9, 0],
  }),
  opCase({
    op: 'softmaxGrad',
    note: 'ten classes',
    inputs: [
      uniformTensor([9, 10], { seed: 61 }),
      uniformTensor([9, 10], { seed: 62, low: 0, high: 0.2 }),
    ],
    params: {},
  }),
  opCase({
    op: 'crossEntropy',
    note: 'even logits',
    inputs: [tensor([2, 4], [0, 0, 0, 0, 5, 5, 5, 5]), tensor([2], [1, 3], 'i32')],
    params: { labelSmoothing: 0 },
    expected: [Math.log(4), Math.log(4)],
  }),
  opCase({
    op: 'crossEntropy',
    note: 'confident and wrong, no overflow',
    inputs: [tensor([1, 2], [500, -500]), tensor([1], [1], 'i32')],
    params: { labelSmoothing: 0 },
    expected: [1000],
    gradient: 'unchecked',
  }),
  ...[0, 0.1].flatMap((labelSmoothing) => [
    opCase({
      op: 'crossEntropy',
      note: `smoothing ${labelSmoothing}`,
      inputs: [logits, labels],
      params: { labelSmoothing },
    }),
    opCase({
      op: 'crossEntropyGrad',
      note: `smoothing ${labelSmoothing}`,
      inputs: [perSample, logits, labels],
      params: { labelSmoothing },
    }),
    opCase({
      op: 'crossEntropy',
      note: `probabilities, smoothing ${labelSmoothing}`,
      inputs: [logits, soft],
      params: { labelSmoothing },
    }),
    opCase({
      op: 'crossEntropyGrad',
      note: `probabilities, smoothing ${labelSmoothing}`,
      inputs: [perSample, logits, soft],
      params: { labelSmoothing },
    }),
  ]),
  ...[0, 0.1].flatMap((labelSmoothing) =>
    // A label that is no class, and one that is.
    [-1, 2].flatMap((ignoreIndex) => {
      const some = tensor(
        [5],
        [1, 2, -1, 0, 2].map((label) => (label < 0 ? ignoreIndex : label)),
        'i32',
      );
      const inputs = [uniformTensor([5, 3], { seed: 71 }), some];
      const params = { labelSmoothing, ignoreIndex };
      const note = `label ${ignoreIndex} ignored, smoothing ${labelSmoothing}`;
      return [
        opCase({ op: 'crossEntropy', note, inputs, params }),
        opCase({
          ...{ op: 'crossEntropyGrad', note, params },
          inputs: [uniformTensor([5], { seed: 72 }), ...inputs],
        }),
      ];
    }),
  ),
  opCase({
    op: 'crossEntropy',
    note: 'probabilities by hand',
    inputs: [tensor([1, 2], [Math.log(3), 0]), tensor([1, 2], [0.25, 0.75])],
    params: { labelSmoothing: 0 },
    // Shares 3/4 and 1/4.
    expected: [-0.25 * Math.log(0.75) - 0.75 * Math.log(0.25)],
  }),
  opCase({
    op: 'crossEntropyGrad',
    note: 'probabilities, forty classes',
    inputs: [
      uniformTensor([9], { seed: 66 }),
      uniformTensor([9, 40], { seed: 67, low: -8, high: 8 }),
      uniformTensor([9, 40], { seed: 68, low: 0, high: 0.05 }),
    ],
    params: { labelSmoothing: 0.1 },
  }),
  opCase({
    op: 'crossEntropy',
    note: 'a batch of 33, ten classes',
    inputs: [uniformTensor([33, 10], { seed: 63, low: -8, high: 8 }), labelTensor([33], 10, 64)],
    params: { labelSmoothing: 0 },
    gradient: 'unchecked',
  }),
];

export const normalisationCases: readonly OpCase[] = [
  ...normalisations('images', [3, 2, 3, 5]),
  ...normalisations('features', [7, 3]),
  ...normalisations('one pixel', [5, 4, 1, 1]),
  ...normalisations('rows, as layer norm', [1, 6, 10]),
  ...normalisations('many short rows', [1, 9, 3]),
  ...classification,
];

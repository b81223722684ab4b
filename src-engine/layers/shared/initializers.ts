/**
 * How weights start: the schemes a layer offers, as attributes and as Initializers of the graph.
 * Not the sampling itself. Reference: https://docs.pytorch.org/docs/stable/nn.init.html
 */
import type { ChoiceAttr, NumberAttr } from '#engine/ir/attrs.ts';
import type { Initializer } from '#engine/ir/graph.ts';
import type { ConcreteShape } from '#engine/ir/tensor.ts';
import type { ParamSpec } from '../define.ts';

const WEIGHT_INITS = [
  'torch',
  'kaimingUniform',
  'kaimingNormal',
  'xavierUniform',
  'xavierNormal',
  'lecunUniform',
  'lecunNormal',
  'uniform',
  'normal',
  'truncatedNormal',
  'orthogonal',
  'sparse',
  'identity',
  'zeros',
  'constant',
] as const;
const BIAS_INITS = ['torch', 'zeros', 'constant'] as const;

export type WeightInit = (typeof WEIGHT_INITS)[number];
export type BiasInit = (typeof BIAS_INITS)[number];

const OPTION_LABELS = {
  torch: 'PyTorch default',
  kaimingUniform: 'Kaiming uniform',
  kaimingNormal: 'Kaiming normal',
  xavierUniform: 'Xavier uniform',
  xavierNormal: 'Xavier normal',
  lecunUniform: 'LeCun uniform',
  lecunNormal: 'LeCun normal',
  uniform: 'Uniform',
  normal: 'Normal',
  truncatedNormal: 'Truncated normal',
  orthogonal: 'Orthogonal',
  sparse: 'Sparse',
  identity: 'Identity (eye, dirac)',
  zeros: 'Zeros',
  constant: 'Constant',
};

/** The attributes of a layer with a weight and an optional bias. */
export const initAttrs = {
  weightInit: {
    kind: 'choice',
    default: 'torch',
    options: WEIGHT_INITS,
    optionLabels: OPTION_LABELS,
    advanced: true,
    help: 'How the weights start. Kaiming suits ReLU, Xavier suits tanh and sigmoid, LeCun SELU; orthogonal ones keep lengths in deep and recurrent networks; identity gives back what comes, as far as there are outputs; the PyTorch default is uniform within 1/√fan-in.',
  } satisfies ChoiceAttr<WeightInit> as ChoiceAttr<WeightInit>,
  biasInit: {
    kind: 'choice',
    default: 'torch',
    options: BIAS_INITS,
    optionLabels: OPTION_LABELS,
    advanced: true,
    help: 'How the bias starts. The PyTorch default is uniform within 1/√fan-in.',
  } satisfies ChoiceAttr<BiasInit> as ChoiceAttr<BiasInit>,
  initValue: {
    kind: 'number',
    default: 0,
    advanced: true,
    help: 'The number that weights or biases start at where their initialiser is Constant.',
  } satisfies NumberAttr as NumberAttr,
  initStd: {
    kind: 'number',
    default: 0.02,
    min: 0,
    max: 10,
    logarithmic: true,
    advanced: true,
    help: 'Standard deviation of weights that start normal, truncated normal or sparse.',
  } satisfies NumberAttr as NumberAttr,
  initBound: {
    kind: 'number',
    default: 0.1,
    min: 0,
    max: 100,
    logarithmic: true,
    advanced: true,
    help: 'How far from 0 weights that start uniform may be.',
  } satisfies NumberAttr as NumberAttr,
  initSparsity: {
    kind: 'number',
    default: 0.9,
    min: 0,
    max: 1,
    advanced: true,
    help: 'Share of the weights from each input that start at 0 where they start sparse.',
  } satisfies NumberAttr as NumberAttr,
};

export interface InitChoice {
  readonly weightInit: WeightInit;
  readonly biasInit: BiasInit;
  readonly initValue: number;
  readonly initStd: number;
  readonly initBound: number;
  readonly initSparsity: number;
  /** Of a convolution: each is an identity of its own. 1 where absent. */
  readonly groups?: number;
}

interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** kaiming_uniform_(a=√5), PyTorch's reset_parameters: the bound comes out as 1/√fanIn. */
const TORCH_GAIN = Math.sqrt(2 / (1 + 5));
const RELU_GAIN = Math.SQRT2;

/** `shape`: of the weight; its first dimension are the rows. */
export function weightInitializer(
  choice: InitChoice,
  fans: Fans,
  [rows = 1, ...rest]: ConcreteShape,
): Initializer {
  const columns = rest.reduce((product, dim) => product * dim, 1);
  switch (choice.weightInit) {
    case 'torch':
      return { kind: 'uniform', scheme: 'kaiming', gain: TORCH_GAIN, ...fans };
    case 'kaimingUniform':
      return { kind: 'uniform', scheme: 'kaiming', gain: RELU_GAIN, ...fans };
    case 'kaimingNormal':
      return { kind: 'normal', scheme: 'kaiming', gain: RELU_GAIN, ...fans };
    case 'xavierUniform':
      return { kind: 'uniform', scheme: 'xavier', gain: 1, ...fans };
    case 'xavierNormal':
      return { kind: 'normal', scheme: 'xavier', gain: 1, ...fans };
    case 'lecunUniform':
      return { kind: 'uniform', scheme: 'kaiming', gain: 1, ...fans };
    case 'lecunNormal':
      return { kind: 'normal', scheme: 'kaiming', gain: 1, ...fans };
    case 'uniform':
      return { kind: 'uniformBound', bound: choice.initBound };
    case 'normal':
      return { kind: 'rows', std: choice.initStd, columns, zeroRow: null };
    case 'truncatedNormal':
      return { kind: 'truncatedNormal', std: choice.initStd };
    case 'orthogonal':
      return { kind: 'orthogonal', rows, columns, gain: 1 };
    case 'sparse': {
      const { initStd: std, initSparsity: sparsity } = choice;
      return { kind: 'sparse', rows, columns, sparsity, std };
    }
    case 'identity': {
      const [inputs = 1, ...kernel] = rest;
      return { kind: 'identity', rows, inputs, kernel, groups: choice.groups ?? 1 };
    }
    case 'zeros':
      return { kind: 'constant', value: 0 };
    case 'constant':
      return { kind: 'constant', value: choice.initValue };
    default:
      return choice.weightInit satisfies never;
  }
}

export function biasInitializer(choice: InitChoice, { fanIn }: Fans): Initializer {
  switch (choice.biasInit) {
    case 'torch':
      return { kind: 'uniformBound', bound: 1 / Math.sqrt(fanIn) };
    case 'zeros':
      return { kind: 'constant', value: 0 };
    case 'constant':
      return { kind: 'constant', value: choice.initValue };
    default:
      return choice.biasInit satisfies never;
  }
}

/**
 * Weight `[outputs, ...]` and, where wanted, bias `[outputs]`, as PyTorch names and shapes them. Of a transposed
 * layer, whose weight begins with its inputs, `biases` says how many outputs there are.
 */
export function weightAndBias(
  weight: ConcreteShape,
  choice: InitChoice & { readonly bias: boolean },
  biases = weight[0] ?? 1,
): Record<string, ParamSpec> {
  const [outputs = 1, ...inputs] = weight;
  const receptive = inputs.slice(1).reduce((product, dim) => product * dim, 1);
  const fans = { fanIn: (inputs[0] ?? 1) * receptive, fanOut: outputs * receptive };
  return {
    weight: { shape: weight, init: weightInitializer(choice, fans, weight) },
    ...(choice.bias ? { bias: { shape: [biases], init: biasInitializer(choice, fans) } } : {}),
  };
}

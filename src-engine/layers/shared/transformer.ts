/**
 * What the blocks of transformers share: attributes, tensors as PyTorch names them, the layers along every step,
 * and what surrounds each part. Reference: Vaswani et al., 2017, https://arxiv.org/abs/1706.03762; norm first:
 * Xiong et al., 2020, https://arxiv.org/abs/2002.04745
 */
import type { Value } from '#engine/ops/builder.ts';
import { add } from '#engine/ops/nn.ts';
import type { Lowering, ParamSpec } from '../define.ts';
import { alongSequence, attentionParams } from './attention.ts';
import { dropped } from './dropout.ts';
import { weightAndBias } from './initializers.ts';
import { epsAttr, layerNormed, scaleAndShiftParams } from './normalisation.ts';
import { pythonCall, pythonKeyword } from './shapes.ts';

export const blockAttrs = {
  dimFeedforward: {
    kind: 'int',
    default: 0,
    min: 0,
    max: 1_000_000,
    label: 'Feed-forward',
    zero: '4 × width',
    help: 'Width between the two linear layers; 0: four times that of the sequence, as is usual.',
  },
  dropout: {
    kind: 'number',
    default: 0.1,
    min: 0,
    max: 0.99,
    help: 'Share of numbers that are set to 0 in training: weights of attention, between the linear layers, and of what both parts add.',
  },
  activation: {
    kind: 'choice',
    default: 'relu',
    options: ['relu', 'gelu'],
    optionLabels: { relu: 'ReLU', gelu: 'GELU' },
    help: 'Between the two linear layers.',
  },
  normFirst: {
    kind: 'bool',
    default: false,
    label: 'Norm first',
    help: 'Normalises what goes into each part rather than what comes out: deep ones train more easily so.',
  },
  layerNormEps: {
    ...epsAttr,
    help: 'Added to the variance of the norms, against division by zero.',
  },
  bias: {
    kind: 'bool',
    default: true,
    advanced: true,
    help: 'Adds trained numbers after every product and in the norms.',
  },
} as const;

export interface BlockSettings {
  readonly dimFeedforward: number;
  readonly dropout: number;
  readonly activation: 'relu' | 'gelu';
  readonly normFirst: boolean;
  readonly layerNormEps: number;
  readonly bias: boolean;
}

export const feedForwardSize = (width: number, dimFeedforward: number): number =>
  dimFeedforward === 0 ? 4 * width : dimFeedforward;

/** `attentions`: the names of those it has; a norm for each and one for the linear layers. */
export function blockParams(
  width: number,
  { dimFeedforward, bias }: BlockSettings,
  attentions: readonly string[],
): Readonly<Record<string, ParamSpec>> {
  const hidden = feedForwardSize(width, dimFeedforward);
  const norms = [...attentions, 'linear'].map((_part, i) => `norm${i + 1}`);
  const all = [
    ...attentions.map((name) => attentionParams(width, bias, `${name}.`)),
    named('linear1', linearParams(hidden, width, bias)),
    named('linear2', linearParams(width, hidden, bias)),
    ...norms.map((name) => {
      const { weight, ...rest } = scaleAndShiftParams([width]);
      return named(name, { ...(weight && { weight }), ...(bias && rest) });
    }),
  ];
  return Object.fromEntries(all.flatMap((each) => Object.entries(each)));
}

const named = (
  name: string,
  params: Readonly<Record<string, ParamSpec>>,
): Readonly<Record<string, ParamSpec>> =>
  Object.fromEntries(Object.entries(params).map(([key, each]) => [`${name}.${key}`, each]));

const linearParams = (outputs: number, inputs: number, bias: boolean) =>
  weightAndBias([outputs, inputs], {
    ...{
      weightInit: 'torch',
      biasInit: 'torch',
      initValue: 0,
      initStd: 0,
      initBound: 0,
      initSparsity: 0,
      bias,
    },
  });

/** Two layers along every step. */
export function feedForward(g: Lowering, x: Value, settings: BlockSettings): Value {
  const { activation, dropout, bias } = settings;
  const layer = (name: string, from: Value): Value =>
    alongSequence(g, from, g.param(`${name}.weight`), bias ? g.param(`${name}.bias`) : undefined);
  const inner = layer('linear1', x);
  const active =
    activation === 'relu'
      ? g.emit('relu', [inner], {})
      : g.emit('gelu', [inner], { approximate: 'none' });
  return layer('linear2', dropped(g, active, dropout));
}

/** What a part makes of a sequence, added to it and normalised, or of what is normalised before. */
export function addedAndNormed(
  g: Lowering,
  x: Value,
  norm: string,
  { normFirst, layerNormEps, dropout, bias }: BlockSettings,
  part: (x: Value) => Value,
): Value {
  const normed = (value: Value): Value =>
    layerNormed(
      g,
      value,
      layerNormEps,
      g.param(`${norm}.weight`),
      bias ? g.param(`${norm}.bias`) : undefined,
    );
  if (normFirst) return add(g, x, dropped(g, part(normed(x)), dropout));
  return normed(add(g, x, dropped(g, part(x), dropout)));
}

/** PyTorch's call; `more`: arguments after those that both kinds of block have. */
export function torchBlock(
  name: string,
  width: number,
  heads: number,
  settings: BlockSettings,
  more: readonly string[],
): string {
  const { dimFeedforward, dropout, activation, normFirst, layerNormEps, bias } = settings;
  return pythonCall(
    name,
    width,
    heads,
    feedForwardSize(width, dimFeedforward),
    pythonKeyword('dropout', dropout, 0.1),
    activation === 'relu' ? undefined : `activation="${activation}"`,
    pythonKeyword('layer_norm_eps', layerNormEps, 1e-5),
    'batch_first=True',
    normFirst ? 'norm_first=True' : undefined,
    bias ? undefined : 'bias=False',
    ...more,
  );
}

/**
 * The networks that `netloom bench` times (resources/docs/architecture.md, section 7), as documents:
 * forward, backward and Adam in float32 on random data. The same ones in PyTorch: test/bench/torch_workloads.py.
 */
import type { DataField, JsonValue } from '#engine/ir/attrs.ts';
import type { NetworkDocument, PortRef } from '#engine/ir/document.ts';
import { type Graph, type Layer, network } from './graph.ts';

export interface Workload {
  readonly name: string;
  readonly what: string;
  readonly batch: number;
  readonly document: NetworkDocument;
  /** Only timed when it is named: too much for a CPU. */
  readonly optional?: boolean;
}

const linear = (outFeatures: number): Layer => ['Linear', { outFeatures }];
const conv = (outChannels: number): Layer => [
  'Conv2d',
  { outChannels, kernelSize: [3, 3], padding: [1, 1] },
];
const pool: Layer = ['MaxPool2d', { kernelSize: [2, 2] }];
const dropout: Layer = ['Dropout', { p: 0.2 }];
const relu: Layer = ['ReLU'];
const batchNorm: Layer = ['BatchNorm2d'];

/** Pictures (or rows of numbers) with one of ten classes each. */
const classified = (shape: readonly number[]): readonly DataField[] => [
  { name: 'image', role: 'input', dtype: 'f32', shape },
  { name: 'label', role: 'label', dtype: 'i32', shape: [], classes: 10 },
];

/** A loss on the last layer's output. */
interface LossOf {
  readonly type: string;
  /** The field it is compared with. */
  readonly target: string;
}

/** Data, a network on it, and a loss on what it answers. */
function branched(
  name: string,
  image: readonly number[],
  build: (graph: Graph, image: PortRef) => PortRef,
  { type, target }: LossOf,
): NetworkDocument {
  return network(name, classified(image), (graph) => ({
    type,
    prediction: build(graph, graph.field('image')),
    target: graph.field(target),
  }));
}

const chain = (
  name: string,
  image: readonly number[],
  layers: readonly Layer[],
  loss: LossOf,
): NetworkDocument => branched(name, image, (graph, x) => graph.chain(x, layers), loss);

const classify: LossOf = { type: 'CrossEntropyLoss', target: 'label' };
const reconstruct: LossOf = { type: 'MSELoss', target: 'image' };
const mlp: readonly Layer[] = [linear(128), relu, dropout, linear(64), relu, dropout, linear(10)];
const cnn = (norm: readonly Layer[]): readonly Layer[] => [
  conv(32),
  ...norm,
  relu,
  pool,
  conv(64),
  ...norm,
  relu,
  pool,
  ['Flatten'],
  linear(128),
  relu,
  dropout,
  linear(10),
];
const deepCnn: readonly Layer[] = [
  ...[64, 128, 256].flatMap((channels): Layer[] => [
    ...[conv(channels), batchNorm, relu],
    ...[conv(channels), batchNorm, relu],
    pool,
  ]),
  ['Flatten'],
  linear(10),
];
const autoencoder: readonly Layer[] = [
  ...[256, 128, 32, 128, 256].flatMap((size): Layer[] => [linear(size), relu]),
  linear(784),
  ['Sigmoid'],
];

/** ResNet-20 as for CIFAR-10: three stages of three blocks, projections where a stage begins. */
function residual(graph: Graph, image: PortRef): PortRef {
  const bare = (outChannels: number, size: number, stride: number): Layer => [
    'Conv2d',
    {
      ...{ outChannels, kernelSize: [size, size], stride: [stride, stride] },
      ...{ padding: [size >> 1, size >> 1], bias: false },
    },
  ];
  const block = (x: PortRef, width: number, stride: number): PortRef => {
    const body = graph.chain(x, [
      ...[bare(width, 3, stride), batchNorm, relu],
      ...[bare(width, 3, 1), batchNorm],
    ]);
    const skip = stride === 1 ? x : graph.chain(x, [bare(width, 1, stride), batchNorm]);
    return graph.on(graph.on([body, skip], 'Add'), ...relu);
  };
  let x = graph.chain(image, [bare(16, 3, 1), batchNorm, relu]);
  for (const width of [16, 32, 64]) {
    x = block(x, width, width > 16 ? 2 : 1);
    x = block(block(x, width, 1), width, 1);
  }
  return graph.chain(x, [['AdaptiveAvgPool2d'], ['Flatten'], linear(10)]);
}

/** U-Net of three levels: two convolutions with batch norm each, skips by concatenation. */
function unet(graph: Graph, image: PortRef): PortRef {
  const double = (x: PortRef, width: number): PortRef =>
    graph.chain(x, [conv(width), batchNorm, relu, conv(width), batchNorm, relu]);
  const up = (x: PortRef, skip: PortRef, outChannels: number): PortRef => {
    const larger = graph.on(x, 'ConvTranspose2d', {
      ...{ outChannels, kernelSize: [2, 2], stride: [2, 2] },
    });
    return double(graph.on([larger, skip], 'Concat'), outChannels);
  };
  const a = double(image, 16);
  const b = double(graph.on(a, ...pool), 32);
  const c = double(graph.on(b, ...pool), 64);
  return graph.on(up(up(c, b, 32), a, 16), 'Conv2d', { outChannels: 1, kernelSize: [1, 1] });
}

/** Blocks of a transformer with the norm first and GELU, and a norm after them. */
const blocks = (count: number, attrs: Readonly<Record<string, JsonValue>>): readonly Layer[] => [
  ['LearnedPositionalEmbedding'],
  ...Array.from({ length: count }, (): Layer => [
    'TransformerEncoderLayer',
    { activation: 'gelu', normFirst: true, dropout: 0, ...attrs },
  ]),
  ['LayerNorm'],
];
const along = (outFeatures: number): Layer => ['Linear', { outFeatures, lastDimension: true }];

/** A GPT over letters: after each of them, which one is next. */
function letters(name: string, steps: number, vocabulary: number): NetworkDocument {
  const text = { dtype: 'i32', shape: [steps], classes: vocabulary } as const;
  const fields: readonly DataField[] = [
    { name: 'text', role: 'input', ...text },
    { name: 'next', role: 'label', ...text },
  ];
  return network(name, fields, (graph) => ({
    type: 'CrossEntropyLoss',
    prediction: graph.chain(graph.field('text'), [
      ['Embedding', { embeddingDim: 128 }],
      ...blocks(4, { causal: true }),
      along(vocabulary),
    ]),
    target: graph.field('next'),
  }));
}

/** 784 inputs, these hidden layers with ReLU, ten classes. */
export function multilayerPerceptron(
  name: string,
  widths: readonly number[],
  batch: number,
): Workload {
  const layers = [...widths.flatMap((width): Layer[] => [linear(width), relu]), linear(10)];
  const what = `MLP ${[784, ...widths, 10].join('-')}`;
  return { name, what, batch, document: chain(name, [784], layers, classify) };
}

export const workloads: readonly Workload[] = [
  { name: 'W1', what: 'MLP 784-128-64-10', batch: 64, document: chain('W1', [784], mlp, classify) },
  { name: 'W2', what: 'the same', batch: 1024, document: chain('W2', [784], mlp, classify) },
  {
    name: 'W2b',
    what: 'MLP 784-1024-1024-10',
    batch: 128,
    document: chain('W2b', [784], [linear(1024), relu, linear(1024), relu, linear(10)], classify),
  },
  { name: 'W3', what: 'CNN', batch: 64, document: chain('W3', [1, 28, 28], cnn([]), classify) },
  {
    name: 'W4',
    what: 'CNN with batch norm',
    batch: 64,
    document: chain('W4', [1, 28, 28], cnn([batchNorm]), classify),
  },
  {
    name: 'wide',
    what: 'MLP 784-4096-4096-10',
    batch: 1024,
    document: chain('wide', [784], [linear(4096), relu, linear(4096), relu, linear(10)], classify),
    optional: true,
  },
  {
    name: 'deep',
    what: 'CNN of six convolutions on 3×32×32',
    batch: 128,
    document: chain('deep', [3, 32, 32], deepCnn, classify),
    optional: true,
  },
  {
    name: 'W5',
    what: 'autoencoder',
    batch: 128,
    document: chain('W5', [784], autoencoder, reconstruct),
  },
  {
    name: 'W6',
    what: 'LSTM over 28 rows of 28',
    batch: 64,
    document: chain('W6', [28, 28], [['LSTM', { hiddenSize: 128 }], linear(10)], classify),
  },
  {
    name: 'W7',
    what: 'transformer over 49 patches of 16',
    batch: 64,
    document: chain(
      'W7',
      [49, 16],
      [along(64), ...blocks(2, {}), ['Mean', { dims: [1] }], linear(10)],
      classify,
    ),
  },
  {
    name: 'W8',
    what: 'ResNet-20 on 3×32×32',
    batch: 64,
    document: branched('W8', [3, 32, 32], residual, classify),
  },
  { name: 'W9', what: 'GPT over 128 letters', batch: 16, document: letters('W9', 128, 96) },
  {
    name: 'W10',
    what: 'U-Net on 1×64×64',
    batch: 16,
    document: branched('W10', [1, 64, 64], unet, reconstruct),
  },
];

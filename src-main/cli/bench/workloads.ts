/**
 * The networks that `netloom bench` times (resources/docs/architecture.md, section 7), as documents:
 * forward, backward and Adam in float32 on random data of MNIST's shape.
 */
import {
  DOCUMENT_FORMAT,
  DOCUMENT_VERSION,
  type NetworkDocument,
  networkDocument,
} from '#engine/ir/document.ts';
import type { JsonValue } from '#engine/ir/attrs.ts';

export interface Workload {
  readonly name: string;
  readonly what: string;
  readonly batch: number;
  readonly document: NetworkDocument;
  /** Only timed when it is named: too much for a CPU. */
  readonly optional?: boolean;
}

type Layer = readonly [type: string, attrs?: Readonly<Record<string, JsonValue>>];

const linear = (outFeatures: number): Layer => ['Linear', { outFeatures }];
const conv = (outChannels: number): Layer => [
  'Conv2d',
  { outChannels, kernelSize: [3, 3], padding: [1, 1] },
];
const pool: Layer = ['MaxPool2d', { kernelSize: [2, 2] }];
const dropout: Layer = ['Dropout', { p: 0.2 }];
const relu: Layer = ['ReLU'];

/** Data, a chain of layers, and a loss on the last one's output. */
function chain(
  name: string,
  image: readonly number[],
  layers: readonly Layer[],
  loss: { readonly type: string; readonly target: string; readonly port: string },
): NetworkDocument {
  const fields = [
    { name: 'image', role: 'input', dtype: 'f32', shape: [...image] },
    { name: 'label', role: 'label', dtype: 'i32', shape: [], classes: 10 },
  ];
  const nodes = [
    { id: 'data', type: 'Data', attrs: { source: 'digits', fields, normalise: 'none' } },
    ...layers.map(([type, attrs], i) => ({ id: `layer${i}`, type, attrs: attrs ?? {} })),
    { id: 'loss', type: loss.type, attrs: {} },
  ].map((node, i) => ({ ...node, position: { x: i * 200, y: 0 } }));
  const wires = layers.map((_, i) => ({
    from: i === 0 ? { node: 'data', port: 'image' } : { node: `layer${i - 1}`, port: 'y' },
    to: { node: `layer${i}`, port: 'x' },
  }));
  const last = { node: `layer${layers.length - 1}`, port: 'y' };
  return networkDocument.parse({
    format: DOCUMENT_FORMAT,
    version: DOCUMENT_VERSION,
    name,
    nodes,
    wires: [
      ...wires,
      { from: last, to: { node: 'loss', port: 'prediction' } },
      { from: { node: 'data', port: loss.target }, to: { node: 'loss', port: loss.port } },
    ],
  });
}

const classify = { type: 'CrossEntropyLoss', target: 'label', port: 'target' };
const reconstruct = { type: 'MSELoss', target: 'image', port: 'target' };
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
    ...[conv(channels), ['BatchNorm2d'] as const, relu],
    ...[conv(channels), ['BatchNorm2d'] as const, relu],
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
    document: chain('W4', [1, 28, 28], cnn([['BatchNorm2d']]), classify),
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
];

/**
 * Example projects that are more than a chain: several objectives, shared weights, groups of their own.
 * Nodes stand where the text says, in cells of the grid that all examples lie on.
 */
import type { RawAttrs } from '#engine/ir/index.ts';

/** A node: where it stands, column and row, and whose weights it has. */
export interface GraphNode {
  readonly id: string;
  readonly type: string;
  readonly at: readonly [column: number, row: number];
  readonly attrs?: RawAttrs;
  readonly sharesWith?: { readonly node: string; readonly transposed?: boolean };
}

export interface GraphExample {
  readonly name: string;
  readonly title: string;
  readonly notes: string;
  readonly source: string;
  readonly options?: RawAttrs;
  /** Where the Data node stands. */
  readonly data: readonly [column: number, row: number];
  readonly nodes: readonly GraphNode[];
  /** `from.port > to.port`. */
  readonly wires: readonly string[];
  readonly training: Readonly<Record<string, unknown>>;
}

type At = GraphNode['at'];
const node = (id: string, type: string, at: At, attrs: RawAttrs = {}): GraphNode => ({
  id,
  type,
  at,
  attrs,
});

/** The layers of a discriminator, once with weights of its own and once with the same. */
function discriminator(prefix: string, row: number, owner?: string): readonly GraphNode[] {
  const shared = (n: number) =>
    owner === undefined ? {} : { sharesWith: { node: `${owner}${n}` } };
  const leaky = { negativeSlope: 0.2 };
  return [
    { ...node(`${prefix}1`, 'Linear', [1, row], { outFeatures: 256 }), ...shared(1) },
    node(`${prefix}_act1`, 'LeakyReLU', [2, row], leaky),
    node(`${prefix}_drop1`, 'Dropout', [3, row], { p: 0.3 }),
    { ...node(`${prefix}2`, 'Linear', [4, row], { outFeatures: 128 }), ...shared(2) },
    node(`${prefix}_act2`, 'LeakyReLU', [5, row], leaky),
    node(`${prefix}_drop2`, 'Dropout', [6, row], { p: 0.3 }),
    { ...node(`${prefix}3`, 'Linear', [7, row], { outFeatures: 1 }), ...shared(3) },
  ];
}
const chain = (...ids: readonly string[]): readonly string[] =>
  ids.slice(1).map((id, i) => `${ids[i] ?? ''}.y > ${id}.x`);
const judge = (prefix: string): readonly string[] =>
  ['1', '_act1', '_drop1', '2', '_act2', '_drop2', '3'].map((part) => `${prefix}${part}`);

const ganAdam = (lr: number) => ({ type: 'Adam', attrs: { lr, beta1: 0.5 } });

export const GRAPH_EXAMPLES: readonly GraphExample[] = [
  {
    name: 'digits-gan',
    title: 'GAN on digits',
    notes:
      'Two networks against each other. The generator makes digits from random numbers; the discriminator tells them from real ones. Its layers are there twice with the same weights, once for each.\n\nWatch Samples: always the same random numbers, and what becomes of them. Try: a discriminator that learns four times as fast.',
    source: 'digits',
    data: [0, 0],
    nodes: [
      node('flat', 'Flatten', [0, 1]),
      ...discriminator('d', 0),
      node('real', 'FullLike', [8, 1], { value: 0.9 }),
      node('loss_real', 'BCEWithLogitsLoss', [9, 0]),
      node('z', 'Latent', [0, 4], { size: 64 }),
      node('g1', 'Linear', [1, 4], { outFeatures: 128 }),
      node('g_bn1', 'BatchNorm1d', [2, 4]),
      node('g_act1', 'LeakyReLU', [3, 4], { negativeSlope: 0.2 }),
      node('g2', 'Linear', [4, 4], { outFeatures: 256 }),
      node('g_bn2', 'BatchNorm1d', [5, 4]),
      node('g_act2', 'LeakyReLU', [6, 4], { negativeSlope: 0.2 }),
      node('g3', 'Linear', [7, 4], { outFeatures: 784 }),
      node('fake', 'Sigmoid', [8, 4]),
      ...discriminator('e', 2, 'd'),
      node('zeros', 'FullLike', [8, 2], { value: 0 }),
      node('ones', 'FullLike', [8, 3], { value: 1 }),
      node('loss_fake', 'BCEWithLogitsLoss', [9, 2]),
      node('loss_fool', 'BCEWithLogitsLoss', [9, 3]),
    ],
    wires: [
      'data.image > flat.x',
      ...chain('flat', ...judge('d'), 'real'),
      'd3.y > loss_real.prediction',
      'real.y > loss_real.target',
      'z.z > g1.x',
      ...chain('g1', 'g_bn1', 'g_act1', 'g2', 'g_bn2', 'g_act2', 'g3', 'fake', ...judge('e')),
      'e3.y > zeros.x',
      'e3.y > ones.x',
      'e3.y > loss_fake.prediction',
      'zeros.y > loss_fake.target',
      'e3.y > loss_fool.prediction',
      'ones.y > loss_fool.target',
    ],
    training: {
      epochs: 60,
      batchSize: 64,
      dropLast: true,
      objectives: [
        {
          name: 'Discriminator',
          losses: ['loss_real', 'loss_fake'],
          trains: ['d1', 'd2', 'd3'],
          optimizer: ganAdam(2e-4),
        },
        {
          name: 'Generator',
          losses: ['loss_fool'],
          trains: ['g1', 'g_bn1', 'g2', 'g_bn2', 'g3'],
          optimizer: ganAdam(2e-4),
        },
      ],
    },
  },
  {
    name: 'digits-transfer',
    title: 'Transfer learning',
    notes:
      'A base that has learned to read digits, and a new head that learns from it, from 1,500 digits alone. The base is frozen: its weights stay as they are (the lock on its cards); the second layer of it moves at a tenth of the rate.\n\nFirst train "MLP on digits" and save its weights, then begin this one with them: `netloom train digits-mlp --save mlp.safetensors`, `netloom train digits-transfer --init mlp.safetensors`. The log says which weights fit. In the app: open "MLP on digits", train it, replace its last layer, freeze the others in the inspector and choose Train further.',
    source: 'digits',
    options: { count: 1500 },
    data: [0, 0],
    nodes: [
      node('flat', 'Flatten', [1, 0]),
      node('fc1', 'Linear', [2, 0], { outFeatures: 128 }),
      node('relu1', 'ReLU', [3, 0]),
      node('fc2', 'Linear', [4, 0], { outFeatures: 64 }),
      node('relu2', 'ReLU', [0, 1]),
      node('drop', 'Dropout', [1, 1], { p: 0.2 }),
      node('head', 'Linear', [2, 1], { outFeatures: 10 }),
      node('loss', 'CrossEntropyLoss', [3, 1]),
    ],
    wires: [
      'data.image > flat.x',
      ...chain('flat', 'fc1', 'relu1', 'fc2', 'relu2', 'drop', 'head'),
      'head.y > loss.prediction',
      'data.label > loss.target',
    ],
    training: {
      epochs: 10,
      batchSize: 64,
      objectives: [
        {
          groups: [
            { nodes: ['fc1'], frozen: true },
            { nodes: ['fc2'], learningRateFactor: 0.1 },
          ],
          optimizer: { type: 'Adam', attrs: { lr: 2e-3 } },
          schedule: { type: 'CosineAnnealingLR' },
        },
      ],
    },
  },
  {
    name: 'tied-autoencoder',
    title: 'Tied autoencoder',
    notes:
      'The decoder uses the matrix of the encoder the other way round, so that half of the weights are enough: each of the 64 patterns is what it looks for and what it draws.\n\nTry: give the decoder weights of its own and compare the reconstructions.',
    source: 'digits',
    data: [0, 0],
    nodes: [
      node('flat', 'Flatten', [1, 0]),
      node('enc', 'Linear', [2, 0], { outFeatures: 64 }),
      node('relu', 'ReLU', [3, 0]),
      {
        ...node('dec', 'Linear', [4, 0], { outFeatures: 784 }),
        sharesWith: { node: 'enc', transposed: true },
      },
      node('sigmoid', 'Sigmoid', [0, 1]),
      node('image', 'Reshape', [1, 1], { shape: [1, 28, 28] }),
      node('loss', 'MSELoss', [2, 1]),
    ],
    wires: [
      'data.image > flat.x',
      ...chain('flat', 'enc', 'relu', 'dec', 'sigmoid', 'image'),
      'image.y > loss.prediction',
      'data.image > loss.target',
    ],
    training: {
      epochs: 10,
      batchSize: 128,
      objectives: [
        {
          optimizer: { type: 'Adam', attrs: { lr: 2e-3 } },
          schedule: { type: 'OneCycleLR' },
        },
      ],
    },
  },
];

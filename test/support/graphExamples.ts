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

/** Convolutions that keep the size of a picture, before a norm. */
const SAME = { kernelSize: [3, 3], padding: [1, 1], bias: false };
/** Twice as high and wide. */
const twice = (outChannels: number): RawAttrs => ({
  outChannels,
  kernelSize: [2, 2],
  stride: [2, 2],
});

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
  {
    name: 'digits-vae',
    title: 'Variational autoencoder',
    notes:
      'Every digit becomes a point of a plane, and every point of the plane a digit. The encoder gives a mean and a variance for each of two numbers, and training draws between them, so that near points must look alike; the divergence keeps all of them around the middle.\n\nTry: beta 0, and see the plane fall apart into islands; beta ten times as large, and all digits become one. Or 16 numbers in place of two: sharper digits, and no plane to look at.',
    source: 'digits',
    data: [0, 0],
    nodes: [
      node('flat', 'Flatten', [1, 0]),
      node('enc1', 'Linear', [2, 0], { outFeatures: 256 }),
      node('relu1', 'ReLU', [3, 0]),
      node('enc2', 'Linear', [4, 0], { outFeatures: 128 }),
      node('relu2', 'ReLU', [5, 0]),
      node('mu', 'Linear', [6, 0], { outFeatures: 2 }),
      node('logvar', 'Linear', [6, 1], { outFeatures: 2 }),
      node('z', 'Reparameterise', [7, 0]),
      node('kl', 'GaussianKL', [7, 1], { beta: 0.0013 }),
      node('dec1', 'Linear', [0, 2], { outFeatures: 128 }),
      node('relu3', 'ReLU', [1, 2]),
      node('dec2', 'Linear', [2, 2], { outFeatures: 256 }),
      node('relu4', 'ReLU', [3, 2]),
      node('dec3', 'Linear', [4, 2], { outFeatures: 784 }),
      node('sigmoid', 'Sigmoid', [5, 2]),
      node('image', 'Reshape', [6, 2], { shape: [1, 28, 28] }),
      node('rebuilt', 'BCELoss', [7, 2]),
    ],
    wires: [
      'data.image > flat.x',
      ...chain('flat', 'enc1', 'relu1', 'enc2', 'relu2', 'mu'),
      'relu2.y > logvar.x',
      'mu.y > z.mu',
      'logvar.y > z.logvar',
      'mu.y > kl.mu',
      'logvar.y > kl.logvar',
      'z.z > dec1.x',
      ...chain('dec1', 'relu3', 'dec2', 'relu4', 'dec3', 'sigmoid', 'image'),
      'image.y > rebuilt.prediction',
      'data.image > rebuilt.target',
    ],
    training: {
      epochs: 120,
      batchSize: 128,
      objectives: [
        {
          optimizer: { type: 'Adam', attrs: { lr: 2e-3 } },
          schedule: { type: 'OneCycleLR' },
        },
      ],
    },
  },
  {
    name: 'digits-residual',
    title: 'Residual network',
    notes:
      'Two blocks of convolutions with a way around each: a block learns only what to add to what it is given. The second block halves the picture, so the way around needs a convolution of its own.\n\nWatch the gradient strip: the way around carries gradients past every block. Try: cut the two wires into Add, let the blocks lead straight on, and compare the first layers.',
    source: 'digits',
    data: [0, 0],
    nodes: [
      node('stem', 'Conv2d', [1, 0], { ...SAME, outChannels: 16 }),
      node('stem_bn', 'BatchNorm2d', [2, 0]),
      node('stem_relu', 'ReLU', [3, 0]),
      node('pool', 'MaxPool2d', [4, 0]),
      node('a1', 'Conv2d', [0, 1], { ...SAME, outChannels: 16 }),
      node('a_bn1', 'BatchNorm2d', [1, 1]),
      node('a_relu', 'ReLU', [2, 1]),
      node('a2', 'Conv2d', [3, 1], { ...SAME, outChannels: 16 }),
      node('a_bn2', 'BatchNorm2d', [4, 1]),
      node('a_add', 'Add', [5, 1]),
      node('a_out', 'ReLU', [6, 1]),
      node('b1', 'Conv2d', [0, 2], { ...SAME, outChannels: 32, stride: [2, 2] }),
      node('b_bn1', 'BatchNorm2d', [1, 2]),
      node('b_relu', 'ReLU', [2, 2]),
      node('b2', 'Conv2d', [3, 2], { ...SAME, outChannels: 32 }),
      node('b_bn2', 'BatchNorm2d', [4, 2]),
      node('b_add', 'Add', [5, 2]),
      node('b_out', 'ReLU', [6, 2]),
      node('around', 'Conv2d', [3, 3], {
        outChannels: 32,
        kernelSize: [1, 1],
        stride: [2, 2],
        bias: false,
      }),
      node('around_bn', 'BatchNorm2d', [4, 3]),
      node('mean', 'AdaptiveAvgPool2d', [5, 3], { outputSize: [1, 1] }),
      node('flat', 'Flatten', [6, 3]),
      node('fc', 'Linear', [7, 3], { outFeatures: 10 }),
      node('loss', 'CrossEntropyLoss', [8, 3]),
    ],
    wires: [
      'data.image > stem.x',
      ...chain('stem', 'stem_bn', 'stem_relu', 'pool', 'a1', 'a_bn1', 'a_relu', 'a2', 'a_bn2'),
      ...['a_bn2.y > a_add.a', 'pool.y > a_add.b'],
      ...chain('a_out', 'b1', 'b_bn1', 'b_relu', 'b2', 'b_bn2'),
      'a_add.y > a_out.x',
      ...chain('a_out', 'around', 'around_bn'),
      ...['b_bn2.y > b_add.a', 'around_bn.y > b_add.b', 'b_add.y > b_out.x'],
      ...chain('b_out', 'mean', 'flat', 'fc'),
      'fc.y > loss.prediction',
      'data.label > loss.target',
    ],
    training: {
      epochs: 12,
      batchSize: 64,
      objectives: [
        {
          optimizer: { type: 'AdamW', attrs: { lr: 3e-3 } },
          schedule: { type: 'OneCycleLR' },
        },
      ],
    },
  },
  {
    name: 'inpainting-unet',
    title: 'U-Net fills in',
    notes:
      'A square of every digit is hidden, and a U-Net paints it in. On the way down it sees more and more of the picture at once; on the way up every step gets back what the same size looked like before, so that fine lines stay where they were.\n\nTry: a larger square, or random pixels. Or cut the wires from the way down into Concat, and see the lines become soft.',
    source: 'digits',
    data: [0, 0],
    nodes: [
      node('mask', 'Mask', [1, 0], { size: [12, 12] }),
      node('down1', 'Conv2d', [2, 0], { outChannels: 12, kernelSize: [3, 3], padding: [1, 1] }),
      node('relu1', 'ReLU', [3, 0]),
      node('pool1', 'MaxPool2d', [4, 0]),
      node('down2', 'Conv2d', [5, 0], { outChannels: 24, kernelSize: [3, 3], padding: [1, 1] }),
      node('relu2', 'ReLU', [6, 0]),
      node('pool2', 'MaxPool2d', [0, 1]),
      node('middle', 'Conv2d', [1, 1], { outChannels: 48, kernelSize: [3, 3], padding: [1, 1] }),
      node('relu3', 'ReLU', [2, 1]),
      node('up2', 'ConvTranspose2d', [3, 1], twice(24)),
      node('join2', 'Concat', [4, 1]),
      node('fine2', 'Conv2d', [5, 1], { outChannels: 24, kernelSize: [3, 3], padding: [1, 1] }),
      node('relu4', 'ReLU', [6, 1]),
      node('up1', 'ConvTranspose2d', [0, 2], twice(12)),
      node('join1', 'Concat', [1, 2]),
      node('fine1', 'Conv2d', [2, 2], { outChannels: 12, kernelSize: [3, 3], padding: [1, 1] }),
      node('relu5', 'ReLU', [3, 2]),
      node('paint', 'Conv2d', [4, 2], { outChannels: 1, kernelSize: [1, 1] }),
      node('sigmoid', 'Sigmoid', [5, 2]),
      node('loss', 'BCELoss', [6, 2]),
    ],
    wires: [
      'data.image > mask.x',
      ...chain('mask', 'down1', 'relu1', 'pool1', 'down2', 'relu2', 'pool2', 'middle', 'relu3'),
      ...chain('relu3', 'up2'),
      ...['up2.y > join2.a', 'relu2.y > join2.b'],
      ...chain('join2', 'fine2', 'relu4', 'up1'),
      ...['up1.y > join1.a', 'relu1.y > join1.b'],
      ...chain('join1', 'fine1', 'relu5', 'paint', 'sigmoid'),
      'sigmoid.y > loss.prediction',
      'data.image > loss.target',
    ],
    training: {
      epochs: 8,
      batchSize: 64,
      objectives: [
        {
          optimizer: { type: 'Adam', attrs: { lr: 2e-3 } },
          schedule: { type: 'OneCycleLR' },
        },
      ],
    },
  },
  {
    name: 'shapes-tasks',
    title: 'One network, four answers',
    notes:
      'One picture, four questions: which shape it is, which colour, where it lies and how large it is. All answers come from the same features; each has a loss of its own, and training makes their weighted sum smaller.\n\nWatch the curve of each loss: colour is learned first, the shape last. Try: other weights in Objectives, or cut one answer off and see whether the others become better.',
    source: 'shapes',
    options: { count: 10_000 },
    data: [0, 0],
    nodes: [
      node('conv1', 'Conv2d', [1, 0], { outChannels: 16, kernelSize: [3, 3], padding: [1, 1] }),
      node('relu1', 'ReLU', [2, 0]),
      node('pool1', 'MaxPool2d', [3, 0]),
      node('conv2', 'Conv2d', [4, 0], { outChannels: 32, kernelSize: [3, 3], padding: [1, 1] }),
      node('relu2', 'ReLU', [5, 0]),
      node('pool2', 'MaxPool2d', [0, 1]),
      node('conv3', 'Conv2d', [1, 1], { outChannels: 32, kernelSize: [3, 3], padding: [1, 1] }),
      node('relu3', 'ReLU', [2, 1]),
      node('pool3', 'MaxPool2d', [3, 1]),
      node('flat', 'Flatten', [4, 1]),
      node('fc', 'Linear', [5, 1], { outFeatures: 96 }),
      node('relu4', 'ReLU', [6, 1]),
      node('shape', 'Linear', [7, 0], { outFeatures: 6 }),
      node('colour', 'Linear', [7, 1], { outFeatures: 6 }),
      node('position', 'Linear', [7, 2], { outFeatures: 2 }),
      node('size', 'Linear', [7, 3], { outFeatures: 1 }),
      node('which_shape', 'CrossEntropyLoss', [8, 0]),
      node('which_colour', 'CrossEntropyLoss', [8, 1]),
      node('where', 'MSELoss', [8, 2]),
      node('how_large', 'MSELoss', [8, 3]),
    ],
    wires: [
      'data.image > conv1.x',
      ...chain('conv1', 'relu1', 'pool1', 'conv2', 'relu2', 'pool2', 'conv3', 'relu3', 'pool3'),
      ...chain('pool3', 'flat', 'fc', 'relu4'),
      ...['shape', 'colour', 'position', 'size'].map((answer) => `relu4.y > ${answer}.x`),
      ...['shape.y > which_shape.prediction', 'data.shape > which_shape.target'],
      ...['colour.y > which_colour.prediction', 'data.colour > which_colour.target'],
      ...['position.y > where.prediction', 'data.position > where.target'],
      ...['size.y > how_large.prediction', 'data.size > how_large.target'],
    ],
    training: {
      epochs: 20,
      batchSize: 32,
      objectives: [
        {
          lossWeights: { where: 2, how_large: 2 },
          optimizer: { type: 'Adam', attrs: { lr: 2e-3 } },
          schedule: { type: 'OneCycleLR' },
        },
      ],
    },
  },
];

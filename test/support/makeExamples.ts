/**
 * Makes the example projects (resources/examples): laid out in rows, wired in order, so that all of them
 * look alike. Run through `npm run examples`; a test says when the files are not what this makes.
 */
import { analyse } from '#engine/check/analyse.ts';
import { loadData } from '#engine/datasets/index.ts';
import type { JsonValue, NetworkDocument, RawAttrs } from '#engine/ir/index.ts';
import { DOCUMENT_VERSION, networkDocument } from '#engine/ir/index.ts';
import { createNodePlatform } from '#engine/platform/node.ts';
import type { GraphExample, GraphNode } from './graphExamples.ts';
import { loadTables } from './tableFiles.ts';

/** Cards are 144 x 128; five to a row. */
const COLUMN = 224;
const ROW = 192;
const PER_ROW = 5;

type Layer = readonly [id: string, type: string, attrs?: RawAttrs];

interface Example {
  readonly name: string;
  readonly title: string;
  readonly notes: string;
  readonly source: string;
  readonly options?: Readonly<Record<string, JsonValue>>;
  /** Field that enters the first layer, and field that the loss compares with. */
  readonly input: string;
  readonly target: string;
  readonly layers: readonly Layer[];
  readonly loss: Layer;
  readonly training: Readonly<Record<string, unknown>>;
}

const adam = (lr: number) => [{ optimizer: { type: 'Adam', attrs: { lr } } }];
const block = (n: number, outChannels: number, pad = 1): readonly Layer[] => [
  [`conv${n}`, 'Conv2d', { outChannels, kernelSize: [3, 3], padding: [pad, pad], bias: false }],
  [`bn${n}`, 'BatchNorm2d'],
  [`relu${n}`, 'ReLU'],
  [`pool${n}`, 'MaxPool2d'],
];
const dense = (widths: readonly number[], activation: string): readonly Layer[] =>
  widths.flatMap((outFeatures, i): readonly Layer[] => [
    [`fc${i + 1}`, 'Linear', { outFeatures }],
    [`${activation.toLowerCase()}${i + 1}`, activation],
  ]);

const DIGITS = { source: 'digits', input: 'image', target: 'label' };
const CLASSIFY: Layer = ['loss', 'CrossEntropyLoss'];
const GPT_BLOCK = { nhead: 4, causal: true, normFirst: true, activation: 'gelu', dropout: 0.05 };
const POINTS = { input: 'features', target: 'label', loss: CLASSIFY };

export const EXAMPLES: readonly Example[] = [
  {
    ...DIGITS,
    name: 'digits-mlp',
    title: 'MLP on digits',
    notes:
      'A multilayer perceptron reads handwritten digits.\n\nWatch the histograms on the cards: ReLU cuts them at zero, Dropout thins them out. Try: remove the dropout and compare train and validation.',
    layers: [
      ['flat', 'Flatten'],
      ['fc1', 'Linear', { outFeatures: 128 }],
      ['relu1', 'ReLU'],
      ['drop1', 'Dropout', { p: 0.2 }],
      ['fc2', 'Linear', { outFeatures: 64 }],
      ['relu2', 'ReLU'],
      ['drop2', 'Dropout', { p: 0.2 }],
      ['fc3', 'Linear', { outFeatures: 10 }],
    ],
    loss: CLASSIFY,
    training: { epochs: 10, batchSize: 64, objectives: adam(1e-3) },
  },
  {
    ...DIGITS,
    name: 'digits-lenet',
    title: 'LeNet on digits',
    notes:
      'The convolutional network of 1998, with tanh and average pooling.\n\nTry: replace Tanh by ReLU and AvgPool2d by MaxPool2d and look at the gradient strip.',
    layers: [
      ['conv1', 'Conv2d', { outChannels: 6, kernelSize: [5, 5], padding: [2, 2] }],
      ['tanh1', 'Tanh'],
      ['pool1', 'AvgPool2d'],
      ['conv2', 'Conv2d', { outChannels: 16, kernelSize: [5, 5] }],
      ['tanh2', 'Tanh'],
      ['pool2', 'AvgPool2d'],
      ['flat', 'Flatten'],
      ['fc1', 'Linear', { outFeatures: 120 }],
      ['tanh3', 'Tanh'],
      ['fc2', 'Linear', { outFeatures: 84 }],
      ['tanh4', 'Tanh'],
      ['fc3', 'Linear', { outFeatures: 10 }],
    ],
    loss: CLASSIFY,
    training: { epochs: 5, batchSize: 64, objectives: adam(1e-3) },
  },
  {
    ...DIGITS,
    name: 'digits-cnn-batchnorm',
    title: 'CNN with BatchNorm',
    notes:
      'Two blocks of convolution, batch normalisation, ReLU and pooling.\n\nBatchNorm keeps every histogram centred: watch the cards. In evaluation it uses its running statistics.',
    layers: [
      ...block(1, 32),
      ...block(2, 64),
      ['flat', 'Flatten'],
      ['fc1', 'Linear', { outFeatures: 128 }],
      ['relu3', 'ReLU'],
      ['drop', 'Dropout', { p: 0.2 }],
      ['fc2', 'Linear', { outFeatures: 10 }],
    ],
    loss: CLASSIFY,
    training: { epochs: 3, batchSize: 64, objectives: adam(1e-3) },
  },
  {
    ...DIGITS,
    target: 'image',
    name: 'denoising-autoencoder',
    title: 'Denoising autoencoder',
    notes:
      'Squeezes noisy digits through 32 numbers and rebuilds the clean ones.\n\nTry: make the bottleneck 2, 8, 128 wide and compare the reconstructions.',
    layers: [
      ['noise', 'Noise', { kind: 'gaussian', amount: 0.3 }],
      ['flat', 'Flatten'],
      ['enc1', 'Linear', { outFeatures: 256 }],
      ['relu1', 'ReLU'],
      ['enc2', 'Linear', { outFeatures: 128 }],
      ['relu2', 'ReLU'],
      ['bottleneck', 'Linear', { outFeatures: 32 }],
      ['relu3', 'ReLU'],
      ['dec1', 'Linear', { outFeatures: 128 }],
      ['relu4', 'ReLU'],
      ['dec2', 'Linear', { outFeatures: 256 }],
      ['relu5', 'ReLU'],
      ['dec3', 'Linear', { outFeatures: 784 }],
      ['sigmoid', 'Sigmoid'],
      ['image', 'Reshape', { shape: [1, 28, 28] }],
    ],
    loss: ['loss', 'MSELoss'],
    training: { epochs: 15, batchSize: 128, objectives: adam(1e-3) },
  },
  {
    ...DIGITS,
    target: 'image',
    name: 'inpainting-autoencoder',
    title: 'In-painting autoencoder',
    notes:
      'A square of every digit is hidden; the network fills it in from the rest.\n\nTry: a larger square, or random pixels.',
    layers: [
      ['mask', 'Mask', { size: [10, 10] }],
      ['conv1', 'Conv2d', { outChannels: 16, kernelSize: [3, 3], padding: [1, 1], stride: [2, 2] }],
      ['relu1', 'ReLU'],
      ['flat', 'Flatten'],
      ['enc', 'Linear', { outFeatures: 128 }],
      ['relu2', 'ReLU'],
      ['dec', 'Linear', { outFeatures: 784 }],
      ['sigmoid', 'Sigmoid'],
      ['image', 'Reshape', { shape: [1, 28, 28] }],
    ],
    loss: ['loss', 'MSELoss'],
    training: { epochs: 10, batchSize: 128, objectives: adam(1e-3) },
  },
  {
    ...POINTS,
    name: 'xor',
    title: 'XOR',
    notes:
      'The smallest problem that needs a hidden layer.\n\nTry: take the hidden layer away and see the boundary become a line.',
    source: 'xor',
    layers: [...dense([8], 'Tanh'), ['fc2', 'Linear', { outFeatures: 2 }]],
    loss: CLASSIFY,
    training: { epochs: 150, batchSize: 32, objectives: adam(0.01) },
  },
  {
    ...POINTS,
    name: 'moons',
    title: 'Moons',
    notes: 'A curved boundary between two half circles.\n\nTry: 2, 4 or 64 hidden units.',
    source: 'moons',
    layers: [...dense([16, 16], 'ReLU'), ['fc3', 'Linear', { outFeatures: 2 }]],
    loss: CLASSIFY,
    training: { epochs: 200, batchSize: 32, objectives: adam(0.01) },
  },
  {
    ...POINTS,
    name: 'spirals',
    title: 'Spirals',
    notes:
      'Arms wound around each other: small networks fail, deeper ones do not.\n\nTry: Tanh instead of ReLU, or one layer less.',
    source: 'spirals',
    layers: [...dense([48, 48, 24], 'ReLU'), ['fc4', 'Linear', { outFeatures: 0 }]],
    loss: CLASSIFY,
    training: { epochs: 300, batchSize: 64, objectives: adam(0.005) },
  },
  {
    name: 'regression',
    title: 'Curve fitting',
    notes:
      'A network draws a curve through noisy points.\n\nTry: more noise, fewer points, a step.',
    source: 'curves',
    input: 'features',
    target: 'target',
    layers: [...dense([32, 32], 'Tanh'), ['fc3', 'Linear', { outFeatures: 1 }]],
    loss: ['loss', 'MSELoss'],
    training: { epochs: 300, batchSize: 32, objectives: adam(0.005) },
  },
  {
    name: 'forecast',
    title: 'Forecasting a series',
    notes:
      'A network sees the last 32 values of a noisy wave and says the next 8. Every series has periods and phases of its own, so there is nothing to learn by heart.\n\nTry: three waves in place of two, more noise, or a longer horizon, and see the error grow with the distance.',
    source: 'series',
    options: { count: 12_000 },
    input: 'history',
    target: 'target',
    layers: [...dense([128, 64], 'Tanh'), ['fc3', 'Linear', { outFeatures: 8 }]],
    loss: ['loss', 'MSELoss'],
    training: { epochs: 150, batchSize: 64, objectives: adam(2e-3) },
  },
  {
    name: 'tales-mlp',
    title: 'The next character',
    notes:
      'A network reads 16 characters and says the next one. Each character is a vector that is learned; side by side they go through a layer, as in the first neural language models.\n\nLet it write: on the tab "Try it", or with netloom predict RUN --generate 300. Try: a window of 32, or vectors of 8 numbers.',
    source: 'tales',
    options: { length: 16 },
    input: 'tokens',
    target: 'label',
    layers: [
      ['embed', 'Embedding', { embeddingDim: 24, paddingIdx: 0 }],
      ['flat', 'Flatten'],
      ['fc1', 'Linear', { outFeatures: 256 }],
      ['relu1', 'ReLU'],
      ['fc2', 'Linear', { outFeatures: 0 }],
    ],
    loss: CLASSIFY,
    training: { epochs: 12, batchSize: 64, objectives: adam(2e-3) },
  },
  {
    name: 'tales-gpt',
    title: 'A small GPT',
    notes:
      'A transformer reads tales character by character and says, for each, which comes next: two blocks of causal attention, so that no character sees what follows it.\n\nTrain it for two minutes, then let it write: on the tab "Try it", or with netloom predict RUN --generate 400. Watch the perplexity: between how many characters it is unsure. Try: one block, more heads, or a longer window.',
    source: 'tales',
    options: { length: 64, predict: 'sequence', stride: 64, count: 3000 },
    input: 'tokens',
    target: 'label',
    layers: [
      ['embed', 'Embedding', { embeddingDim: 96, initStd: 0.02 }],
      ['position', 'LearnedPositionalEmbedding'],
      ['block1', 'TransformerEncoderLayer', GPT_BLOCK],
      ['block2', 'TransformerEncoderLayer', GPT_BLOCK],
      ['norm', 'LayerNorm'],
      ['fc', 'Linear', { outFeatures: 0, lastDimension: true, bias: false }],
    ],
    loss: CLASSIFY,
    training: {
      ...{ epochs: 20, batchSize: 32, split: { kind: 'byTime' } },
      objectives: [
        {
          optimizer: { type: 'AdamW', attrs: { lr: 3e-3, weightDecay: 0.01 } },
          schedule: { type: 'OneCycleLR' },
        },
      ],
    },
  },
  {
    ...DIGITS,
    name: 'digits-lstm',
    title: 'LSTM on rows of digits',
    notes:
      'A digit is read like a text: row by row from the top, 28 numbers each. The LSTM keeps a state of what it has seen, and says after the last row which digit it was.\n\nTry: GRU in its place, or a plain RNN, which forgets; fewer numbers in the state; or reading from both ends.',
    layers: [
      ['rows', 'Reshape', { shape: [28, 28] }],
      ['lstm', 'LSTM', { hiddenSize: 64 }],
      ['fc', 'Linear', { outFeatures: 10 }],
    ],
    loss: CLASSIFY,
    training: {
      epochs: 20,
      batchSize: 64,
      objectives: [
        {
          optimizer: { type: 'Adam', attrs: { lr: 5e-3 } },
          schedule: { type: 'OneCycleLR' },
        },
      ],
    },
  },
  {
    ...DIGITS,
    name: 'digits-transformer',
    title: 'Transformer on patches',
    notes:
      'A picture is cut into 16 patches of 7 × 7 pixels, and each becomes a word. Attention lets every patch look at the others; the places are learned, since attention does not know them.\n\nTry: patches of 4 × 4 (then 49 of them), one block in place of two, or no positions: it still reads many digits, from strokes alone.',
    layers: [
      ['patches', 'PixelUnshuffle', { downscaleFactor: 7 }],
      ['words', 'Reshape', { shape: [49, 16] }],
      ['order', 'Transpose'],
      ['embed', 'Linear', { outFeatures: 64, lastDimension: true }],
      ['position', 'LearnedPositionalEmbedding'],
      ['block1', 'TransformerEncoderLayer', { dimFeedforward: 128, normFirst: true }],
      ['block2', 'TransformerEncoderLayer', { dimFeedforward: 128, normFirst: true }],
      ['mean', 'Mean', { dims: [1] }],
      ['fc', 'Linear', { outFeatures: 10 }],
    ],
    loss: CLASSIFY,
    training: {
      epochs: 30,
      batchSize: 64,
      objectives: [
        {
          optimizer: { type: 'AdamW', attrs: { lr: 2e-3 } },
          schedule: { type: 'OneCycleLR' },
        },
      ],
    },
  },
  {
    name: 'machines',
    title: 'Machines that fail',
    notes:
      'A table: type, temperature, torque and wear of machines, and which of them failed. The recipe in the Data node says what becomes of them: gaps take the median, and another column says where they were; words become one number for each word; numbers are brought to the same scale. Only one machine in eleven fails, so each failure counts for more, and every part of the data gets its share of them.\n\nWatch F1 and recall, not accuracy: who never warns is right ten times in eleven. Try: class weights off; or take `repair_hours` in, see everything become right, and find out why that is worth nothing.',
    source: 'machines',
    options: {
      target: 'failed',
      ignore: 'id, plant, repair_hours',
      recipe: [
        { step: 'impute', columns: ['temperature_k', 'torque_nm'], indicator: true },
        { step: 'oneHot', columns: ['type'] },
        { step: 'standardise', columns: ['temperature_k', 'torque_nm', 'wear_min'] },
      ],
    },
    input: 'features',
    target: 'label',
    layers: [...dense([8, 8], 'Tanh'), ['fc3', 'Linear', { outFeatures: 0 }]],
    loss: CLASSIFY,
    training: {
      epochs: 40,
      batchSize: 32,
      split: { kind: 'stratified', validation: 0.2, test: 0.2 },
      classWeights: 'balanced',
      objectives: [{ optimizer: { type: 'AdamW', attrs: { lr: 5e-3, weightDecay: 0.1 } } }],
    },
  },
  {
    name: 'flats',
    title: 'What a flat costs',
    notes:
      'A table: district, area, age, floor and heating of flats, and what they were sold for. The recipe in the Data node fills gaps, makes a column of each word and brings numbers to the same scale; the price is divided by 100,000, and errors are told in euros.\n\nA straight line is 41,000 euros off, since districts, age and floor multiply; watch the RMSE fall below that. Try: no hidden layer, or a column of the recipe left out.',
    source: 'flats',
    options: {
      target: 'price_eur',
      targetScale: 100_000,
      ignore: 'id',
      recipe: [
        { step: 'impute', columns: ['floor', 'year'], indicator: true },
        { step: 'oneHot', columns: ['district', 'heating'] },
        { step: 'standardise', columns: ['area_m2', 'rooms', 'floor', 'year'] },
      ],
    },
    input: 'features',
    target: 'target',
    layers: [...dense([64, 32], 'ReLU'), ['fc3', 'Linear', { outFeatures: 1 }]],
    loss: ['loss', 'MSELoss'],
    training: {
      epochs: 80,
      batchSize: 32,
      split: { kind: 'random', validation: 0.15, test: 0.15 },
      objectives: [
        {
          optimizer: { type: 'AdamW', attrs: { lr: 5e-3, weightDecay: 0.05 } },
          schedule: { type: 'OneCycleLR' },
        },
      ],
    },
  },
  {
    name: 'forecast-lstm',
    title: 'An LSTM that forecasts',
    notes:
      'The last 32 values of a noisy wave go through an LSTM one by one; from what it keeps of them it says the next 8. Every series has periods and phases of its own.\n\nCompare it with the network that sees all 32 at once (Forecasting a series): fewer weights, and the same weights at every step. Try: GRU in its place, or a state of 8 numbers.',
    source: 'series',
    options: { count: 6000 },
    input: 'history',
    target: 'target',
    layers: [
      ['steps', 'Unsqueeze', { dim: -1 }],
      ['lstm', 'LSTM', { hiddenSize: 48 }],
      ['fc', 'Linear', { outFeatures: 8 }],
    ],
    loss: ['loss', 'MSELoss'],
    training: {
      epochs: 30,
      batchSize: 64,
      gradientClip: { kind: 'norm', max: 1 },
      objectives: [
        {
          optimizer: { type: 'Adam', attrs: { lr: 8e-3 } },
          schedule: { type: 'OneCycleLR' },
        },
      ],
    },
  },
];

export async function makeExample(example: Example): Promise<NetworkDocument> {
  const { source, options = {}, layers, loss, input, target } = example;
  const fields = await fieldsOf(source, options);
  const classes = fields.find(({ role }) => role === 'label')?.classes ?? 1;
  const chain: readonly Layer[] = [
    ['data', 'Data', { source, options, fields: json(fields) }],
    ...layers,
    loss,
  ];
  const nodes = chain.map(([id, type, attrs = {}], index) => ({
    id,
    type,
    // Zero outputs stands for as many as there are classes.
    attrs: attrs['outFeatures'] === 0 ? { ...attrs, outFeatures: classes } : attrs,
    position: { x: (index % PER_ROW) * COLUMN, y: Math.floor(index / PER_ROW) * ROW },
  }));
  const wires = layers.map(([id], index) => {
    const before = layers[index - 1]?.[0];
    const from = before === undefined ? { node: 'data', port: input } : { node: before, port: 'y' };
    return { from, to: { node: id, port: 'x' } };
  });
  const last = layers.at(-1)?.[0] ?? 'data';
  return checked(example, nodes, [
    ...wires,
    { from: { node: last, port: 'y' }, to: { node: loss[0], port: 'prediction' } },
    { from: { node: 'data', port: target }, to: { node: loss[0], port: 'target' } },
  ]);
}

export async function makeGraphExample(example: GraphExample): Promise<NetworkDocument> {
  const { source, options = {}, data } = example;
  const fields = json(await fieldsOf(source, options));
  const position = ([column, row]: GraphNode['at']) => ({ x: column * COLUMN, y: row * ROW });
  const port = (text = '') => {
    const [node = '', name = ''] = text.split('.');
    return { node, port: name };
  };
  const nodes = [
    { id: 'data', type: 'Data', attrs: { source, options, fields }, position: position(data) },
    ...example.nodes.map(({ at, ...node }) => ({ ...node, position: position(at) })),
  ];
  const wires = example.wires.map((text) => {
    const [from, to] = text.split(' > ');
    return { from: port(from), to: port(to) };
  });
  return checked(example, nodes, wires);
}

async function fieldsOf(source: string, options: RawAttrs) {
  // A set that comes with the product is named by its id; its table is read as others are.
  if (source === 'machines' || source === 'flats') {
    const { columns } = await loadTables(`csv:resources/data/${source}.csv`, options);
    return columns.map(({ field }) => field);
  }
  const { files } = createNodePlatform({ log: () => undefined });
  return (await loadData(source, options, files)).columns.map(({ field }) => field);
}

function checked(
  { name, title, notes, training }: Pick<Example, 'name' | 'title' | 'notes' | 'training'>,
  nodes: readonly unknown[],
  wires: readonly unknown[],
): NetworkDocument {
  const document = networkDocument.parse({
    format: 'netloom',
    version: DOCUMENT_VERSION,
    name: title,
    notes,
    nodes,
    wires,
    training,
  });
  const errors = analyse(document).problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(`${name}: ${JSON.stringify(errors)}`);
  return document;
}

/** Fields are JSON; typed as what an attribute may hold. */
function json(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}

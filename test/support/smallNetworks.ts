/** Networks that train in a second: with dropout, with batch normalisation, on digits and on points. */
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { RawAttrs, Step } from '#engine/ir/attrs.ts';
import { chain, features, IMAGE, imageOf, LABEL, type NodeText, target } from './network.ts';

/** The document with another source in its Data node. */
export function fed(
  document: NetworkDocument,
  source: string,
  options: RawAttrs = {},
): NetworkDocument {
  const nodes = document.nodes.map((node) =>
    node.type === 'Data' ? { ...node, attrs: { ...node.attrs, source, options } } : node,
  );
  return { ...document, nodes };
}

const adam = [{ optimizer: { type: 'Adam', attrs: { lr: 0.003 } } }];
const few = { count: 600 };

function digits(nodes: readonly NodeText[], training: RawAttrs): NetworkDocument {
  const settings = { batchSize: 32, epochs: 3, objectives: adam, ...training };
  return fed(chain(nodes, { fields: [IMAGE, LABEL], training: settings }), 'digits', few);
}

export const dropoutMlp = (training: RawAttrs = {}): NetworkDocument =>
  digits(
    [
      ['flat', 'Flatten'],
      ['fc1', 'Linear', { outFeatures: 48 }],
      ['relu1', 'ReLU'],
      ['drop', 'Dropout', { p: 0.3 }],
      ['fc2', 'Linear', { outFeatures: 10 }],
      ['loss', 'CrossEntropyLoss'],
    ],
    training,
  );

export const batchNormCnn = (training: RawAttrs = {}): NetworkDocument =>
  digits(
    [
      ['conv1', 'Conv2d', { outChannels: 6, kernelSize: [3, 3], padding: [1, 1] }],
      ['bn1', 'BatchNorm2d'],
      ['relu1', 'ReLU'],
      ['pool1', 'MaxPool2d', { kernelSize: [2, 2] }],
      ['flat', 'Flatten'],
      ['drop', 'Dropout', { p: 0.2 }],
      ['fc', 'Linear', { outFeatures: 10 }],
      ['loss', 'CrossEntropyLoss'],
    ],
    training,
  );

/** The document with pictures that its training augments. */
export function augmentedBy(document: NetworkDocument, augment: readonly Step[]): NetworkDocument {
  const nodes = document.nodes.map((node) =>
    node.type === 'Data' ? { ...node, attrs: { ...node.attrs, augment } } : node,
  );
  return { ...document, nodes };
}

const SHAKEN: readonly Step[] = [
  { step: 'crop', padding: 2 },
  { step: 'rotate' },
  { step: 'flip', off: true },
  { step: 'colourJitter' },
  { step: 'erase', chance: 0.5 },
  { step: 'noise' },
];
export const augmentedCnn = (training: RawAttrs = {}): NetworkDocument =>
  augmentedBy(batchNormCnn(training), SHAKEN);

/** Two features, two classes. `bce`: one score against the label. */
export function points(
  source: 'moons' | 'xor',
  loss: 'crossEntropy' | 'bce',
  training: RawAttrs = {},
): NetworkDocument {
  const document = chain(
    [
      ['fc1', 'Linear', { outFeatures: 16 }],
      ['act', 'Tanh'],
      ['fc2', 'Linear', { outFeatures: loss === 'bce' ? 1 : 2 }],
      ['loss', loss === 'bce' ? 'BCEWithLogitsLoss' : 'CrossEntropyLoss'],
    ],
    {
      input: 'features',
      fields: [features(2), { ...LABEL, classes: 2 }],
      training: {
        batchSize: 32,
        epochs: 20,
        objectives: [{ optimizer: { type: 'Adam', attrs: { lr: 0.02 } } }],
        ...training,
      },
    },
  );
  return fed(document, source);
}

/** One number from one number. */
export const curve = (training: RawAttrs = {}): NetworkDocument =>
  fed(
    chain(
      [
        ['fc1', 'Linear', { outFeatures: 16 }],
        ['act', 'Tanh'],
        ['fc2', 'Linear', { outFeatures: 1 }],
        ['loss', 'MSELoss'],
      ],
      {
        input: 'features',
        target: 'target',
        fields: [features(1), target(1)],
        training: { batchSize: 32, epochs: 5, objectives: adam, ...training },
      },
    ),
    'curves',
  );

/** 40 numbers through 16, back to themselves. */
export const tinyAutoencoder = chain(
  [
    ['fc1', 'Linear', { outFeatures: 16 }],
    ['relu1', 'ReLU'],
    ['fc2', 'Linear', { outFeatures: 40 }],
    ['sigmoid', 'Sigmoid'],
    ['loss', 'MSELoss'],
  ],
  { fields: [imageOf(40), LABEL], target: 'image' },
);

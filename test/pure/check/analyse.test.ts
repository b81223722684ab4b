/**
 * Rule: analyse() says of any document what is wrong and where, and every fix it offers removes the problem
 * it is offered for. Scenarios name a mistake and the code it must have; the fixes are tried for all.
 */
import { describe, expect, test } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import { DEFAULT_DATA } from '#engine/check/defaultData.ts';
import { applyEdits } from '#engine/ir/applyEdits.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { Problem } from '#engine/ir/problem.ts';
import { datasets } from '#engine/datasets/index.ts';
import { type DataField, defaultAttrs } from '#engine/ir/attrs.ts';
import {
  IMAGE,
  LABEL,
  chain,
  data,
  features,
  network,
  target,
  type NodeText,
} from '#test/support/network.ts';

const codes = (document: NetworkDocument) => analyse(document).problems.map(({ code }) => code);
const fc = (id: string, outFeatures: number): NodeText => [id, 'Linear', { outFeatures }];
const LOSS: NodeText = ['loss', 'CrossEntropyLoss'];
const FLAT: NodeText = ['flat', 'Flatten'];
const conv = (id: string, attrs = {}): NodeText => [id, 'Conv2d', { outChannels: 8, ...attrs }];

/** A number to predict, through the activations given. */
function regression(
  first: NodeText,
  range: DataField['range'],
  ...others: readonly NodeText[]
): NetworkDocument {
  return chain([fc('fc1', 1), first, ...others, ['loss', 'MSELoss']], {
    fields: [features(2), { ...target(1), ...(range && { range }) }],
    input: 'features',
    target: 'target',
  });
}

const MLP = chain([FLAT, fc('fc1', 32), ['relu1', 'ReLU'], fc('fc2', 10), LOSS]);

interface Scenario {
  readonly name: string;
  readonly document: NetworkDocument;
  /** Codes in the order of the report. */
  readonly codes: readonly string[];
  /** Label of the first fix of the first problem. */
  readonly fix?: string;
  /** Nothing is offered for the first problem. */
  readonly noFix?: boolean;
}

const SCENARIOS: readonly Scenario[] = [
  { name: 'nothing wrong', document: MLP, codes: [] },
  {
    name: 'Linear on an image',
    document: chain([fc('fc1', 10), LOSS]),
    codes: ['shape.linear-needs-flat'],
    fix: 'Insert Flatten',
  },
  {
    name: 'Linear on a number per sample',
    document: chain([fc('fc1', 1), ['loss', 'MSELoss']], {
      fields: [{ name: 'x', role: 'input', dtype: 'f32', shape: [] }, target(1)],
      input: 'x',
      target: 'target',
    }),
    codes: ['shape.linear-needs-features'],
    fix: 'Insert Reshape',
  },
  {
    name: 'Linear on labels',
    document: network(
      [data(), fc('fc1', 10), LOSS],
      ['data.label > fc1.x', 'fc1.y > loss.prediction', 'data.label > loss.target'],
    ),
    codes: ['shape.dtype'],
  },
  {
    name: 'Conv2d on a flat vector',
    document: chain([FLAT, conv('conv1'), ['flat2', 'Flatten'], fc('fc1', 10), LOSS]),
    codes: ['shape.needs-image'],
    fix: 'Insert Reshape',
  },
  {
    name: 'groups that do not divide the channels',
    document: chain([conv('conv1'), conv('conv2', { groups: 3 }), FLAT, fc('fc1', 10), LOSS]),
    codes: ['shape.groups'],
    fix: 'Use one group',
  },
  {
    name: 'a kernel larger than the image',
    document: chain([conv('conv1', { kernelSize: [30, 30] }), FLAT, fc('fc1', 10), LOSS]),
    codes: ['shape.window-too-large'],
    fix: 'Set kernel size to 28×28',
  },
  {
    name: 'a dilated kernel larger than the image',
    document: chain([
      conv('conv1', { kernelSize: [9, 9], dilation: [4, 4] }),
      FLAT,
      fc('fc1', 10),
      LOSS,
    ]),
    codes: ['shape.window-too-large'],
  },
  {
    name: 'pooled once too often',
    document: chain([
      ...[1, 2, 3, 4, 5].map((n): NodeText => [`pool${n}`, 'MaxPool2d']),
      FLAT,
      fc('fc1', 10),
      LOSS,
    ]),
    codes: ['shape.window-too-large'],
    fix: 'Set kernel size to 1×1',
  },
  {
    name: 'too much padding in a pool',
    document: chain([['pool1', 'AvgPool2d', { padding: [2, 2] }], FLAT, fc('fc1', 10), LOSS]),
    codes: ['shape.pool-padding'],
    fix: 'Set padding to 1×1',
  },
  {
    name: 'BatchNorm1d on an image',
    document: chain([['bn1', 'BatchNorm1d'], FLAT, fc('fc1', 10), LOSS]),
    codes: ['shape.batch-norm-kind'],
    fix: 'Use BatchNorm2d instead',
  },
  {
    name: 'BatchNorm2d on a vector',
    document: chain([FLAT, ['bn1', 'BatchNorm2d'], fc('fc1', 10), LOSS]),
    codes: ['shape.batch-norm-kind'],
    fix: 'Use BatchNorm1d instead',
  },
  {
    name: 'Softmax on an image',
    document: chain([['soft', 'Softmax'], FLAT, fc('fc1', 10), LOSS]),
    codes: ['shape.softmax-of-one'],
    fix: 'Insert Flatten',
  },
  {
    name: 'Reshape to another count',
    document: chain([['shape', 'Reshape', { shape: [3, 28, 28] }], FLAT, fc('fc1', 10), LOSS]),
    codes: ['shape.reshape-count'],
    fix: 'Set shape to 1×28×28',
  },
  {
    name: 'Flatten behind the last dimension',
    document: chain([['flat', 'Flatten', { startDim: 4 }], fc('fc1', 10), LOSS]),
    codes: ['shape.flatten-dim'],
    fix: 'Set start dim to 1',
  },
  {
    name: 'Add of vectors with different widths',
    document: network(
      [data(), FLAT, fc('fc1', 32), fc('fc2', 16), ['add', 'Add'], fc('fc3', 10), LOSS],
      [
        'data.image > flat.x',
        'flat.y > fc1.x',
        'flat.y > fc2.x',
        'fc1.y > add.a',
        'fc2.y > add.b',
        'add.y > fc3.x',
        'fc3.y > loss.prediction',
        'data.label > loss.target',
      ],
    ),
    codes: ['shape.add-mismatch'],
    fix: 'Set out features of fc2 to 32',
  },
  ...[
    { name: 'b is larger', a: 'pool1.y', b: 'conv1.y' },
    { name: 'a is larger', a: 'conv1.y', b: 'pool1.y' },
  ].map(({ name, a, b }) => ({
    name: `Add of images where ${name}`,
    document: network(
      [
        data(),
        conv('conv1', { padding: [1, 1] }),
        conv('conv2', { outChannels: 16 }),
        ['pool1', 'MaxPool2d'],
        ['add', 'Add'],
        FLAT,
        fc('fc1', 10),
        LOSS,
      ],
      [
        'data.image > conv1.x',
        'conv1.y > conv2.x',
        'conv2.y > pool1.x',
        `${a} > add.a`,
        `${b} > add.b`,
        'add.y > flat.x',
        'flat.y > fc1.x',
        'fc1.y > loss.prediction',
        'data.label > loss.target',
      ],
    ),
    codes: ['shape.add-mismatch'],
  })),
  {
    name: 'Concat of images of different sizes',
    document: network(
      [
        data(),
        conv('conv1', { padding: [1, 1] }),
        ['pool1', 'MaxPool2d'],
        ['cat', 'Concat'],
        FLAT,
        fc('fc1', 10),
        LOSS,
      ],
      [
        'data.image > conv1.x',
        'conv1.y > pool1.x',
        'conv1.y > cat.a',
        'pool1.y > cat.b',
        'cat.y > flat.x',
        'flat.y > fc1.x',
        'fc1.y > loss.prediction',
        'data.label > loss.target',
      ],
    ),
    codes: ['shape.concat-mismatch'],
    fix: 'Insert MaxPool2d',
  },
  {
    name: 'Concat of an image and a vector',
    document: network(
      [data(), FLAT, ['cat', 'Concat'], fc('fc1', 10), LOSS],
      [
        'data.image > flat.x',
        'flat.y > cat.a',
        'data.image > cat.b',
        'cat.y > fc1.x',
        'fc1.y > loss.prediction',
        'data.label > loss.target',
      ],
    ),
    codes: ['shape.concat-mismatch'],
    fix: 'Insert Flatten',
  },
  {
    name: 'fewer logits than classes',
    document: chain([
      FLAT,
      fc('fc1', 32),
      ['relu1', 'ReLU'],
      fc('fc2', 7),
      ['drop', 'Dropout'],
      LOSS,
    ]),
    codes: ['loss.class-count'],
    fix: 'Set out features of fc2 to 10',
  },
  {
    name: 'no layer whose width could be set',
    document: chain([conv('conv1', { stride: [28, 28] }), FLAT, LOSS]),
    codes: ['loss.class-count'],
    fix: 'Insert Linear',
  },
  {
    name: 'one score for two classes',
    document: chain([fc('fc1', 1), LOSS], {
      fields: [features(2), { ...LABEL, classes: 2 }],
      input: 'features',
    }),
    codes: ['loss.class-count'],
  },
  {
    name: 'more logits than classes',
    document: chain([FLAT, fc('fc1', 12), LOSS]),
    codes: ['loss.spare-classes'],
    fix: 'Set out features of fc1 to 10',
  },
  {
    name: 'logits with the shape of an image',
    document: chain([conv('conv1'), LOSS]),
    codes: ['loss.needs-logits'],
    fix: 'Insert Flatten',
  },
  {
    name: 'CrossEntropyLoss against numbers',
    document: chain([fc('fc1', 10), LOSS], {
      fields: [features(4), target(10)],
      input: 'features',
      target: 'target',
    }),
    codes: ['loss.needs-labels'],
    fix: 'Use MSELoss instead',
  },
  {
    name: 'CrossEntropyLoss against probabilities',
    document: chain([fc('fc1', 10), LOSS], {
      fields: [features(4), { ...target(10), range: [0, 1] }],
      input: 'features',
      target: 'target',
    }),
    codes: [],
  },
  {
    name: 'MSELoss against labels',
    document: chain([FLAT, fc('fc1', 10), ['loss', 'MSELoss']]),
    codes: ['loss.needs-numbers'],
    fix: 'Use CrossEntropyLoss instead',
  },
  {
    name: 'BCEWithLogitsLoss with ten classes',
    document: chain([FLAT, fc('fc1', 1), ['loss', 'BCEWithLogitsLoss']]),
    codes: ['loss.not-binary'],
    fix: 'Use CrossEntropyLoss instead',
  },
  {
    name: 'a reconstruction of another size',
    document: chain([FLAT, fc('fc1', 100), ['loss', 'MSELoss']], { target: 'image' }),
    codes: ['loss.target-size'],
    fix: 'Set out features of fc1 to 784',
  },
  {
    name: 'a reconstructed image of another size',
    document: chain([conv('conv1'), ['loss', 'MSELoss']], { target: 'image' }),
    codes: ['loss.target-size'],
    fix: 'Insert Flatten and Linear',
  },
  {
    name: 'Softmax before CrossEntropyLoss',
    document: chain([FLAT, fc('fc1', 10), ['prob', 'Softmax'], LOSS]),
    codes: ['loss.double-softmax'],
    fix: 'Remove Softmax',
  },
  {
    name: 'Sigmoid before BCEWithLogitsLoss',
    document: chain([fc('fc1', 1), ['sig', 'Sigmoid'], ['loss', 'BCEWithLogitsLoss']], {
      fields: [features(2), { ...LABEL, classes: 2 }],
      input: 'features',
    }),
    codes: ['loss.double-sigmoid'],
    fix: 'Remove Sigmoid',
  },
  {
    name: 'raw scores before a loss that takes probabilities',
    document: chain([fc('fc1', 1), ['loss', 'BCELoss']], {
      fields: [features(2), { ...LABEL, classes: 2 }],
      input: 'features',
    }),
    codes: ['loss.out-of-bounds'],
  },
  {
    name: 'probabilities before a loss that takes them',
    document: chain([fc('fc1', 1), ['sig', 'Sigmoid'], ['loss', 'BCELoss']], {
      fields: [features(2), { ...LABEL, classes: 2 }],
      input: 'features',
    }),
    codes: [],
  },
  {
    name: 'ReLU before a loss that takes raw scores, through Flatten',
    document: chain([FLAT, fc('fc1', 10), ['relu1', 'ReLU'], ['flat2', 'Flatten'], LOSS]),
    codes: ['loss.squashed-scores'],
    fix: 'Remove ReLU',
  },
  {
    name: 'two activations before a loss that takes raw scores',
    document: chain([FLAT, fc('fc1', 10), ['prob', 'Softmax'], ['tanh1', 'Tanh'], LOSS]),
    codes: ['loss.squashed-scores'],
    fix: 'Remove Softmax and Tanh',
  },
  {
    name: 'probabilities for another branch too',
    document: network(
      [data(), FLAT, fc('fc1', 10), ['prob', 'Softmax'], LOSS, fc('fc2', 784), ['mse', 'MSELoss']],
      [
        'data.image > flat.x',
        'flat.y > fc1.x',
        'fc1.y > prob.x',
        'prob.y > loss.prediction',
        'data.label > loss.target',
        'prob.y > fc2.x',
        'fc2.y > mse.prediction',
        'data.image > mse.target',
      ],
    ),
    codes: ['loss.double-softmax'],
    fix: 'Wire loss to fc1 instead',
  },
  {
    name: 'LeakyReLU before a loss that takes raw scores',
    document: chain([FLAT, fc('fc1', 10), ['leaky', 'LeakyReLU'], LOSS]),
    codes: [],
  },
  {
    name: 'ReLU before targets below zero',
    document: regression(['relu1', 'ReLU'], [-1, 1]),
    codes: ['loss.unreachable-targets'],
    fix: 'Remove ReLU',
  },
  {
    name: 'Sigmoid before targets above one',
    document: regression(['sig', 'Sigmoid'], [0, 50]),
    codes: ['loss.unreachable-targets'],
    fix: 'Remove Sigmoid',
  },
  {
    name: 'ReLU after Tanh, which reaches the targets',
    document: regression(['tanh1', 'Tanh'], [-0.9, 1.001], ['relu1', 'ReLU']),
    codes: ['loss.unreachable-targets'],
    fix: 'Remove ReLU',
  },
  {
    name: 'ReLU before targets from zero on',
    document: regression(['relu1', 'ReLU'], [0, 1e6]),
    codes: [],
  },
  {
    name: 'ReLU before targets of unknown size',
    document: regression(['relu1', 'ReLU'], undefined),
    codes: [],
  },
  {
    name: 'Sigmoid before images of 0 to 1',
    document: chain([FLAT, fc('fc1', 784), ['sig', 'Sigmoid'], ['loss', 'MSELoss']], {
      target: 'image',
    }),
    codes: [],
  },
  {
    name: 'Sigmoid before features of mean 0',
    document: chain([fc('fc1', 4), ['sig', 'Sigmoid'], ['loss', 'MSELoss']], {
      fields: [features(4)],
      input: 'features',
      target: 'features',
    }),
    codes: ['loss.unreachable-targets'],
    fix: 'Remove Sigmoid',
  },
  {
    name: 'BatchNorm with batch 1',
    document: chain([FLAT, fc('fc1', 10), ['bn1', 'BatchNorm1d'], LOSS], {
      training: { batchSize: 1 },
    }),
    codes: ['training.batch-norm-batch-one'],
    fix: 'Set batch size to 32',
  },
  {
    name: 'a mask over the whole image',
    document: chain([['mask', 'Mask', { size: [28, 30] }], FLAT, fc('fc1', 10), LOSS]),
    codes: ['noise.mask-hides-all'],
  },
  {
    name: 'an open target',
    document: network(
      [data(), FLAT, fc('fc1', 10), LOSS],
      ['data.image > flat.x', 'flat.y > fc1.x', 'fc1.y > loss.prediction'],
    ),
    codes: ['wire.open-input'],
    fix: 'Connect data.label',
  },
  {
    name: 'an open prediction',
    document: network(
      [data(), FLAT, fc('fc1', 10), LOSS],
      ['data.image > flat.x', 'flat.y > fc1.x', 'data.label > loss.target'],
    ),
    codes: ['wire.open-input', 'graph.dead-branch'],
    fix: 'Connect fc1',
  },
  {
    name: 'an open target of a reconstruction',
    document: network(
      [data(), FLAT, fc('fc1', 784), ['loss', 'MSELoss']],
      ['data.image > flat.x', 'flat.y > fc1.x', 'fc1.y > loss.prediction'],
    ),
    codes: ['wire.open-input'],
    fix: 'Connect data.image',
  },
  {
    name: 'a gap in the middle',
    document: network(
      [data(), FLAT, fc('fc1', 32), ['relu1', 'ReLU'], fc('fc2', 10), LOSS],
      [
        'data.image > flat.x',
        'flat.y > fc1.x',
        'relu1.y > fc2.x',
        'fc2.y > loss.prediction',
        'data.label > loss.target',
      ],
    ),
    codes: ['wire.open-input', 'graph.dead-branch'],
    fix: 'Connect fc1',
  },
  {
    name: 'a node beside the graph',
    document: network(
      [data(), FLAT, fc('fc1', 10), LOSS, ['gelu', 'GELU']],
      [
        'data.image > flat.x',
        'flat.y > fc1.x',
        'fc1.y > loss.prediction',
        'data.label > loss.target',
      ],
    ),
    codes: ['wire.open-input'],
  },
  {
    name: 'a dead branch',
    document: network(
      [data(), FLAT, fc('fc1', 10), LOSS, fc('fc2', 5), ['relu1', 'ReLU']],
      [
        'data.image > flat.x',
        'flat.y > fc1.x',
        'fc1.y > loss.prediction',
        'data.label > loss.target',
        'flat.y > fc2.x',
        'fc2.y > relu1.x',
      ],
    ),
    codes: ['graph.dead-branch', 'graph.no-path-to-loss'],
    fix: 'Remove 2 nodes',
  },
  {
    name: 'a cycle of two',
    document: network(
      [data(), FLAT, ['add', 'Add'], fc('fc1', 784), LOSS],
      [
        'data.image > flat.x',
        'flat.y > add.a',
        'fc1.y > add.b',
        'add.y > fc1.x',
        'fc1.y > loss.prediction',
        'data.label > loss.target',
      ],
    ),
    codes: ['graph.cycle'],
    fix: 'Remove the wire from fc1 to add',
  },
  {
    name: 'a node wired to itself',
    document: network(
      [data(), ['relu1', 'ReLU'], FLAT, fc('fc1', 10), LOSS],
      [
        'relu1.y > relu1.x',
        'data.image > flat.x',
        'flat.y > fc1.x',
        'fc1.y > loss.prediction',
        'data.label > loss.target',
      ],
    ),
    codes: ['graph.cycle'],
  },
  {
    name: 'two cycles through one node',
    document: network(
      [data(), ['a', 'Add'], ['b', 'Add'], ['c', 'ReLU'], FLAT, fc('fc1', 10), LOSS],
      [
        'a.y > b.a',
        'b.y > a.a',
        'b.y > c.x',
        'c.y > a.b',
        'data.image > b.b',
        'data.image > flat.x',
        'flat.y > fc1.x',
        'fc1.y > loss.prediction',
        'data.label > loss.target',
      ],
    ),
    codes: ['graph.cycle'],
    fix: 'Remove 2 wires: b to a, c to a',
  },
  {
    name: 'a layer of a later version',
    document: chain([FLAT, ['x', 'Linaer', { outFeatures: 10 }], LOSS]),
    codes: ['document.unknown-layer'],
    fix: 'Use Linear instead',
  },
  {
    name: 'a layer like none here',
    document: chain([FLAT, ['x', 'QuantumFourierTransform'], fc('fc1', 10), LOSS]),
    codes: ['document.unknown-layer'],
    noFix: true,
  },
  {
    name: 'a loss of a later version',
    document: chain([FLAT, fc('fc1', 10), ['loss', 'QuantileLoss']]),
    codes: ['document.unknown-layer'],
    noFix: true,
  },
  {
    name: 'a loss of a later version by its wires, named by the settings',
    document: network(
      [data(), FLAT, fc('fc1', 10), ['dice', 'DiceScore']],
      [
        'data.image > flat.x',
        'flat.y > fc1.x',
        'fc1.y > dice.prediction',
        'data.label > dice.target',
      ],
      { objectives: [{ losses: ['dice'] }] },
    ),
    codes: ['document.unknown-layer'],
    noFix: true,
  },
  {
    name: 'a second loss of a later version, with a head and an objective of its own',
    document: network(
      [data(), FLAT, fc('fc1', 10), LOSS, fc('aux', 10), ['loss2', 'QuantileLoss']],
      [
        'data.image > flat.x',
        'flat.y > fc1.x',
        'fc1.y > loss.prediction',
        'data.label > loss.target',
        'flat.y > aux.x',
        'aux.y > loss2.prediction',
        'data.label > loss2.target',
      ],
      { objectives: [{ losses: ['loss'] }, { losses: ['loss2'], trains: ['aux'] }] },
    ),
    codes: ['document.unknown-layer'],
    noFix: true,
  },
  {
    name: 'wires at ports that are not there',
    document: network(
      [data(), FLAT, fc('fc1', 10), LOSS],
      [
        'data.image > flat.x',
        'flat.out > fc1.x',
        'fc1.y > loss.prediction',
        'data.label > loss.target',
        'data.image > fc1.extra',
      ],
    ),
    codes: ['wire.unknown-port', 'wire.unknown-port'],
    fix: 'Use flat.y',
  },
  {
    name: 'data that was exchanged for another kind',
    document: network(
      [data([features(4), LABEL]), ['ae', 'Linear', { outFeatures: 4 }], ['mse', 'MSELoss']],
      ['data.image > ae.x', 'ae.y > mse.prediction', 'data.image > mse.target'],
    ),
    codes: ['wire.unknown-port', 'wire.unknown-port'],
    fix: 'Connect features',
  },
  {
    name: 'a label that became a number to predict',
    document: network(
      [data([features(4), target(1)]), fc('fc1', 1), ['mse', 'MSELoss']],
      ['data.features > fc1.x', 'fc1.y > mse.prediction', 'data.label > mse.target'],
    ),
    codes: ['wire.unknown-port'],
    fix: 'Connect target',
  },
  {
    name: 'data whose fields are not known',
    document: network(
      [['data', 'Data', { source: 'csv:file.csv' }], fc('fc1', 10), LOSS],
      ['data.features > fc1.x', 'fc1.y > loss.prediction', 'data.label > loss.target'],
    ),
    codes: ['data.unresolved'],
  },
  {
    name: 'an empty document',
    document: network([]),
    codes: ['data.missing', 'loss.missing'],
    fix: 'Add Data',
  },
  {
    name: 'no loss for a classifier',
    document: network([data(), FLAT, fc('fc1', 10)], ['data.image > flat.x', 'flat.y > fc1.x']),
    codes: ['loss.missing'],
    fix: 'Add CrossEntropyLoss',
  },
  {
    name: 'no loss for an autoencoder',
    document: network([data(), FLAT, fc('fc1', 784)], ['data.image > flat.x', 'flat.y > fc1.x']),
    codes: ['loss.missing'],
    fix: 'Add MSELoss',
  },
  {
    name: 'no loss for a score',
    document: network(
      [data([features(2), { ...LABEL, classes: 2 }]), fc('fc1', 1)],
      ['data.features > fc1.x'],
    ),
    codes: ['loss.missing'],
    fix: 'Add BCEWithLogitsLoss',
  },
  {
    name: 'a bypassed loss',
    document: bypassing(MLP, 'loss'),
    codes: ['loss.missing'],
    fix: 'Stop bypassing loss',
  },
  {
    name: 'bypassed data',
    document: bypassing(MLP, 'data'),
    codes: ['data.missing', 'node.bypass'],
  },
  {
    name: 'nothing to train',
    document: chain([FLAT, LOSS], {
      fields: [{ ...IMAGE, shape: [10] }, LABEL],
    }),
    codes: ['training.no-parameters'],
  },
  {
    name: 'two data sources',
    document: network(
      [
        data(),
        [
          'other',
          'Data',
          {
            source: 'moons',
            fields: [{ name: 'label', role: 'label', dtype: 'i32', shape: [], classes: 10 }],
          },
        ],
        FLAT,
        fc('fc1', 10),
        LOSS,
      ],
      [
        'data.image > flat.x',
        'flat.y > fc1.x',
        'fc1.y > loss.prediction',
        'other.label > loss.target',
      ],
    ),
    codes: ['data.several'],
  },
  {
    name: 'unused data',
    document: network(
      [data([features(2)], 'other'), data(), FLAT, fc('fc1', 10), LOSS],
      [
        'data.image > flat.x',
        'flat.y > fc1.x',
        'fc1.y > loss.prediction',
        'data.label > loss.target',
      ],
    ),
    codes: ['data.unused'],
    fix: 'Remove other',
  },
  {
    name: 'two objectives',
    document: chain([FLAT, fc('fc1', 10), LOSS], { training: { objectives: [{}, {}] } }),
    codes: ['training.trained-twice'],
    fix: 'Leave fc1 to objective 1',
  },
  {
    name: 'an objective with some of the layers',
    document: chain([FLAT, fc('fc1', 10), LOSS], {
      training: { objectives: [{ trains: ['fc1'] }] },
    }),
    codes: [],
  },
  {
    name: 'objectives that name what is not there',
    document: chain([FLAT, fc('fc1', 10), LOSS], {
      training: {
        objectives: [
          { losses: ['loss', 'fc1'], trains: ['fc1', 'gone'], groups: [{ nodes: ['lost'] }] },
        ],
      },
    }),
    codes: ['training.objective-node', 'training.objective-node', 'training.objective-node'],
    fix: 'Take fc1 out',
  },
  {
    name: 'an objective that may change nothing',
    document: chain([FLAT, fc('fc1', 10), LOSS], {
      training: { objectives: [{ groups: [{ nodes: ['fc1'], frozen: true }] }] },
    }),
    codes: ['training.objective-idle'],
  },
  {
    name: 'an unknown schedule',
    document: chain([FLAT, fc('fc1', 10), LOSS], {
      training: { objectives: [{ schedule: { type: 'CosineAnnealing' } }] },
    }),
    codes: ['training.schedule'],
    fix: 'Use CosineAnnealingLR',
  },
  {
    name: 'a schedule with a wrong attribute',
    document: chain([FLAT, fc('fc1', 10), LOSS], {
      training: { objectives: [{ schedule: { type: 'StepLR', attrs: { gamma: 3 } } }] },
    }),
    codes: ['attrs.range'],
    fix: 'Reset gamma',
  },
  {
    name: 'an unknown optimiser',
    document: chain([FLAT, fc('fc1', 10), LOSS], {
      training: { objectives: [{ optimizer: { type: 'Adamm' } }] },
    }),
    codes: ['training.optimizer'],
    fix: 'Use Adam',
  },
  {
    name: 'a learning rate that is none',
    document: chain([FLAT, fc('fc1', 10), LOSS], {
      training: { objectives: [{ optimizer: { type: 'Adam', attrs: { lr: 'fast', warmup: 3 } } }] },
    }),
    codes: ['attrs.type', 'attrs.unknown'],
    fix: 'Reset learning rate',
  },
  {
    name: 'attributes out of range, of the wrong type, not a choice, unknown',
    document: chain([
      FLAT,
      ['fc1', 'Linear', { outFeatures: 0, bias: 'yes', weightInit: 'magic', colour: 'red' }],
      ['drop', 'Dropout', { p: 1.5 }],
      fc('fc2', 10),
      LOSS,
    ]),
    codes: ['attrs.range', 'attrs.type', 'attrs.choice', 'attrs.range', 'attrs.unknown'],
    fix: 'Set out features to 1',
  },
];

function bypassing(document: NetworkDocument, id: string): NetworkDocument {
  return applyEdits(document, [{ kind: 'setBypassed', id, bypassed: true }]);
}

const same = (a: Problem) => (b: Problem) =>
  a.code === b.code && a.node === b.node && a.port === b.port && a.path === b.path;

/** Every fix of every problem, tried. */
function failedFixes(document: NetworkDocument): readonly string[] {
  return analyse(document).problems.flatMap((problem) =>
    (problem.fixes ?? []).flatMap((fix) => {
      const left = analyse(applyEdits(document, fix.edits)).problems;
      return left.some(same(problem)) ? [`${fix.label} leaves ${problem.code}`] : [];
    }),
  );
}

describe.each(SCENARIOS)('$name', ({ document, codes: expected, fix, noFix }) => {
  test('is reported', () => {
    const { problems, trainable } = analyse(document);
    expect(problems.map(({ code }) => code)).toEqual(expected);
    expect(trainable).toBe(problems.every(({ severity }) => severity !== 'error'));
    if (fix !== undefined) expect(problems[0]?.fixes?.[0]?.label).toBe(fix);
    if (noFix === true) expect(problems[0]?.fixes).toBeUndefined();
  });
  test('every fix removes its problem', () => expect(failedFixes(document)).toEqual([]));
  test('messages are sentences', () => {
    for (const { message, explanation } of analyse(document).problems) {
      expect(message).toMatch(/^[A-Z0-9a-z→?[{].*[.?]$/);
      if (explanation !== undefined) expect(explanation).toMatch(/^[A-Za-z0-9].*\.$/);
      expect(`${message}${explanation ?? ''}`).not.toMatch(/undefined|NaN|\[object/);
    }
  });
});

test.each([
  ['Linaer', ['Use Linear instead']],
  ['conv_2d', ['Use Conv2d instead']],
  ['Batchnorm2d', ['Use BatchNorm2d instead']],
  ['Softmx', ['Use Softmax instead']],
  // Layers that PyTorch has, and others' names: none of them stands for one of these here.
  ...['Conv3d', 'MaxPool3d', 'Cumsum', 'FractionalMaxPool2d', 'LSTMCell'].map(
    (type) => [type, []] as const,
  ),
] as const)('an unknown layer %s can mean %j', (type, labels) => {
  const document = chain([FLAT, ['x', type, {}], fc('fc1', 10), LOSS]);
  const problem = analyse(document).problems.find(({ code }) => code === 'document.unknown-layer');
  expect(problem).toBeDefined();
  expect((problem?.fixes ?? []).map(({ label }) => label)).toEqual(labels);
});

describe('what is known of a network', () => {
  const cnn = chain([
    conv('conv1', { padding: [1, 1] }),
    ['relu1', 'ReLU'],
    ['pool1', 'MaxPool2d'],
    conv('conv2', { outChannels: 16, stride: [2, 2], dilation: [2, 2] }),
    FLAT,
    fc('fc1', 10),
    LOSS,
  ]);
  const { nodes, parameterCount, flopsPerSample, order, live, trainable } = analyse(cnn);
  const node = (id: string) => nodes.get(id);

  test('shapes on every port', () => {
    const shape = (id: string) => node(id)?.outputs['y']?.shape.join('×');
    expect(['conv1', 'pool1', 'conv2', 'flat', 'fc1'].map(shape)).toEqual([
      'N×8×28×28',
      'N×8×14×14',
      'N×16×5×5',
      'N×400',
      'N×10',
    ]);
    expect(node('loss')?.outputs['loss']?.shape).toEqual([]);
    expect(node('loss')?.inputs['target']).toEqual({ dtype: 'i32', shape: ['N'], classes: 10 });
  });
  test('parameters', () => {
    expect(node('conv1')?.parameterCount).toBe(8 * 9 + 8);
    expect(node('conv2')?.params['weight']?.shape).toEqual([16, 8, 3, 3]);
    expect(parameterCount).toBe(80 + (16 * 8 * 9 + 16) + (400 * 10 + 10));
  });
  test('cost: two for a multiply-add, one for the bias', () => {
    expect(node('conv1')?.flopsPerSample).toBe(28 * 28 * 8 * (2 * 9 + 1));
    expect(node('fc1')?.flopsPerSample).toBe(10 * (2 * 400 + 1));
    expect(flopsPerSample).toBeGreaterThan(node('conv1')?.flopsPerSample ?? Infinity);
  });
  test('receptive fields of images', () => {
    const field = (id: string) => node(id)?.receptiveField;
    // conv 3: 3; pool 2 of stride 2: 4; conv 3 dilated by 2, at jump 2: 4 + 2·2·2.
    expect(['data', 'conv1', 'relu1', 'pool1', 'conv2'].map(field)).toEqual([
      undefined,
      [3, 3],
      [3, 3],
      [4, 4],
      [12, 12],
    ]);
    expect(field('flat')).toBeUndefined();
  });
  test('the line on the card', () => {
    expect(node('conv1')?.summary).toBe('1→8 k3 p1');
    expect(node('fc1')?.summary).toBe('400→10');
    expect(node('data')?.summary).toBe('28×28, 10 classes');
  });
  test('producers come first, and everything is live', () => {
    expect(order).toEqual(['data', 'conv1', 'relu1', 'pool1', 'conv2', 'flat', 'fc1', 'loss']);
    expect(live).toEqual(order);
    expect(trainable).toBe(true);
  });
});

describe('one mistake does not hide the next', () => {
  test('behind a Linear that does not fit', () => {
    const document = chain([fc('fc1', 10), ['prob', 'Softmax'], LOSS]);
    expect(codes(document)).toEqual(['shape.linear-needs-flat', 'loss.double-softmax']);
  });
  test('behind an open input', () => {
    const document = network(
      [data(), fc('fc1', 7), LOSS],
      ['fc1.y > loss.prediction', 'data.label > loss.target'],
    );
    expect(codes(document)).toEqual(['wire.open-input', 'loss.class-count']);
  });
  test('many at once, errors first, then in graph order', () => {
    const document = chain(
      [
        fc('fc1', 32),
        ['drop', 'Dropout', { p: 2 }],
        ['odd', 'Oddity'],
        fc('fc2', 7),
        ['prob', 'Softmax'],
        LOSS,
      ],
      { training: { objectives: [{ losses: ['gone'] }] } },
    );
    const { problems } = analyse(document);
    expect(problems.map(({ node, code }) => `${node ?? 'document'} ${code}`)).toEqual([
      'document training.objective-node',
      'fc1 shape.linear-needs-flat',
      'drop attrs.range',
      'odd document.unknown-layer',
      'loss loss.class-count',
      'loss loss.double-softmax',
      'loss training.loss-unused',
    ]);
  });
});

describe('bypassed nodes', () => {
  test('pass their input on without cost', () => {
    const { nodes, problems } = analyse(bypassing(MLP, 'relu1'));
    expect(problems).toEqual([]);
    expect(nodes.get('relu1')).toMatchObject({ bypassed: true, flopsPerSample: 0 });
    expect(nodes.get('relu1')?.outputs['y']?.shape).toEqual(['N', 32]);
  });
  test('are looked through: Softmax, bypassed ReLU, loss', () => {
    const document = chain([FLAT, fc('fc1', 10), ['prob', 'Softmax'], ['relu1', 'ReLU'], LOSS]);
    expect(codes(document)).toEqual(['loss.squashed-scores']);
    expect(codes(bypassing(document, 'relu1'))).toEqual(['loss.double-softmax']);
    expect(codes(bypassing(bypassing(document, 'prob'), 'relu1'))).toEqual([]);
  });
  test('leave the shape as it comes, right or wrong', () => {
    expect(codes(bypassing(MLP, 'flat'))).toEqual(['shape.linear-needs-flat']);
  });
});

describe('an edit costs only what it changes', () => {
  const long = chain([
    FLAT,
    ...Array.from({ length: 98 }, (_, i): NodeText[] => [
      fc(`fc${i}`, 64),
      [`relu${i}`, 'ReLU'],
    ]).flat(),
    fc('out', 10),
    LOSS,
  ]);
  test('unchanged nodes keep their analysis', () => {
    const before = analyse(long);
    const moved = analyse(applyEdits(long, [{ kind: 'moveNode', id: 'fc50', x: 1, y: 2 }]));
    const same = [...before.nodes].filter(([id, node]) => moved.nodes.get(id) === node);
    expect(same).toHaveLength(long.nodes.length - 1);
    const wider = analyse(
      applyEdits(long, [{ kind: 'setAttrs', id: 'fc50', attrs: { outFeatures: 65 } }]),
    );
    const changed = [...before.nodes].filter(([id, node]) => wider.nodes.get(id) !== node);
    expect(changed.map(([id]) => id)).toEqual(['fc50', 'relu50', 'fc51']);
  });
});

test('the data a new node starts with is what the source says', () => {
  const definition = datasets.get(DEFAULT_DATA['source'] as string);
  expect(definition?.fields?.(defaultAttrs(definition.options))).toEqual(DEFAULT_DATA['fields']);
});

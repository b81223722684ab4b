/** Rule: a search is read as it is written, bound to the document, and refused with a code and a place. */
import { describe, expect, test } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import { InputError, type NetworkDocument } from '#engine/ir/index.ts';
import { settingsOf } from '#engine/runs/index.ts';
import {
  applyValues,
  gridValues,
  parameterText,
  readParameter,
  readSpace,
  removableNodes,
  spaceSize,
  type Values,
} from '#engine/search/index.ts';
import { pointsDocument } from '#test/support/documents.ts';

const DOCUMENT = pointsDocument('moons', 2);

function codeOf(text: string): string {
  try {
    readParameter(text, DOCUMENT);
  } catch (error) {
    if (error instanceof InputError) return error.code;
    throw error;
  }
  return 'accepted';
}

const settingsWith = (texts: readonly string[], values: Values) => {
  const space = readSpace(texts, DOCUMENT);
  return settingsOf(applyValues(DOCUMENT, space, values));
};

describe('texts', () => {
  test.each([
    ['fc1.outFeatures=32,64,128', { kind: 'choice', values: [32, 64, 128] }],
    [
      'lr=log:1e-4..1e-1',
      { kind: 'float', low: 1e-4, high: 0.1, log: true, name: 'training.optimizer.lr' },
    ],
    ['fc1.outFeatures=8..64', { kind: 'int', low: 8, high: 64, log: false }],
    ['training.split.validation=0..0.8:0.2', { kind: 'float', low: 0, high: 0.8, step: 0.2 }],
    ['relu1=ReLU,Tanh,GELU', { kind: 'choice', values: ['ReLU', 'Tanh', 'GELU'] }],
    ['fc1.bias=true,false', { kind: 'choice', values: [true, false] }],
    [
      'fc1.outFeatures+training.batchSize=16,32',
      { paths: ['fc1.outFeatures', 'training.batchSize'] },
    ],
    ['repeat(fc1..relu1)=1..3', { kind: 'int', low: 1, high: 3 }],
    ['training.gradientClip.max=log:0.1..10', { kind: 'float', log: true }],
    ['data.options.noise=0.1,0.2', { kind: 'choice', values: [0.1, 0.2] }],
  ])('%s', (text, wanted) => expect(readParameter(text, DOCUMENT)).toMatchObject(wanted));

  test.each([
    'fc1.outFeatures=32,64,128',
    'relu1=ReLU,Tanh',
    'fc1.outFeatures+training.batchSize=16,32',
    'training.optimizer.lr=log:0.0001..0.1',
    'training.split.validation=0..0.8:0.2',
  ])('%s is written as it was read', (text) =>
    expect(parameterText(readParameter(text, DOCUMENT))).toBe(text),
  );

  test.each([
    ['fc1.outFeature=1', 'search.unknown-setting'],
    ['nothing.there=1', 'search.unknown-setting'],
    ['fc1.outFeatures', 'search.invalid'],
    ['fc1.outFeatures=16,,32', 'search.invalid'],
    ['fc1.outFeatures=16,16', 'search.invalid'],
    ['fc1.outFeatures=16.5,32', 'search.value'],
    ['fc1.outFeatures=0..4', 'search.value'],
    ['fc1.outFeatures=64..8', 'search.range'],
    ['lr=log:0..1', 'search.range'],
    ['relu1=0..1', 'search.range'],
    ['relu1=Relu', 'search.value'],
    ['optimizer=Adam,Best', 'search.value'],
    ['repeat(relu1..fc1)=1..3', 'search.no-range'],
    ['repeat(fc1..nobody)=1..3', 'search.unknown-node'],
    ['repeat(data..relu1)=1..3', 'search.open-range'],
  ])('%s is refused: %s', (text, code) => expect(codeOf(text)).toBe(code));

  test('a slip of the pen is answered with what may be meant', () =>
    expect(() => readParameter('fc1.outFeature=1', DOCUMENT)).toThrow(/mean fc1.outFeatures/));

  test('a path is searched once', () =>
    expect(() => readSpace(['lr=1,2', 'training.optimizer.lr=3,4'], DOCUMENT)).toThrow(
      /searched twice/,
    ));
});

test('what a trial sets is what its run is listed with', () => {
  const values: Values = {
    'fc1.outFeatures+training.batchSize': 24,
    relu1: 'Tanh',
    'training.optimizer': 'SGD',
    'training.optimizer.lr': 0.5,
    'training.gradientClip.max': 3,
    'training.schedule.warmupEpochs': 2,
    'data.options.noise': 0.3,
  };
  const texts = [
    'fc1.outFeatures+training.batchSize=16,24',
    'relu1=ReLU,Tanh',
    // The rate stands before the kind whose attribute it is.
    'lr=0.1,0.5',
    'optimizer=Adam,SGD',
    'training.gradientClip.max=1,3',
    'training.schedule.warmupEpochs=0..4',
    'data.options.noise=0.1,0.3',
  ];
  expect(settingsWith(texts, values)).toMatchObject({
    'fc1.outFeatures': 24,
    'training.batchSize': 24,
    relu1: 'Tanh',
    'training.optimizer': 'SGD',
    'training.optimizer.lr': 0.5,
    'training.gradientClip.max': 3,
    'training.gradientClip.kind': 'norm',
    'training.schedule.warmupEpochs': 2,
    'data.options.noise': 0.3,
  });
});

test('every setting of a document can be searched by the path it is listed under', () => {
  const refused = Object.entries(settingsOf(DOCUMENT)).filter(([path, value]) => {
    const found = codeOf(`${path}=${JSON.stringify(value)}`);
    return found === 'search.unknown-setting';
  });
  // Objects of several nodes, which are no single value.
  const compound = ['losses', 'trains', 'lossWeights', 'groups'].map((name) => `training.${name}`);
  expect(refused.map(([path]) => path).filter((path) => !compound.includes(path))).toEqual([]);
});

describe('depth', () => {
  const depth = (times: number): NetworkDocument => {
    const before = applyValues(DOCUMENT, readSpace(['fc1.outFeatures=8'], DOCUMENT), {
      'fc1.outFeatures': 8,
    });
    const space = readSpace(['repeat(fc1..relu1)=0..6'], before);
    return applyValues(before, space, { 'repeat(fc1..relu1)': times });
  };
  test.each([
    [0, 0],
    [1, 1],
    [2, 2],
    [6, 6],
  ])('%i times: so many hidden layers, and it trains', (times, hidden) => {
    const document = depth(times);
    expect(document.nodes.filter(({ type }) => type === 'ReLU')).toHaveLength(hidden);
    expect(analyse(document).problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
  test('copies stand one after the other, with attributes of what they copy', () => {
    const { nodes, wires } = depth(3);
    const settings = settingsOf(depth(3));
    expect(settings).toMatchObject({ fc1_3: 'Linear', 'fc1_3.outFeatures': 8 });
    const before = (id: string) => wires.find(({ to }) => to.node === id)?.from.node;
    expect(['fc2', 'relu1_3', 'fc1_3', 'relu1_2', 'fc1_2', 'relu1'].map(before)).toEqual([
      ...['relu1_3', 'fc1_3', 'relu1_2', 'fc1_2', 'relu1', 'fc1'],
    ]);
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
  });
});

test('an ablation leaves out what the network trains without', () => {
  // Sixteen answers for two classes are more than are asked for, which is no mistake. A loss stays.
  expect(removableNodes(DOCUMENT)).toEqual(['fc1', 'relu1', 'fc2']);
  const values = { bypassed: 'relu1' };
  expect(settingsWith(['bypassed=none,relu1'], values)).toMatchObject({ 'relu1.bypassed': true });
});

test.each([
  ['fc1.outFeatures=32,64', [32, 64], 2],
  ['repeat(fc1..relu1)=1..6', [1, 2, 3, 4, 5, 6], 6],
  ['training.split.validation=0..0.8:0.2', [0, 0.2, 0.4, 0.6, 0.8], 5],
  ['training.split.validation=0..0.8', [0, 0.2, 0.4, 0.6, 0.8], Infinity],
  ['lr=log:1e-4..1', [0.0001, 0.001, 0.01, 0.1, 1], Infinity],
  ['fc1.outFeatures=log:8..128', [8, 16, 32, 64, 128], 121],
])('the grid of %s', (text, grid, size) => {
  const parameter = readParameter(text, DOCUMENT);
  expect(gridValues(parameter)).toEqual(grid);
  expect(spaceSize([parameter])).toBe(size);
});

/** Rule: a head is what a loss judges: prediction beside target where it compares them, and the fields behind both. */
import { expect, test } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import { data, features, LABEL, network, target } from '#test/support/network.ts';

const named = (name: string) => ({ ...features(4), name });

test('a loss of a prediction and a target compares the two, and knows the fields behind them', () => {
  const [head] = analyse(
    network(
      [
        data([named('used'), named('other'), { ...LABEL, name: 'digit' }]),
        ['fc', 'Linear', { outFeatures: 10 }],
        ['beside', 'Linear', { outFeatures: 3 }],
        ['loss', 'CrossEntropyLoss'],
      ],
      [
        'data.used > fc.x',
        'data.other > beside.x',
        'fc.y > loss.prediction',
        'data.digit > loss.target',
      ],
    ),
  ).heads;
  expect(head).toMatchObject({
    ...{ loss: 'loss', lossPort: 'loss', weight: 1, classifies: true, targetVaries: true },
    compares: { prediction: 0, target: 1 },
    prediction: { node: 'fc', port: 'y' },
    target: { node: 'data', port: 'digit' },
  });
  expect(head?.targetField?.field.name).toBe('digit');
  // What no prediction is made of is no input.
  expect(head?.inputFields.map(({ node, field }) => [node, field.name])).toEqual([
    ['data', 'used'],
  ]);
});

test('data that are judged as they are are their own prediction', () => {
  const [head] = analyse(
    network(
      [data([features(2), target(2)]), ['loss', 'MSELoss']],
      ['data.features > loss.prediction', 'data.target > loss.target'],
    ),
  ).heads;
  expect(head?.inputFields.map(({ field }) => field.name)).toEqual(['features']);
});

test('a loss of pairs compares neither of them with its target', () => {
  const [head] = analyse(
    network(
      [
        data([features(4), named('second'), { ...target(1), name: 'alike', shape: [] }]),
        ['loss', 'CosineEmbeddingLoss'],
      ],
      ['data.features > loss.a', 'data.second > loss.b', 'data.alike > loss.target'],
    ),
  ).heads;
  expect(head).toMatchObject({ compares: null, targetField: null, targetVaries: false });
});

test('one field is known by its name, whichever Data node gives it', () => {
  const [head] = analyse(
    network(
      [
        data([features(2), target(1)]),
        data([features(2), target(1)], 'again'),
        ['join', 'Concat'],
        ['fc', 'Linear', { outFeatures: 1 }],
        ['loss', 'MSELoss'],
      ],
      [
        'data.features > join.a',
        'again.features > join.b',
        'join.y > fc.x',
        'fc.y > loss.prediction',
        'data.target > loss.target',
      ],
    ),
  ).heads;
  expect(head?.inputFields.map(({ field }) => field.name)).toEqual(['features']);
});

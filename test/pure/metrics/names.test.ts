/** Rules of what the numbers of a point are called: whatever stands in a record has a name and a place. */
import { describe, expect, test } from 'vitest';
import { metrics } from '#engine/metrics/index.ts';
import {
  chartedByDefault,
  headline,
  inListOrder,
  metricKey,
  metricName,
} from '#engine/metrics/names.ts';

test('a metric is called as in the registry, after its loss where there are several', () => {
  for (const [id, { label, unit, better, scale }] of metrics) {
    expect(metricName(id)).toMatchObject({ id, loss: null, label, unit, better, scale });
    expect(metricName(metricKey('digit', id))).toMatchObject({
      ...{ key: `digit.${id}`, id, loss: 'digit', label: `${label} of digit`, unit, better, scale },
    });
  }
});

test('a loss may have a dot in its name', () => {
  expect(metricName(metricKey('block.loss', 'f1'))).toMatchObject({ id: 'f1', loss: 'block.loss' });
});

test('what no version knows here, and names of every object, are shown as they are', () => {
  for (const key of ['bleu', 'digit.bleu', 'constructor', '__proto__', '', '.']) {
    expect(metricName(key)).toMatchObject({ key, label: key, better: null, ofSamples: false });
  }
});

test('places are all different, and lists follow them: the run itself last, the unknown after it', () => {
  const orders = [...metrics.values()].map(({ order }) => order);
  expect(new Set(orders).size).toBe(orders.length);
  const told = ['learningRate', 'bleu', 'b.accuracy', 'a.accuracy', 'r2', 'loss', 'b.loss'];
  expect(inListOrder(told)).toEqual([
    ...['loss', 'b.loss', 'b.accuracy', 'a.accuracy', 'r2', 'learningRate', 'bleu'],
  ]);
});

describe('the figure that says how good it is', () => {
  test('is a share where there is one, else the loss, never of the run itself', () => {
    expect(headline({ learningRate: 1, loss: 2, f1: 0.5, accuracy: 0.6 })).toBe('accuracy');
    expect(headline({ samplesPerSecond: 1, r2: 0.5, loss: 2 })).toBe('loss');
    expect(headline({ loss: 2, 'a.loss': 1, 'a.accuracy': 0.5 })).toBe('a.accuracy');
    expect(headline({ learningRate: 1 })).toBeNull();
  });
});

describe('what charts show unless told otherwise', () => {
  const RUN = ['learningRate', 'gradientNorm', 'samplesPerSecond'];
  test.each([
    ['classes', ['accuracy', 'f1', 'loss', 'precision', 'recall', 'rocAuc'], ['loss', 'accuracy']],
    ['numbers', ['loss', 'mae', 'r2', 'rmse'], ['loss', 'rmse', 'r2']],
    [
      'numbers that were scaled',
      ['loss', 'mae', 'maeOriginal', 'r2', 'rmse', 'rmseOriginal'],
      ['loss', 'rmseOriginal', 'r2'],
    ],
    [
      'images',
      ['loss', 'mae', 'maeOriginal', 'psnr', 'r2', 'rmse', 'rmseOriginal'],
      ['loss', 'psnr'],
    ],
    [
      'two heads',
      ['loss', 'a.loss', 'a.accuracy', 'a.f1', 'b.loss', 'b.mae', 'b.rmse', 'b.r2'],
      ['loss', 'a.loss', 'b.loss', 'a.accuracy', 'b.rmse'],
    ],
    ['a GAN of before', ['loss', 'fake.loss', 'real.loss'], ['loss', 'fake.loss', 'real.loss']],
    [
      'objectives in place of what they are made of',
      [
        ...['loss', 'fake.loss', 'fake.meanAnswer', 'real.loss', 'real.meanAnswer'],
        ...['D.loss', 'D.learningRate', 'G.loss', 'G.gradientNorm'],
      ],
      ['D.loss', 'G.loss', 'fake.meanAnswer', 'real.meanAnswer'],
    ],
  ])('%s', (_what, told, shown) => {
    expect(chartedByDefault([...told, ...RUN])).toEqual(shown);
  });
});

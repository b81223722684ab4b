/** Rules of the monitor: one metric says which epoch is best, to all that ask; a game of two has none. */
import { describe, expect, test } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import { monitorKeys, monitorOf } from '#engine/check/monitor.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { restoreDocument } from '#engine/ir/restoreDocument.ts';
import { serializeDocument } from '#engine/ir/serializeDocument.ts';
import { EarlyStopping } from '#engine/training/earlyStopping.ts';
import { chain, data, features, LABEL, network } from '#test/support/network.ts';

const classes = (training: Readonly<Record<string, unknown>> = {}): NetworkDocument =>
  chain(
    [
      ['fc1', 'Linear', { outFeatures: 10 }],
      ['loss', 'CrossEntropyLoss'],
    ],
    { input: 'features', fields: [features(2), LABEL], training },
  );

/** A generator and a discriminator, each objective judging what the other trains. */
const game = (training: Readonly<Record<string, unknown>> = {}): NetworkDocument =>
  network(
    [
      data([features(2)]),
      ['made', 'Linear', { outFeatures: 2 }],
      ['told', 'Linear', { outFeatures: 1 }],
      ['real', 'FullLike'],
      ['fool', 'BCEWithLogitsLoss'],
      ['catch', 'BCEWithLogitsLoss'],
    ],
    [
      ...['data.features > made.x', 'made.y > told.x', 'told.y > real.x'],
      ...['told.y > fool.prediction', 'real.y > fool.target'],
      ...['told.y > catch.prediction', 'real.y > catch.target'],
    ],
    {
      objectives: [
        { losses: ['fool'], trains: ['made'] },
        { losses: ['catch'], trains: ['told'] },
      ],
      ...training,
    },
  );

const codes = (document: NetworkDocument) =>
  analyse(document)
    .problems.map(({ code }) => code)
    .filter((code) => code.startsWith('training.monitor'));
const chosen = (document: NetworkDocument) => monitorOf(document.training, analyse(document));

describe('what is watched', () => {
  test('is the loss, unless another is chosen; its direction is that of the registry', () => {
    expect(chosen(classes())).toEqual({ key: 'loss', better: 'lower' });
    expect(chosen(classes({ monitor: 'f1' }))).toEqual({ key: 'f1', better: 'higher' });
    expect(monitorKeys(analyse(classes()).heads).slice(0, 3)).toEqual([
      ...['loss', 'accuracy', 'topK'],
    ]);
  });
  test('is nothing in a game, unless something is chosen', () => {
    expect(chosen(game())).toBeNull();
    expect(chosen(game({ monitor: 'fool.loss' }))).toEqual({ key: 'fool.loss', better: 'lower' });
  });
  test('what cannot be watched is said, with a fix', () => {
    expect(codes(classes({ monitor: 'r2' }))).toEqual(['training.monitor-unknown']);
    expect(codes(classes({ monitor: 'f1' }))).toEqual([]);
    expect(codes(game())).toEqual([]);
    expect(codes(game({ earlyStopping: {} }))).toEqual(['training.monitor-none']);
    expect(codes(game({ earlyStopping: {}, monitor: 'loss' }))).toEqual([]);
  });
});

describe('early stopping', () => {
  const settings = { patience: 2, minDelta: 0 };
  test('follows the direction', () => {
    const stopping = new EarlyStopping(settings, { key: 'f1', better: 'higher' });
    const told = [0.5, 0.6, 0.4, 0.6].map((f1) => stopping.observe({ values: { loss: 1, f1 } }));
    expect(told.map(({ improved }) => improved)).toEqual([true, true, false, false]);
    expect(told.map(({ stop }) => stop)).toEqual([false, false, false, true]);
    expect(told.at(-1)?.value).toBe(0.6);
  });
  test('watches the loss where the metric is not told', () => {
    const stopping = new EarlyStopping(settings, { key: 'r2', better: 'higher' });
    expect(stopping.observe({ values: { loss: 2 } })).toMatchObject({ improved: true, value: -2 });
    expect(stopping.observe({ values: { loss: 3 } }).improved).toBe(false);
  });
  test('never stops where nothing is watched, and no epoch is best', () => {
    const stopping = new EarlyStopping(settings, null);
    for (let epoch = 0; epoch < 5; epoch++) {
      expect(stopping.observe({ values: { loss: 1 } })).toEqual({
        ...{ improved: false, stop: false, value: null },
      });
    }
  });
});

test('documents whose early stopping had a metric of its own open as they did', () => {
  const open = (metric?: string) => {
    const earlyStopping = { patience: 3, minDelta: 0, ...(metric !== undefined && { metric }) };
    const restored = restoreDocument({
      ...JSON.parse(serializeDocument(classes())),
      training: { earlyStopping },
    });
    if (!restored.ok) throw new Error(restored.problems.map(({ message }) => message).join());
    return restored.document.training;
  };
  expect(open('accuracy')).toMatchObject({ monitor: 'accuracy', earlyStopping: { patience: 3 } });
  expect(open('accuracy').earlyStopping).toEqual({ patience: 3, minDelta: 0 });
  expect(open('loss').monitor).toBeNull();
  expect(open().monitor).toBeNull();
});

test('a file says what is watched only where it was chosen', () => {
  expect(serializeDocument(classes())).not.toContain('monitor');
  expect(serializeDocument(classes({ monitor: 'f1' }))).toContain('"monitor": "f1"');
});

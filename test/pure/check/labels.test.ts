/**
 * Rules of labels of which a sample may have several: a target that names them is judged as labels by a loss of yes
 * and no, and as numbers by any other; a case expects them separated by commas.
 */
import { describe, expect, test } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import { mainHead, mayClassify } from '#engine/check/heads.ts';
import { monitorKeys } from '#engine/check/monitor.ts';
import { labelColumn } from '#engine/datasets/shared/arrays.ts';
import type { ToldAnswer } from '#engine/protocol/index.ts';
import { toldAnswer } from '#engine/training/ownSamples/answers.ts';
import { judge } from '#main/services/trying/judge.ts';
import { data, features, network, target } from '#test/support/network.ts';

const LABELS = ['urgent', 'spam', 'sales'];

function judgedBy(loss: string, labels: readonly string[] | null = LABELS) {
  const field = { ...target(3), ...(labels && { labels }) };
  const document = network(
    [data([features(4), field]), ['fc', 'Linear', { outFeatures: 3 }], ['loss', loss]],
    ['data.features > fc.x', 'fc.y > loss.prediction', 'data.target > loss.target'],
  );
  return analyse(document);
}

describe('a target of labels', () => {
  test('is judged as labels by a loss of yes and no', () => {
    const analysis = judgedBy('BCEWithLogitsLoss');
    expect(analysis.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(mainHead(analysis)).toMatchObject({ labels: LABELS, classifies: false });
    expect(mayClassify(analysis)).toBe(true);
    const keys = monitorKeys(analysis.heads);
    expect(keys).toEqual(expect.arrayContaining(['accuracy', 'subsetAccuracy', 'f1', 'rocAuc']));
    expect(keys).not.toContain('rmse');
  });
  test('is numbers to any other loss, and without its labels', () => {
    for (const analysis of [judgedBy('MSELoss'), judgedBy('BCELoss', null)]) {
      expect(mainHead(analysis)?.labels).toBeNull();
      expect(monitorKeys(analysis.heads)).toContain('rmse');
    }
  });
  test('names each of its numbers', () => {
    const codes = judgedBy('BCEWithLogitsLoss', ['one', 'two']).problems.map(({ code }) => code);
    expect(codes).toContain('attrs.type');
  });
  test('is found in an array of several columns of 0 and 1', () => {
    const column = (values: number[], names: string[] = []) =>
      labelColumn({ shape: [2, 2], data: Float32Array.from(values), path: 'y' }, names).field;
    expect(column([0, 1, 1, 0], ['a', 'b'])).toMatchObject({ shape: [2], labels: ['a', 'b'] });
    expect(column([0, 1, 1, 0])).toMatchObject({ labels: ['label 1', 'label 2'] });
    expect(column([0, 1, 2, 0])).not.toHaveProperty('labels');
  });
});

describe('an answer of labels', () => {
  const output = {
    name: 'prediction',
    loss: 'loss',
    shape: [1, 3],
    data: Float32Array.of(0.75, 0.25, 0.5),
  };
  const told = toldAnswer({ output, isTarget: true, labels: LABELS }, 0, { name: 'target' });
  const outcome = (expected: string | null, answer: ToldAnswer = told) =>
    judge({ id: '1', expected }, [answer]);

  test('says how likely each is, in the order of the data', () => {
    expect(told).toEqual({
      ...{ kind: 'labels', loss: 'loss', name: 'target', count: 3 },
      labels: [
        { name: 'urgent', probability: 0.75 },
        { name: 'spam', probability: 0.25 },
        { name: 'sales', probability: 0.5 },
      ],
    });
  });
  test('passes where all that are expected are said, and no other', () => {
    expect(outcome('urgent')).toEqual({ id: '1', outcome: 'passed', answer: 'urgent' });
    expect(outcome('urgent, sales').outcome).toBe('failed');
    expect(outcome('none').outcome).toBe('failed');
    expect(outcome(null).outcome).toBe('answered');
    const all = {
      ...told,
      labels: LABELS.map((name) => ({ name, probability: 0.9 })),
    } as ToldAnswer;
    expect(outcome('sales,spam, urgent', all).outcome).toBe('passed');
    const none = {
      ...told,
      labels: LABELS.map((name) => ({ name, probability: 0.1 })),
    } as ToldAnswer;
    expect(outcome('none', none)).toMatchObject({ outcome: 'passed', answer: 'none' });
  });
});

test('an answer that is a picture is shown as one, whatever its numbers are', () => {
  const answered = (data: readonly number[], shape: readonly number[]) =>
    toldAnswer(
      {
        output: { name: 'y', loss: 'rebuilt', shape: [1, ...shape], data: Float32Array.from(data) },
        isTarget: false,
      },
      0,
      { name: 'rebuilt' },
    );
  expect(answered([0, 0.5, 1, 1.2], [1, 2, 2])).toMatchObject({
    ...{ kind: 'numbers', count: 4 },
    picture: { shape: [1, 2, 2], pixels: Uint8Array.of(0, 128, 255, 255) },
  });
  expect(answered([-3, 100, 255, 7], [1, 2, 2])).toMatchObject({
    picture: { pixels: Uint8Array.of(0, 100, 255, 7) },
  });
  expect(answered([0, 0.5, 1, 1], [2, 2, 1])).not.toHaveProperty('picture');
});

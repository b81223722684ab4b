import { expect, test } from 'vitest';
import { emptyDocument } from '#engine/ir/document.ts';
import type { Parameter } from '#engine/search/index.ts';
import { sweepName, trialName } from '#engine/search/index.ts';

const choice = (name: string, values: readonly number[]): Parameter => ({
  ...{ name, paths: [name], kind: 'choice', values },
});
const document = emptyDocument('Moons');
const space = [choice('training.optimizer.lr', [0.1, 0.2]), choice('training.epochs', [3])];

test('a sweep is called by what varies in it; what has one value only does not', () => {
  expect(sweepName(document, space, 1)).toBe('Moons: lr');
  expect(sweepName(document, [], 5)).toBe('Moons: 5 seeds');
  const { training } = document;
  const folded = { ...document, training: { ...training, split: { ...training.split, folds: 5 } } };
  expect(sweepName(folded, [], 10)).toBe('Moons: 5 folds');
});

test('a trial is told from the others by what comes right after its number', () => {
  const trial = {
    number: 4,
    values: { 'training.optimizer.lr': 0.2, 'training.epochs': 3 },
    seed: 7,
  };
  expect(trialName(document, { space, seeds: 1 }, trial)).toBe('Moons 4: lr 0.2');
  expect(trialName(document, { space, seeds: 2 }, trial)).toBe('Moons 4: lr 0.2, seed 7');
  expect(trialName(document, { space: [], seeds: 2 }, trial)).toBe('Moons 4: seed 7');
  expect(trialName(document, { space: [], seeds: 2 }, { ...trial, fold: 2 })).toBe(
    'Moons 4: fold 2, seed 7',
  );
});

/** Rule: a choice for one column changes the recipe for it alone, and keeps recipes short. */
import { expect, test } from 'vitest';
import {
  isEncoding,
  recipeOf,
  stepFor,
  withEncoding,
  withFill,
} from '#renderer/data/table/recipeEdits.ts';

test('gaps are filled before anything else, and columns of one way share a step', () => {
  const one = withEncoding([], 'Age', 'standardise');
  const two = withFill(one, 'Age', { strategy: 'median' });
  const three = withFill(two, 'Fare', { strategy: 'median' });
  expect(three).toEqual([
    { step: 'impute', strategy: 'median', columns: ['Age', 'Fare'] },
    { step: 'standardise', columns: ['Age'] },
  ]);
});

test('another choice takes the place of the one before, for this column only', () => {
  const recipe = [{ step: 'standardise', columns: ['Age', 'Fare'] }];
  expect(withEncoding(recipe, 'Age', 'log')).toEqual([
    { step: 'standardise', columns: ['Fare'] },
    { step: 'log', columns: ['Age'] },
  ]);
  expect(withEncoding([{ step: 'log', columns: ['Age'] }], 'Age', null)).toEqual([]);
});

test('filters and steps for all columns stay as they are', () => {
  const recipe = [{ step: 'filter', where: 'Age > 3' }, { step: 'standardise' }];
  expect(withEncoding(recipe, 'Age', 'minMax')).toEqual([
    ...recipe,
    { step: 'minMax', columns: ['Age'] },
  ]);
  expect(stepFor(recipe, 'Age', isEncoding)).toBeNull();
});

test('what is no list of steps is none, and what is off is not done', () => {
  expect(recipeOf({ recipe: 'log' })).toEqual([]);
  expect(recipeOf({ recipe: [1, { columns: ['Age'] }] })).toEqual([]);
  const off = [{ step: 'log', columns: ['Age'], off: true }];
  expect(stepFor(off, 'Age', isEncoding)).toBeNull();
});

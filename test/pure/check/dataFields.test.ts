/**
 * Rule: fields that are not those of the data are an error as soon as somebody has looked at the data, with
 * the edit that takes them as they are; a column that came on top, or classes that are fewer, are none.
 */
import { expect, test } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import { applyEdits } from '#engine/ir/applyEdits.ts';
import type { DataField } from '#engine/ir/attrs.ts';
import { chain, features, LABEL } from '#test/support/network.ts';

const known = [features(4), { ...LABEL, classes: 3 }];
const document = chain(
  [
    ['fc1', 'Linear', { outFeatures: 3 }],
    ['loss', 'CrossEntropyLoss'],
  ],
  { fields: known, input: 'features' },
);
const counts = { total: 100, test: null };
const problemOf = (fields: readonly DataField[], of = document) =>
  analyse(of, () => ({ counts, fields })).problems.find(
    ({ code }) => code === 'data.fields-changed',
  );

test.each([
  ['as they are', known, false],
  ['with a field on top', [...known, { ...features(2), name: 'more' }], false],
  ['with fewer classes', [features(4), { ...LABEL, classes: 2 }], false],
  ['wider', [features(6), { ...LABEL, classes: 3 }], true],
  ['with more classes', [features(4), { ...LABEL, classes: 5 }], true],
  ['of another type', [features(4), { ...LABEL, classes: 3, dtype: 'f32' }], true],
  ['without one of them', [features(4)], true],
] as const)('the data has them %s', (_, fields, wrong) => {
  expect(problemOf(fields) !== undefined).toBe(wrong);
});

test('nothing is said before somebody has looked', () => {
  expect(analyse(document).trainable).toBe(true);
});

test('taking the fields of the data mends it', () => {
  const fields = [features(6), { ...LABEL, classes: 3 }];
  const [fix] = problemOf(fields)?.fixes ?? [];
  const mended = applyEdits(document, fix?.edits ?? []);
  expect(problemOf(fields, mended)).toBeUndefined();
  expect(analyse(mended).nodes.get('fc1')?.inputs['x']?.shape).toEqual(['N', 6]);
});

/** Rule: what several findings propose is one change that has all of them, and leaves out what contradicts. */
import { expect, test } from 'vitest';
import type { Finding, FindingFix } from '#engine/protocol/profileContract.ts';
import { suggestionOf } from '#renderer/data/suggestions.ts';

const finding = (columns: readonly number[], fix: Omit<FindingFix, 'label'>, label: string) =>
  ({
    ...{ code: 'profile.x', severity: 'warning', columns, message: '' },
    fixes: [{ label, ...fix }],
  }) satisfies Finding;

const CLIP = { step: 'clip', columns: ['a'] };
const FILL = { step: 'impute', columns: ['b'] };
const HERE = { step: 'log', columns: ['c'] };

test('what is left out and what is done to columns are put together', () => {
  const { options, labels } = suggestionOf({ ignore: 'old', recipe: [HERE] }, [
    finding([0], { options: { ignore: 'old, x' } }, 'Ignore x'),
    finding([1], { options: { recipe: [HERE, CLIP] } }, 'Clip a'),
    finding([2], { options: { ignore: 'old, y' } }, 'Ignore y'),
    finding([3], { options: { recipe: [HERE, FILL] } }, 'Fill b'),
  ]);
  expect(labels).toEqual(['Ignore x', 'Clip a', 'Ignore y', 'Fill b']);
  expect(options).toEqual({ ignore: 'old, x, y', recipe: [HERE, CLIP, FILL] });
});

test('a column that is left out is not mended, and a second split is not taken', () => {
  const { options, labels, split } = suggestionOf({}, [
    finding([4], { options: { ignore: 'x' } }, 'Ignore x'),
    finding([4], { options: { recipe: [FILL] } }, 'Fill x'),
    finding([], { options: {}, split: { kind: 'byTime' } }, 'Split by time'),
    finding([], { options: {}, split: { kind: 'stratified' } }, 'Split stratified'),
    finding([5], { options: { missing: 'mean' } }, 'Take the mean'),
    finding([6], { options: { missing: 'drop' } }, 'Drop rows'),
  ]);
  expect(labels).toEqual(['Ignore x', 'Split by time', 'Take the mean']);
  expect(options).toEqual({ ignore: 'x', missing: 'mean' });
  expect(split).toEqual({ kind: 'byTime' });
});

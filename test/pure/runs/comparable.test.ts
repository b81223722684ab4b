/** Rule: only runs of one project on the same data are laid over each other unasked. */
import { expect, test } from 'vitest';
import { areComparable } from '#engine/runs/index.ts';

const run = { documentId: 'a', dataFingerprint: 'x' };

test.each([
  ['itself', run, true],
  ['another project', { ...run, documentId: 'b' }, false],
  ['other data', { ...run, dataFingerprint: 'y' }, false],
  ['no project', { ...run, documentId: null }, false],
])('%s: %j', (_, other, wanted) => {
  expect(areComparable(run, other)).toBe(wanted);
});

test('two of no project are none of one', () => {
  const none = { ...run, documentId: null };
  expect(areComparable(none, none)).toBe(false);
});

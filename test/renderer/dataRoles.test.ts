/** Rule: a role that a column is given is a change of options that makes it so, whatever it was before. */
import { expect, test } from 'vitest';
import type { ColumnProfile, ProfileRole } from '#engine/protocol/profileContract.ts';
import { withRole } from '#renderer/data/table/roles.ts';

const column = (index: number, name: string, role: ProfileRole): ColumnProfile => ({
  ...{ index, name, role, type: 'integer', missing: 0, distinct: 5, distribution: null },
});
const columns = [
  column(0, 'id', 'id'),
  column(1, 'age', 'feature'),
  column(2, 'town', 'feature'),
  column(3, 'bought', 'target'),
  column(4, 'row', 'id'),
];
const profile = {
  columns,
  target: {
    ...{ index: 3, name: 'bought', why: 'by its name', isGuess: true },
    runnersUp: [{ index: 2, name: 'town', why: 'the last one' }],
  },
};
const change = (
  options: Record<string, string>,
  index: number,
  wanted: ProfileRole,
  kind: 'random' | 'byGroup' = 'random',
) => withRole(profile, options, columns[index] as ColumnProfile, wanted, kind);

test('a target is named, and is ignored no more', () => {
  expect(change({ ignore: 'age, town' }, 1, 'target')).toEqual({
    options: { target: 'age', ignore: 'town' },
  });
});

test('a target that is one no longer makes way for the next best', () => {
  expect(change({}, 3, 'ignore').options).toEqual({ target: 'town', ignore: 'bought' });
  expect(change({}, 3, 'feature').options).toEqual({ target: 'town' });
});

test('one target of several goes or comes by itself', () => {
  const several = { target: 'age, town, bought' };
  expect(change(several, 3, 'feature').options).toEqual({ target: 'age, town' });
  expect(change(several, 4, 'target').options).toEqual({ target: 'age, town, bought, row' });
  expect(change(several, 0, 'ignore').options).toEqual({ ignore: 'id' });
});

test('a group is split by; without it its split is given up', () => {
  expect(change({}, 2, 'group')).toEqual({
    options: { group: 'town' },
    split: { kind: 'byGroup' },
  });
  const was = { ...(columns[2] as ColumnProfile), role: 'group' as const };
  expect(withRole(profile, { group: 'town' }, was, 'feature', 'byGroup')).toEqual({
    options: { group: '' },
    split: { kind: 'random' },
  });
});

test('one of the ids is learned from without the others', () => {
  expect(change({}, 0, 'feature').options).toEqual({ rowNames: 'keep', ignore: 'row' });
});

test('columns of one name are told apart by their number', () => {
  const twice = [column(0, 'a', 'feature'), column(1, 'a', 'feature')];
  const made = withRole(
    { columns: twice, target: null },
    {},
    twice[1] as ColumnProfile,
    'target',
    'random',
  );
  expect(made.options).toEqual({ target: '2' });
});

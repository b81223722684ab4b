/** Rule: the name of an epoch stands beside the marks of events, in its own epoch or nowhere. */
import { expect, test } from 'vitest';
import { namedEvery, placeOfName } from '#renderer/timeline/drawClock.ts';

test('a name stands behind the marks that it would meet', () => {
  expect(placeOfName([100, 200], 40, [])).toBe(109);
  expect(placeOfName([100, 200], 40, [30, 180])).toBe(109);
  expect(placeOfName([100, 200], 40, [130, 105])).toBe(139);
});

test('a name that has no room is left out', () => {
  expect(placeOfName([100, 150], 40, [])).toBe(null);
  expect(placeOfName([100, 200], 40, [110, 140, 170])).toBe(null);
});

test('where the widest name has no room every second or third epoch is named', () => {
  expect(namedEvery(40, 60)).toBe(1);
  expect(namedEvery(46, 60)).toBe(2);
  expect(namedEvery(46, 24)).toBe(3);
  expect(placeOfName([0, 60 * namedEvery(46, 60)], 46, [])).not.toBe(null);
});

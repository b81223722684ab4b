/** Rule: a form of an export has no rows for what is about nothing of the network, unless it was set. */
import { expect, test } from 'vitest';
import type { AttrSchema } from '#engine/ir/attrs.ts';
import { shownOptions } from '#renderer/export/shownOptions.ts';

const SCHEMA = {
  batch: { kind: 'int', default: 0, help: '' },
  columns: { kind: 'bool', default: false, help: '' },
  units: { kind: 'bool', default: true, help: '' },
} as const satisfies AttrSchema;

const shown = (idle: readonly string[], chosen: Readonly<Record<string, boolean>> = {}) =>
  Object.keys(shownOptions(SCHEMA, idle, chosen));

test('all while nothing is known of it', () => {
  expect(shown([])).toEqual(['batch', 'columns', 'units']);
});

test('none that is idle, in the order of the format', () => {
  expect(shown(['units', 'columns'])).toEqual(['batch']);
  expect(shown(['columns'])).toEqual(['batch', 'units']);
});

test('one that was set stays, so that it can be set back', () => {
  expect(shown(['units', 'columns'], { columns: true })).toEqual(['batch', 'columns']);
});

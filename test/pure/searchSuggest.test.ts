/** Rule: whatever setting is pointed at, the values that are suggested are read, fit it, and hold what it is now. */
import { expect, test } from 'vitest';
import { settingsOf } from '#engine/runs/settings.ts';
import { readParameter, sweepLine, target } from '#engine/search/index.ts';
import { InputError } from '#engine/ir/index.ts';
import { pointsDocument } from '#test/support/documents.ts';

const DOCUMENT = pointsDocument('moons', 2);

test.each([
  ['fc1.outFeatures', 'fc1.outFeatures=4,8,16,32,64'],
  ['relu1', /^relu1=ReLU,/],
  ['training.optimizer', /^optimizer=Adam,.*SGD/],
  ['training.optimizer.lr', 'lr=log:0.001..0.1'],
  ['training.epochs', 'epochs=8,15,30,60,120'],
  ['training.batchSize', 'batch=8,16,32,64,128'],
  ['fc1.bias', 'fc1.bias=false,true'],
] as const)('%s', (path, line) => {
  expect(sweepLine(DOCUMENT, [path])).toMatch(line);
});

test('all that is suggested can be read', () => {
  const paths = Object.keys(settingsOf(DOCUMENT));
  const lines = paths.flatMap((path) => sweepLine(DOCUMENT, [path]) ?? []);
  expect(lines.length).toBeGreaterThan(15);
  for (const line of lines) expect(readParameter(line, DOCUMENT).paths).toHaveLength(1);
});

test('several of a kind are linked; what nobody can search has no line', () => {
  expect(sweepLine(DOCUMENT, ['fc1.outFeatures', 'fc2.outFeatures'])).toBe(
    'fc1.outFeatures+fc2.outFeatures=4,8,16,32,64',
  );
  expect(sweepLine(DOCUMENT, ['fc9.outFeatures'])).toBeNull();
  expect(sweepLine(DOCUMENT, [])).toBeNull();
  expect(() => target(DOCUMENT, 'fc9.outFeatures')).toThrow(InputError);
});

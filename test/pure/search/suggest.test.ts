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

test.each([
  [{ kind: 'number', default: 0.1, min: 0, max: 10, help: '' }, 0.2, 'log:0.02..2'],
  [{ kind: 'int', default: 500, min: 4, max: 9000, help: '' }, 500, '125,250,500,1000,2000'],
  [{ kind: 'choice', default: 'sine', options: ['sine', 'step'], help: '' }, 'sine', 'sine,step'],
] as const)(
  'an option that only its source knows, as its form has it: %j',
  (attr, value, values) => {
    const paths = ['data.options.unwritten'];
    expect(sweepLine(DOCUMENT, paths, { attr, value })).toBe(`data.options.unwritten=${values}`);
  },
);

test('of an option that is written the kind counts', () => {
  const [path = ''] = Object.keys(settingsOf(DOCUMENT)).filter((each) =>
    each.includes('.options.'),
  );
  expect(() => readParameter(`${path}=sine,step`, DOCUMENT)).toThrow(InputError);
  expect(readParameter('data.options.unwritten=sine,step', DOCUMENT)).toMatchObject({
    values: ['sine', 'step'],
  });
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

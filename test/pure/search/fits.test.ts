/** Rule: a search whose values cannot be trained is refused before anything trains, with what does not fit. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { InputError, networkDocument } from '#engine/ir/index.ts';
import { checkSpace, readSpace } from '#engine/search/index.ts';
import { example } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';

const DOCUMENT = pointsDocument('moons', 2);
const LENET = networkDocument.parse(JSON.parse(readFileSync(example('digits-lenet'), 'utf8')));
const check = (...texts: readonly string[]): void =>
  checkSpace(DOCUMENT, readSpace(texts, DOCUMENT));

test('a range that changes the shape of what it repeats is said to, at the first number that fails', () => {
  expect(() => check('repeat(fc1..relu1)=1..6')).not.toThrow();
  // 28 by 28 halved at each pooling.
  const search = readSpace(['repeat(conv2..pool2)=1..6'], LENET);
  expect(() => checkSpace(LENET, search)).toThrow(InputError);
  expect(() => checkSpace(LENET, search)).toThrow(
    /^With repeat\(conv2\.\.pool2\)=[2-6] the network cannot be trained: /,
  );
});

test('a layer that cannot be left out is named', () => {
  expect(() => check('bypassed=none,relu1')).not.toThrow();
  expect(() => check('fc2.outFeatures=2,4')).not.toThrow();
  expect(() => check('fc2.outFeatures=1,2')).toThrow(/^With fc2\.outFeatures=1 /);
});

test('what fits with the others of the search is let through', () => {
  expect(() => check('fc1.outFeatures=8,16', 'relu1=ReLU,Tanh', 'lr=log:1e-4..1')).not.toThrow();
});

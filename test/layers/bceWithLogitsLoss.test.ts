/** BCEWithLogitsLoss: two classes, or a share of each number, from one logit. */
import { expect, test } from 'vitest';
import {
  gradientFailures,
  infer,
  labelType,
  refusal,
  runLayer,
  type,
} from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const NAME = 'BCEWithLogitsLoss';

test('takes one score per sample, or one per number', () => {
  expect(infer(NAME, [type('N', 1), labelType(2)])).toEqual([[]]);
  expect(infer(NAME, [type('N', 784), type('N', 1, 28, 28)])).toEqual([[]]);
});
test('refuses more than two classes and other sizes', () => {
  expect(refusal(NAME, [type('N', 1), labelType(3)])).toMatchObject({
    code: 'loss.not-binary',
    fixes: ['replace'],
  });
  expect(refusal(NAME, [type('N', 2), labelType(2)])).toMatchObject({
    code: 'loss.target-size',
    fixes: ['setWidth'],
  });
});
test('no opinion costs ln 2, a confident right answer nothing, a wrong one its logit', () => {
  const loss = (score: number, target: number) =>
    runLayer({ type: NAME, inputs: [tensor([1, 1], [score]), tensor([1, 1], [target])] })
      .outputs[0]?.[0];
  expect(loss(0, 1)).toBeCloseTo(Math.LN2, 12);
  expect(loss(900, 1)).toBe(0);
  expect(loss(900, 0)).toBe(900);
});
test('gradient', () => {
  const inputs = [uniformTensor([4, 3]), uniformTensor([4, 3], { seed: 2, low: 0, high: 1 })];
  expect(gradientFailures({ type: NAME, inputs })).toEqual([]);
});
test('has one weight of yes, or one for each number', () => {
  const refused = (posWeight: readonly number[]) =>
    refusal('BCEWithLogitsLoss', [type('N', 3), type('N', 3)], { posWeight }).code;
  expect(refused([1, 2])).toBe('loss.weight-count');
  expect(infer('BCEWithLogitsLoss', [type('N', 3), type('N', 3)], { posWeight: [2] })).toEqual([
    [],
  ]);
});
test.each([[[3]], [[0.5, 2, 4]]])('gradient with weights %o', (posWeight) => {
  const inputs = [uniformTensor([4, 3]), uniformTensor([4, 3], { low: 0, high: 1 })];
  const attrs = { posWeight };
  expect(gradientFailures({ type: 'BCEWithLogitsLoss', attrs, inputs })).toEqual([]);
});

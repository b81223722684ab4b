/** MaxUnpool2d: numbers back where their windows had the largest. */
import { expect, test } from 'vitest';
import { gradientFailures, infer, refusal, runLayer, type } from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const TYPE = 'MaxUnpool2d';

test('takes what the pooling gave, and what it was given', () => {
  expect(infer(TYPE, [type('N', 3, 2, 3), type('N', 3, 5, 6)])).toEqual([['N', 3, 5, 6]]);
  expect(refusal(TYPE, [type('N', 4, 2, 3), type('N', 3, 5, 6)])).toEqual({
    code: 'shape.unpool',
    port: 'x',
    fixes: ['setWidth'],
  });
  expect(refusal(TYPE, [type('N', 3, 3, 3), type('N', 3, 5, 6)]).fixes).toEqual([]);
  expect(refusal(TYPE, [type('N', 3, 3, 3), type('N', 3)]).port).toBe('pooled');
});
test('by hand; of equal numbers the first, what no window saw is 0', () => {
  const x = tensor([1, 1, 1, 2], [7, Infinity]);
  const pooled = tensor([1, 1, 3, 5], [0, 0, 1, 2, 9, 0, 0, 4, 3, 9, 9, 9, 9, 9, 9]);
  const { outputs } = runLayer({ type: TYPE, inputs: [x, pooled] });
  expect(outputs).toEqual([[7, 0, 0, 0, 0, 0, 0, Infinity, 0, 0, 0, 0, 0, 0, 0]]);
});
test('after a pooling it leaves the largest of each window', () => {
  const pooled = uniformTensor([2, 3, 4, 6]);
  const attrs = { kernelSize: [2, 3] };
  const pooling = { ...attrs, stride: [2, 3] };
  const pool = (image: typeof pooled) =>
    runLayer({ type: 'MaxPool2d', attrs: pooling, inputs: [image] }).outputs[0] ?? [];
  const x = tensor([2, 3, 2, 2], pool(pooled));
  const [back = []] = runLayer({ type: TYPE, attrs, inputs: [x, pooled] }).outputs;
  expect(back.filter((value) => value !== 0)).toHaveLength(x.values.length);
  for (const [i, value] of back.entries()) expect([0, pooled.values[i]]).toContain(value);
  expect(back.reduce((sum, value) => sum + value, 0)).toBeCloseTo(
    [...x.values].reduce((sum, value) => sum + value, 0),
    12,
  );
});
test.each([{}, { kernelSize: [2, 3] }])('gradient with %o', (attrs) => {
  const wide = 'kernelSize' in attrs ? 2 : 3;
  const inputs = [uniformTensor([2, 2, 2, wide]), uniformTensor([2, 2, 5, 6], { seed: 2 })];
  expect(gradientFailures({ type: TYPE, attrs, inputs })).toEqual([]);
});

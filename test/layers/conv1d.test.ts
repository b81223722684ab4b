/** Conv1d: filters along sequences; says so where the time steps come first. */
import { expect, test } from 'vitest';
import {
  advice,
  gradientFailures,
  infer,
  refusal,
  runLayer,
  type,
} from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test.each([
  [{}, ['N', 32, 22]],
  [{ outChannels: 8, padding: 1, stride: 2 }, ['N', 8, 12]],
  [{ outChannels: 8, kernelSize: 4, dilation: 3, samePadding: true }, ['N', 8, 24]],
])('%o makes %j of 24 steps', (attrs, shape) => {
  expect(infer('Conv1d', [type('N', 4, 24)], attrs)).toEqual([shape]);
});
test('refuses vectors, images, groups that do not divide, a stride that does not keep the length', () => {
  expect(refusal('Conv1d', [type('N', 24)])).toEqual({
    code: 'shape.needs-sequence',
    port: 'x',
    fixes: ['insert'],
  });
  expect(refusal('Conv1d', [type('N', 3, 8, 8)]).fixes).toEqual(['replace']);
  expect(refusal('Conv1d', [type('N', 3, 8)], { groups: 2 }).code).toBe('shape.groups');
  const attrs = { samePadding: true, stride: 2 };
  expect(refusal('Conv1d', [type('N', 3, 8)], attrs).code).toBe('shape.same-stride');
});
test('a window that fits the steps only where they come last: transpose', () => {
  const { code, fixes } = refusal('Conv1d', [type('N', 24, 1)]);
  expect([code, fixes]).toEqual(['shape.window-too-large', ['insert', 'setAttrs', 'remove']]);
  expect(refusal('Conv1d', [type('N', 2, 2)]).fixes).toEqual(['setAttrs', 'remove']);
});
test('data with more channels than steps are looked at again, other layers are not', () => {
  const [problem] = advice('Conv1d', [type('N', 24, 3)], { fields: ['x'] });
  expect(problem).toMatchObject({ code: 'shape.steps-first', severity: 'warning', port: 'x' });
  expect(problem?.fixes).toMatchObject([{ kind: 'insert', type: 'Transpose' }]);
  expect(advice('Conv1d', [type('N', 3, 24)], { fields: ['x'] })).toEqual([]);
  expect(advice('Conv1d', [type('N', 24, 3)])).toEqual([]);
});
test('correlates, does not flip the filter', () => {
  const { outputs } = runLayer({
    type: 'Conv1d',
    attrs: { outChannels: 1, kernelSize: 2 },
    inputs: [tensor([1, 1, 3], [1, 2, 4])],
    tensors: { weight: tensor([1, 1, 2], [10, 1]), bias: tensor([1], [0.5]) },
  });
  expect(outputs).toEqual([[12.5, 24.5]]);
});
test.each([
  { outChannels: 3 },
  { outChannels: 4, kernelSize: 2, stride: 2, padding: 1, groups: 2, bias: false },
  { outChannels: 2, kernelSize: 2, dilation: 3, samePadding: true },
])('gradients %o', (attrs) => {
  expect(gradientFailures({ type: 'Conv1d', attrs, inputs: [uniformTensor([2, 2, 7])] })).toEqual(
    [],
  );
});
test('beyond its ends a sequence is mirrored, or goes on, as PyTorch has it', () => {
  const filter = { outChannels: 1, kernelSize: 2, padding: 1, bias: false };
  const answers = ['reflect', 'replicate', 'circular'].map((paddingMode) =>
    runLayer({
      type: 'Conv1d',
      attrs: { ...filter, paddingMode },
      inputs: [tensor([1, 1, 3], [1, 2, 4])],
      tensors: { weight: tensor([1, 1, 2], [10, 1]) },
    }).outputs.flat(),
  );
  expect(answers).toEqual([
    [21, 12, 24, 42],
    [11, 12, 24, 44],
    [41, 12, 24, 41],
  ]);
  const short = { kernelSize: 3, padding: 2, paddingMode: 'reflect' };
  expect(refusal('Conv1d', [type('N', 1, 2)], short)).toEqual({
    ...{ code: 'shape.reflection', port: 'x', fixes: ['setAttrs', 'setAttrs'] },
  });
});

/** LSTM: what it takes and gives, by hand, and that stacks, directions and lengths are PyTorch's. */
import { expect, test } from 'vitest';
import { defaultAttrs } from '#engine/ir/attrs.ts';
import { layer } from '#engine/layers/index.ts';
import '#test/support/allclose.ts';
import {
  advice,
  attrsOf,
  gradientFailures,
  infer,
  labelType,
  refusal,
  runLayer,
  type,
} from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

test('answers the last state, or the state after every step', () => {
  expect(infer('LSTM', [type('N', 28, 28)])).toEqual([['N', 128]]);
  const both = { hiddenSize: 5, bidirectional: true, output: 'sequence' };
  expect(infer('LSTM', [type('N', 7, 3)], both)).toEqual([['N', 7, 10]]);
});
test('knows how to make a sequence of an image and of a vector', () => {
  const image = refusal('LSTM', [type('N', 1, 28, 28)]);
  expect(image).toEqual({ code: 'shape.needs-sequence', port: 'x', fixes: ['insert'] });
  expect(fixOf(1, 28, 28)).toMatchObject({ type: 'Squeeze', attrs: { dim: 1 } });
  expect(fixOf(3, 32, 32)).toMatchObject({ type: 'Reshape', attrs: { shape: [96, 32] } });
  expect(fixOf(784)).toMatchObject({ type: 'Reshape', attrs: { shape: [28, 28] } });
  expect(fixOf(13)).toMatchObject({ type: 'Reshape', attrs: { shape: [13, 1] } });
});
test('takes lengths where asked, one for each sequence', () => {
  const attrs = { lengths: true };
  expect(layer('LSTM').ports(attrsOf('LSTM', attrs)).in).toEqual(['x', 'lengths']);
  expect(infer('LSTM', [type('N', 7, 3), labelType()], attrs)).toEqual([['N', 128]]);
  expect(refusal('LSTM', [type('N', 7, 3), type('N')], attrs)).toEqual({
    code: 'shape.needs-lengths',
    port: 'lengths',
    fixes: ['setAttrs'],
  });
});
test('has the tensors of PyTorch, in its order', () => {
  const attrs = attrsOf('LSTM', { hiddenSize: 2, numLayers: 2, bidirectional: true });
  const params = layer('LSTM').params?.([type('N', 7, 3)], attrs) ?? {};
  expect(Object.keys(params).slice(0, 5)).toEqual([
    ...['weight_ih_l0', 'weight_hh_l0', 'bias_ih_l0', 'bias_hh_l0', 'weight_ih_l0_reverse'],
  ]);
  expect(params['weight_ih_l1']).toEqual({
    shape: [8, 4],
    init: { kind: 'uniformBound', bound: 1 / Math.sqrt(2) },
  });
});
test('dropout between layers wants two of them', () => {
  const inputs = [type('N', 7, 3)];
  expect(advice('LSTM', inputs, { attrs: { dropout: 0.2 } })).toHaveLength(1);
  expect(advice('LSTM', inputs, { attrs: { dropout: 0.2, numLayers: 2 } })).toEqual([]);
  const { differsInTraining } = layer('LSTM');
  expect(differsInTraining).toBeTypeOf('function');
  expect(typeof differsInTraining === 'function' && differsInTraining(defaults())).toBe(false);
});

/** One unit that reads one number: its gates are sums of what each weight gives. */
const tensors = {
  weight_ih_l0: tensor([4, 1], [1, 0.5, 1, 2]),
  weight_hh_l0: tensor([4, 1], [0.1, 0.2, 0.3, 0.4]),
  bias_ih_l0: tensor([4], [0, 1, 0, 0]),
  bias_hh_l0: tensor([4], [0.5, 0, 0, -1]),
};
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
function byHand(inputs: readonly number[]): readonly number[] {
  let [h, c] = [0, 0];
  return inputs.map((x) => {
    const [i, f] = [sigmoid(x + 0.1 * h + 0.5), sigmoid(0.5 * x + 0.2 * h + 1)];
    const [g, o] = [Math.tanh(x + 0.3 * h), sigmoid(2 * x + 0.4 * h - 1)];
    c = f * c + i * g;
    h = o * Math.tanh(c);
    return h;
  });
}
test('by hand', () => {
  const inputs = [tensor([2, 3, 1], [1, -2, 0.5, 0, 3, -1])];
  const attrs = { hiddenSize: 1, output: 'sequence' };
  const [a, b] = [byHand([1, -2, 0.5]), byHand([0, 3, -1])];
  const { outputs } = runLayer({ type: 'LSTM', attrs, inputs, tensors });
  expect(outputs[0]).toBeAllclose([...a, ...b], { rtol: 1e-12 });
  const last = runLayer({ type: 'LSTM', attrs: { hiddenSize: 1 }, inputs, tensors });
  expect(last.outputs[0]).toBeAllclose([a[2] ?? NaN, b[2] ?? NaN], { rtol: 1e-12 });
});
test('what lies beyond a length changes nothing, and is answered by zeros', () => {
  const attrs = { hiddenSize: 1, output: 'sequence', lengths: true };
  const lengths = tensor([1], [2], 'i32');
  const of = (last: number) =>
    runLayer({ type: 'LSTM', attrs, inputs: [tensor([1, 3, 1], [1, -2, last]), lengths], tensors });
  expect(of(0.5).outputs[0]).toBeAllclose([...byHand([1, -2]), 0], { rtol: 1e-12 });
  expect(of(99).outputs).toEqual(of(0.5).outputs);
});
test('gradients through a stack of both directions, with lengths', () => {
  const attrs = {
    ...{ hiddenSize: 2, numLayers: 2, bidirectional: true, lengths: true, output: 'sequence' },
  };
  const inputs = [uniformTensor([3, 4, 2]), tensor([3], [4, 1, 2], 'i32')];
  expect(gradientFailures({ type: 'LSTM', attrs, inputs })).toEqual([]);
});

const defaults = () => defaultAttrs(layer('LSTM').attrs);

function fixOf(...sizes: readonly number[]) {
  try {
    layer('LSTM').infer([type('N', ...sizes)], defaults());
  } catch (error) {
    const { detail } = error as { readonly detail: { readonly fixes: readonly unknown[] } };
    return detail.fixes[0];
  }
  throw new Error('nothing was refused');
}

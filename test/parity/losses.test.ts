/**
 * Rule: losses of classes say what PyTorch's say, to the last digits of float64: over samples, tokens and pixels, with
 * weights of classes, labels that are ignored, smoothing, and all of that together. The numbers are torch_losses.py's.
 */
import { describe, expect, test } from 'vitest';
import type { RawAttrs } from '#engine/ir/attrs.ts';
import '../support/allclose.ts';
import { layerGradients, runLayer } from '../support/layerCase.ts';
import { tensor } from '../support/random.ts';
import torchLosses from './torch_losses.json' with { type: 'json' };

interface WrittenTensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}
interface TorchLoss {
  readonly type: string;
  readonly attrs: RawAttrs;
  readonly scores: WrittenTensor;
  readonly target: WrittenTensor & { readonly dtype: string };
  readonly loss: number;
  readonly gradient: readonly number[];
}

describe(`PyTorch ${torchLosses.torch}`, () => {
  const cases = torchLosses.cases as readonly TorchLoss[];
  const titled = cases.map((each, index) => ({
    ...each,
    title: `${index} ${each.type} of ${each.scores.shape.join('×')} ${JSON.stringify(each.attrs)}`,
  }));
  test.each(titled)('$title', ({ type, attrs, scores, target, loss, gradient }) => {
    const inputs = [
      tensor(scores.shape, scores.values),
      tensor(target.shape, target.values, target.dtype === 'i32' ? 'i32' : 'f32'),
    ];
    const { outputs } = runLayer({ type, attrs, inputs });
    expect(outputs[0]).toBeAllclose([loss], { rtol: 1e-12, atol: 1e-14 });
    const one = tensor([], [1]);
    const found = layerGradients({ type, attrs, inputs }, one).get('input0');
    expect(found).toBeAllclose(gradient, { rtol: 1e-10, atol: 1e-14 });
  });
});

/** Where weights start: fans and bounds as PyTorch computes them, and samples that keep to them. */
import { describe, expect, test } from 'vitest';
import { elementCount } from '#engine/ir/index.ts';
import { weightAndBias } from '#engine/layers/shared/initializers.ts';
import { initialValues } from '#engine/training/initialise.ts';
import '../support/allclose.ts';
import { type TorchInitializer, torchValues } from './torchValues.ts';

/** The attribute values of a layer that name each scheme. */
const forms = {
  kaiming: { uniform: 'kaimingUniform', normal: 'kaimingNormal' },
  xavier: { uniform: 'xavierUniform', normal: 'xavierNormal' },
  torch: { uniform: 'torch', normal: undefined },
} as const;

function specOf(
  { shape }: TorchInitializer,
  weightInit: Parameters<typeof weightAndBias>[1]['weightInit'],
) {
  const { weight, bias } = weightAndBias(shape, {
    weightInit,
    biasInit: 'torch',
    initValue: 0,
    bias: true,
  });
  if (!weight || !bias) throw new Error('a layer without weight or bias');
  return { weight, bias };
}

const sample = (each: TorchInitializer, form: Parameters<typeof specOf>[1], seed = 3) =>
  initialValues(specOf(each, form).weight.init, elementCount(each.shape), seed, 'layer.weight');

const deviation = (values: Float32Array): number => {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
};

describe.each(
  torchValues.initializers.map((each) => [each.scheme, each.shape.join('×'), each] as const),
)('%s %s', (scheme, _shape, each) => {
  const { uniform, normal } = forms[scheme];

  test('fans', () => {
    expect(specOf(each, uniform).weight.init).toMatchObject({
      fanIn: each.fanIn,
      ...(scheme === 'xavier' ? { fanOut: each.fanOut } : {}),
    });
  });

  test('uniform within the bound, and up to it', () => {
    const values = sample(each, uniform);
    const largest = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    expect(largest).toBeLessThanOrEqual(Math.fround(each.bound));
    expect(largest).toBeGreaterThan(0.99 * each.bound);
    // Four standard errors.
    expect(Math.abs(deviation(values) / each.std - 1)).toBeLessThan(
      4 / Math.sqrt(2 * values.length),
    );
  });

  if (normal)
    test('normal with the deviation', () => {
      const values = sample(each, normal);
      expect(Math.abs(deviation(values) / each.std - 1)).toBeLessThan(
        4 / Math.sqrt(2 * values.length),
      );
      expect(values.some((v) => Math.abs(v) > each.bound)).toBe(true);
    });

  test('bias within 1/sqrt(fan-in)', () => {
    expect(specOf(each, uniform).bias.init).toEqual({
      kind: 'uniformBound',
      bound: 1 / Math.sqrt(each.fanIn),
    });
  });
});

test('the same seed and name start alike; another seed or name does not', () => {
  const [each] = torchValues.initializers;
  if (!each) throw new Error('no initialisers were written');
  const { init } = specOf(each, 'kaimingUniform').weight;
  const draw = (seed: number, name: string) => initialValues(init, 64, seed, name);
  expect(draw(1, 'a.weight')).toEqual(draw(1, 'a.weight'));
  expect(draw(2, 'a.weight')).not.toEqual(draw(1, 'a.weight'));
  expect(draw(1, 'b.weight')).not.toEqual(draw(1, 'a.weight'));
});

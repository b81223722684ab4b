/** Where weights start: fans and bounds as PyTorch computes them, and samples that keep to them. */
import { describe, expect, test } from 'vitest';
import type { RawAttrs } from '#engine/ir/attrs.ts';
import { elementCount } from '#engine/ir/index.ts';
import { layer } from '#engine/layers/index.ts';
import { type InitChoice, weightAndBias } from '#engine/layers/shared/initializers.ts';
import { initialValues } from '#engine/training/initialise.ts';
import '../support/allclose.ts';
import { attrsOf, runLayer } from '../support/layerCase.ts';
import { tensor, uniformTensor } from '../support/random.ts';
import { type TorchInitializer, torchValues } from './torchValues.ts';

/** The attribute values of a layer that name each scheme. */
const forms = {
  kaiming: { uniform: 'kaimingUniform', normal: 'kaimingNormal' },
  xavier: { uniform: 'xavierUniform', normal: 'xavierNormal' },
  torch: { uniform: 'torch', normal: undefined },
} as const;

function specOf(
  { shape }: Pick<TorchInitializer, 'shape'>,
  weightInit: InitChoice['weightInit'],
  groups = 1,
) {
  const { weight, bias } = weightAndBias(shape, {
    weightInit,
    biasInit: 'torch',
    ...{ initValue: 0, initStd: 0.02, initBound: 0.1, initSparsity: 0.75 },
    bias: true,
    groups,
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

const drawn = (form: Parameters<typeof specOf>[1], shape: readonly number[]) =>
  initialValues(specOf({ shape }, form).weight.init, elementCount(shape), 5, 'layer.weight');

test('LeCun: the deviation is 1/sqrt(fan-in), whatever comes after', () => {
  for (const form of ['lecunUniform', 'lecunNormal'] as const) {
    const values = drawn(form, [64, 256, 3, 3]);
    expect(Math.abs(deviation(values) * Math.sqrt(256 * 9) - 1)).toBeLessThan(
      4 / Math.sqrt(2 * values.length),
    );
  }
});

test('truncated normal: within two deviations, and as wide as that leaves it', () => {
  const values = drawn('truncatedNormal', [200, 200]);
  const largest = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  expect(largest).toBeLessThanOrEqual(Math.fround(0.04));
  expect(largest).toBeGreaterThan(0.0399);
  // SciPy: truncnorm(-2, 2).std(), its kurtosis 2.37; four standard errors.
  expect(Math.abs(deviation(values) / (0.87963 * 0.02) - 1)).toBeLessThan(
    (2 * Math.sqrt(1.37)) / Math.sqrt(values.length),
  );
});

test.each([[[16, 16]], [[24, 64]], [[64, 24]], [[8, 3, 3, 3]]] as const)(
  'orthogonal %s: what there is less of is orthonormal',
  (shape) => {
    const values = drawn('orthogonal', shape);
    const rows = shape[0];
    const columns = values.length / rows;
    const count = Math.min(rows, columns);
    const entry = (i: number, k: number): number =>
      values[rows <= columns ? i * columns + k : k * columns + i] ?? NaN;
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        let product = 0;
        for (let k = 0; k < Math.max(rows, columns); k++) product += entry(i, k) * entry(j, k);
        expect(Math.abs(product - (i === j ? 1 : 0))).toBeLessThan(1e-6);
      }
    }
  },
);

test('sparse: so many zeros in each column, the rest normal', () => {
  const values = drawn('sparse', [40, 300]);
  const kept = values.filter((value) => value !== 0);
  for (let column = 0; column < 300; column++) {
    const own = Array.from({ length: 40 }, (_, row) => values[row * 300 + column]);
    expect(own.filter((value) => value === 0)).toHaveLength(30);
  }
  expect(Math.abs(deviation(kept) / 0.02 - 1)).toBeLessThan(4 / Math.sqrt(2 * kept.length));
});

test('uniform and normal, as wide as they are told', () => {
  const uniform = drawn('uniform', [200, 200]);
  const largest = uniform.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  expect(largest).toBeLessThanOrEqual(Math.fround(0.1));
  expect(largest).toBeGreaterThan(0.099);
  const normal = drawn('normal', [200, 200]);
  for (const [values, std] of [
    [uniform, 0.1 / Math.sqrt(3)],
    [normal, 0.02],
  ] as const) {
    expect(Math.abs(deviation(values) / std - 1)).toBeLessThan(4 / Math.sqrt(2 * values.length));
  }
  expect(normal.some((v) => Math.abs(v) > 0.06)).toBe(true);
});

test.each(torchValues.identities.map((each) => [each.shape.join('×'), each.groups, each] as const))(
  'identity of %s in %d groups',
  (_shape, groups, { shape, values }) => {
    const { init } = specOf({ shape }, 'identity', groups).weight;
    expect([...initialValues(init, elementCount(shape), 5, 'layer.weight')]).toEqual(values);
  },
);

test.each<readonly [string, readonly number[], RawAttrs]>([
  ['Linear', [3, 6], { outFeatures: 6 }],
  ['Conv1d', [3, 4, 7], { outChannels: 4, padding: 1 }],
  ['Conv2d', [2, 6, 4, 5], { outChannels: 6, groups: 3, padding: [1, 1] }],
  ['DepthwiseConv2d', [2, 6, 4, 5], { padding: [1, 1] }],
  ['SeparableConv2d', [2, 6, 4, 5], { outChannels: 6, padding: [1, 1] }],
  ['ConvTranspose1d', [3, 4, 7], { outChannels: 4, stride: 1, kernelSize: 3, padding: 1 }],
  [
    'ConvTranspose2d',
    [2, 6, 4, 5],
    { outChannels: 6, groups: 3, stride: [1, 1], kernelSize: [3, 3], padding: [1, 1] },
  ],
])('%s that starts as an identity gives what it is given', (name, shape, sizes) => {
  const attrs = { ...sizes, bias: false, weightInit: 'identity' };
  const x = uniformTensor(shape);
  const params = layer(name).params?.([x.type], attrsOf(name, attrs)) ?? {};
  const tensors = Object.fromEntries(
    Object.entries(params).map(([key, { init, shape: sides }]) => [
      key,
      tensor(sides, [...initialValues(init, elementCount(sides), 1, key)]),
    ]),
  );
  const { outputs } = runLayer({ type: name, attrs, inputs: [x], tensors });
  expect(outputs[0]).toBeAllclose([...x.values], { rtol: 1e-12 });
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

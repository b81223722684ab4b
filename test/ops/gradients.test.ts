/** Gradient rules against central differences, op by op, and batch normalisation as training uses it. */
import { describe, expect, test } from 'vitest';
import {
  OP_ARITY,
  type GraphBuilder,
  type Op,
  type Value,
  gradientRules,
} from '#engine/ops/index.ts';
import { gradcheck } from '../support/gradcheck.ts';
import { uniformTensor } from '../support/random.ts';
import { opCases, titleOf } from './cases.ts';

/** Ops that pass nothing back, and why. */
const withoutGradient: Partial<Record<Op, string>> = {
  ...Object.fromEntries(
    ['greaterThan', 'equal', 'argmax'].map((op) => [op, 'steps: flat almost everywhere']),
  ),
  toFloat: 'from whole numbers',
  ...Object.fromEntries(
    ['randomUniform', 'randomNormal', 'dropoutMask', 'randomBoxMask', 'full'].map((op) => [
      op,
      'depends on no f32 input',
    ]),
  ),
  gatherRows: 'reads data, which is not trained',
  assign: 'an effect',
  ...Object.fromEntries(['tensorStats', 'histogram'].map((op) => [op, 'for people to look at'])),
  ...Object.fromEntries(
    Object.keys(OP_ARITY)
      .filter((op) => op.endsWith('Grad'))
      .map((op) => [op, 'second derivatives are not offered']),
  ),
};

const ops = Object.keys(OP_ARITY) as Op[];

test('exactly the ops with a reason have no gradient', () => {
  expect(ops.filter((op) => gradientRules[op] === 'none').sort()).toEqual(
    Object.keys(withoutGradient).sort(),
  );
});

const checkable = opCases.filter(
  ({ op, gradient }) => gradientRules[op] !== 'none' && gradient !== 'unchecked',
);

test('every differentiable op is checked', () => {
  const checked = new Set(checkable.map(({ op }) => op));
  expect(ops.filter((op) => !checked.has(op) && gradientRules[op] !== 'none')).toEqual([]);
});

describe('against central differences', () => {
  for (const each of checkable) {
    test(titleOf(each), () => {
      const constants = typeof each.gradient === 'object' ? each.gradient.constants : [];
      const report = gradcheck(each.inputs, (g, x) => g.emit(each.op, x, each.params), {
        constants,
        // Cases written around a kink have little else.
        kinks: 0.5,
      });
      expect(report.failures).toEqual([]);
    });
  }
});

describe('batch normalisation over its own statistics', () => {
  const normalise = (g: GraphBuilder, x: readonly Value[]): Value => {
    const [input, weight, bias] = x as readonly [Value, Value, Value];
    const mean = g.emit('channelMean', [input], {});
    const variance = g.emit('channelVariance', [input, mean], {});
    return g.emit('batchNorm', [input, mean, variance, weight, bias], {
      eps: 1e-5,
      training: true,
    });
  };
  test.each([
    ['images', [3, 2, 3, 5]],
    ['features', [7, 3]],
    ['two samples', [2, 3]],
  ])('%s', (_note, shape) => {
    const channels = shape[1] ?? 0;
    const report = gradcheck(
      [
        uniformTensor(shape, { seed: 81 }),
        uniformTensor([channels], { seed: 82, low: 0.5, high: 1.5 }),
        uniformTensor([channels], { seed: 83 }),
      ],
      normalise,
    );
    expect(report.failures).toEqual([]);
  });
});

test('a kink is skipped and a function of kinks only is refused', () => {
  const { skipped, failures } = gradcheck(
    [{ type: { dtype: 'f32', shape: [2] }, values: [0, 0] }],
    (g, [x]) => g.emit('relu', x ? [x] : [], {}),
  );
  expect(skipped).toBe(2);
  expect(failures).toEqual(['2 of 2 elements sit on a kink', 'no element was checked']);
});

test('a gradient that leaves something out is found', () => {
  // In evaluation the statistics count as constants; here they move with x.
  const { failures } = gradcheck([uniformTensor([4, 2], { seed: 84 })], (g, x) => {
    const [input] = x as readonly [Value];
    const mean = g.emit('channelMean', [input], {});
    const variance = g.emit('channelVariance', [input, mean], {});
    const one = g.emit('full', [], { shape: [2], value: 1 });
    const params = { eps: 1e-5, training: false };
    return g.emit('batchNorm', [input, mean, variance, one, one], params);
  });
  expect(failures).toHaveLength(8);
  expect(failures[0]).toMatch(/^d\/d input 0\[0\]: rule says/);
});

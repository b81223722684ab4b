/** Gradient rules against central differences, op by op, and batch normalisation as training uses it. */
import { describe, expect, test } from 'vitest';
import { differentiate } from '#engine/compile/differentiate.ts';
import { tensorType } from '#engine/ir/index.ts';
import {
  GraphBuilder,
  OP_ARITY,
  type Op,
  type Value,
  gradientOf,
  gradientRules,
  rowsOf,
  sumAll,
} from '#engine/ops/index.ts';
import { gradcheck } from '../support/gradcheck.ts';
import { uniformTensor } from '../support/random.ts';
import { opCases, titleOf } from './cases.ts';

/** Ops that pass nothing back because nothing changes with what they read, and why. */
const flat: Partial<Record<Op, string>> = {
  ...Object.fromEntries(
    ['greaterThan', 'equal', 'argmax'].map((op) => [op, 'steps: flat almost everywhere']),
  ),
  toFloat: 'from whole numbers',
  ...Object.fromEntries(
    ['randomUniform', 'randomNormal', 'dropoutMask', 'randomBoxMask', 'full', 'constant'].map(
      (op) => [op, 'depends on no f32 input'],
    ),
  ),
};

const ops = Object.keys(OP_ARITY) as Op[];
const withRule = (op: Op): boolean => typeof gradientRules[op] === 'function';

const checkable = opCases.filter(({ op, gradient }) => withRule(op) && gradient !== 'unchecked');

test('exactly the ops with a reason have a gradient of zero', () => {
  expect(ops.filter((op) => gradientRules[op] === 'zero').sort()).toEqual(Object.keys(flat).sort());
});
test('what is not supported is an effect, for people to look at, or a gradient itself', () => {
  const others = ops.filter((op) => gradientRules[op] === 'unsupported' && !op.endsWith('Grad'));
  expect(others.sort()).toEqual(['assign', 'histogram', 'tensorStats']);
});
test('a rule answers for every input', () => {
  for (const { op, inputs, params } of checkable) {
    const g = new GraphBuilder();
    const x = inputs.map(({ type }, k) => g.leaf({ kind: 'gradient', name: `x${k}` }, type));
    const output = g.emit(op, x, params);
    const answers = gradientOf(g, op, { inputs: x, output, params }, output);
    answers.forEach((answer, k) => {
      if (typeof answer === 'object') expect(answer.type.shape, op).toEqual(x[k]?.type.shape);
      else expect(['zero', 'unsupported'], op).toContain(answer);
    });
    // A bias is added by the fuse pass, after differentiation.
    expect(answers.length, op).toBe(inputs.length);
  }
});

describe('nothing is left out in silence', () => {
  /** `op` between a trained weight and the loss. */
  const through = (op: 'histogram' | 'argmax') => () => {
    const g = new GraphBuilder();
    const w = g.leaf({ kind: 'parameter', name: 'fc.weight', init }, tensorType([4]));
    const y = g.within({ node: 'look', role: 'forward' }, () =>
      op === 'histogram'
        ? g.emit('histogram', [w, g.emit('tensorStats', [w], {})], { bins: 4 })
        : g.emit('toFloat', [g.emit('argmax', [w], {})], {}),
    );
    return differentiate(g, sumAll(g, y), [w]);
  };
  const init = { kind: 'constant', value: 1 } as const;

  test('a loss behind an op without a rule is refused, with its node', () => {
    expect(through('histogram')).toThrow(
      'Nothing can be trained through input 0 of histogram of "look": it has no gradient rule.',
    );
    expect(through('histogram')).toThrow('compile.no-gradient');
  });
  test('statistics that move with what is trained are refused in evaluation', () => {
    const g = new GraphBuilder();
    const w = g.leaf({ kind: 'parameter', name: 'w', init }, tensorType([4, 2]));
    const mean = g.emit('groupMean', [w], {});
    const one = g.emit('full', [], { shape: [2], value: 1 });
    const params = { eps: 1e-5, training: false };
    const y = g.emit('normalize', [w, mean, one, one, one], params);
    expect(() => differentiate(g, sumAll(g, y), [w])).toThrow('input 1 of normalize');
  });
  test('a step is flat: what lies before it gets no gradient, and that is right', () => {
    expect(through('argmax')().size).toBeLessThan(5);
  });
});

test('every differentiable op is checked', () => {
  const checked = new Set(checkable.map(({ op }) => op));
  expect(ops.filter((op) => !checked.has(op) && withRule(op))).toEqual([]);
});

describe('against central differences', () => {
  for (const each of checkable) {
    test(titleOf(each), () => {
      const { gradient } = each;
      const isObject = typeof gradient === 'object';
      const constants = isObject && 'constants' in gradient ? gradient.constants : [];
      const result = (g: GraphBuilder, x: readonly Value[]): Value => {
        const y = g.emit(each.op, x, each.params);
        return isObject && 'rows' in gradient
          ? rowsOf(g, y, { start: 0, count: gradient.rows })
          : y;
      };
      const report = gradcheck(each.inputs, result, {
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
    const mean = g.emit('groupMean', [input], {});
    const variance = g.emit('groupVariance', [input, mean], {});
    return g.emit('normalize', [input, mean, variance, weight, bias], {
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

/** In training the rule counts on a mean that is that of x; this one is not. */
const falsely = (g: GraphBuilder, x: readonly Value[]): Value => {
  const [input] = x as readonly [Value];
  const one = g.emit('full', [], { shape: [2], value: 1 });
  const params = { eps: 1e-5, training: true };
  return g.emit('normalize', [input, one, one, one, one], params);
};

test('a gradient that leaves something out is found', () => {
  const { failures } = gradcheck([uniformTensor([4, 2], { seed: 84 })], falsely);
  expect(failures).toHaveLength(8);
  expect(failures[0]).toMatch(/^d\/d input 0\[0\]: rule says/);
});

test('a large input is moved in some places, and as a whole', () => {
  const large = [uniformTensor([150, 2], { seed: 84 })];
  const found = gradcheck(large, falsely);
  expect(found.checked).toBe(240);
  expect(found.failures.at(-1)).toMatch(/^along all of input 0: rule says/);
  expect(gradcheck(large, (g, [x]) => g.emit('tanh', x ? [x] : [], {})).failures).toEqual([]);
});

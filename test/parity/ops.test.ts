/**
 * Our ops and their gradients against PyTorch in float64. The numbers come from torch_ops.py; here each of
 * its functions is written with our ops, as a layer would.
 */
import { describe, expect, test } from 'vitest';
import { differentiate } from '#engine/compile/differentiate.ts';
import { tensorType } from '#engine/ir/index.ts';
import {
  GraphBuilder,
  NO_EPILOGUE,
  type OpParams,
  type Value,
  add,
  conv2d,
  linear,
  meanAll,
  mul,
  sub,
  sumAll,
} from '#engine/ops/index.ts';
import '../support/allclose.ts';
import { evaluateGraph } from '../support/evaluate.ts';
import type { TestTensor } from '../support/random.ts';
import { type TorchOp, torchValues } from './torchValues.ts';

/** Rounding of float64 only; sums run in another order. */
const CLOSE = { rtol: 1e-9, atol: 1e-12 };

type Build = (g: GraphBuilder, x: readonly Value[], params: TorchOp['params']) => Value;

/** Functions that are more than one op of ours; the rest share their name and parameters. */
const composed: Readonly<Record<string, Build>> = {
  conv2d: (g, [x, w, bias], params) =>
    conv2d(g, need(x), need(w), fourPadded(params) as unknown as OpParams['conv2d'], bias),
  matmul: (g, x, params) =>
    g.emit('matmul', x, { ...(params as OpParams['matmul']), epilogue: NO_EPILOGUE }),
  linear: (g, [x, w, bias]) => linear(g, need(x), need(w), bias),
  batchNormTraining(g, [x, weight, bias], { eps }) {
    const mean = g.emit('groupMean', [need(x)], {});
    const variance = g.emit('groupVariance', [need(x), mean], {});
    const params = { eps: eps as number, training: true };
    return g.emit('normalize', [need(x), mean, variance, need(weight), need(bias)], params);
  },
  batchNormEvaluation(g, [x, weight, bias], { eps, mean, variance }) {
    const statistics = [mean, variance].map((values) => constant(g, values as number[]));
    const params = { eps: eps as number, training: false };
    return g.emit('normalize', [need(x), ...statistics, need(weight), need(bias)], params);
  },
  crossEntropy: (g, x, { labelSmoothing }) =>
    meanAll(g, g.emit('crossEntropy', x, { labelSmoothing: labelSmoothing as number })),
  // As training does it: what a sample counts for is its share of all weights, what is left adds up to 1.
  crossEntropyWeighed(g, [x, t], { weights }) {
    const weighed = mul(g, need(t), constant(g, weights as number[]));
    const sums = g.emit('sum', [weighed], { axes: [1], keepDims: true });
    const shares = g.emit('div', [weighed, sums], {});
    const losses = g.emit('crossEntropy', [need(x), shares], { labelSmoothing: 0 });
    return meanAll(g, mul(g, losses, g.emit('reshape', [sums], { shape: losses.type.shape })));
  },
  // softplus(x) - x t
  bceWithLogits: (g, [x, t]) =>
    meanAll(g, sub(g, g.emit('softplus', [need(x)], {}), mul(g, need(x), need(t)))),
  select(g, [a, b], { mask }) {
    const conditions = constant(g, mask as number[]);
    const column = g.emit('reshape', [conditions], { shape: [conditions.type.shape[0] ?? 0, 1] });
    return g.emit('select', [column, need(a), need(b)], {});
  },
  attentionMasked(g, [query, keyValue], { heads, mask }) {
    const values = mask as number[];
    const keys = need(keyValue).type.shape[1] ?? 0;
    const flags = g.emit('reshape', [constant(g, values)], {
      shape: [values.length / keys, 1, 1, keys],
    });
    const params = { causal: false, packed: false, masked: true, dropped: false };
    return g.emit('attention', [need(query), need(keyValue), flags], {
      ...params,
      heads: heads as number,
    });
  },
  mse: (g, [x, t]) => meanAll(g, g.emit('square', [sub(g, need(x), need(t))], {})),
};

const single = [
  ...([
    'gelu',
    'relu',
    'sigmoid',
    'tanh',
    'softplus',
    'exp',
    'expm1',
    'abs',
    'log',
    'sin',
    'cos',
    'sqrt',
  ] as const),
  ...(['rsqrt', 'leakyRelu', 'softmax', 'maximum', 'minimum', 'max', 'div'] as const),
  ...(['maxPool2d', 'avgPool2d', 'gatherRows', 'scatterAddRows', 'attention'] as const),
];

function builderOf({ op }: TorchOp): Build {
  const build = composed[op];
  if (build) return build;
  const name = single.find((each) => each === op);
  if (!name) throw new Error(`torch_ops.py writes ${op}, which has no counterpart here`);
  // The script writes the parameters of our op of the same name.
  return (g, x, params) => g.emit(name, x, fourPadded(params));
}

/** PyTorch's own functions pad both ends of a side alike and name them once. */
function fourPadded(params: TorchOp['params']): TorchOp['params'] {
  const { padding } = params as { readonly padding?: readonly number[] };
  return padding?.length === 2 ? { ...params, padding: [...padding, ...padding] } : params;
}

describe(`PyTorch ${torchValues.torch}`, () => {
  for (const each of torchValues.ops) {
    test(`${each.op}: ${each.note}`, () => {
      const { g, x, y, loss, contents } = graphOf(each);
      const trainable = x.filter(({ type }) => type.dtype === 'f32');
      const gradients = differentiate(g, loss, trainable);
      const results = evaluateGraph(g.finish(), contents);

      expect(y.type.shape).toEqual(each.output.shape);
      expect(results[y.id]?.data).toBeAllclose(each.output.values, CLOSE);
      each.gradients.forEach((expected, k) => {
        const gradient = gradients.get(need(x[k]).id);
        if (expected === null) expect(gradient).toBeUndefined();
        else expect(results[need(gradient).id]?.data).toBeAllclose(expected, CLOSE);
      });
    });
  }
});

describe('running statistics of batch normalisation', () => {
  const withStatistics = torchValues.ops.filter(({ running }) => running);
  test.each(withStatistics.map((each) => [each.note, each] as const))('%s', (_note, each) => {
    const { momentum, before, after } = need(each.running);
    const g = new GraphBuilder();
    const input = need(each.inputs[0]);
    const x = g.leaf({ kind: 'data', field: 'x' }, tensorType(input.shape));
    const mean = g.emit('groupMean', [x], {});
    const variance = g.emit('groupVariance', [x, mean], {});
    const count = input.values.length / (input.shape[1] ?? 1);
    // Normalised by the biased variance, remembered as the unbiased one.
    const unbiased = g.emit('affine', [variance], { scale: count / (count - 1), shift: 0 });
    const moved = [mean, unbiased].map((fresh, k) => {
      const kept = constant(
        g,
        (before[k] ?? []).map((value) => value * (1 - momentum)),
      );
      return add(g, kept, g.emit('affine', [fresh], { scale: momentum, shift: 0 }));
    });
    const results = evaluateGraph(g.finish(), new Map([[x.id, input]]));
    moved.forEach((value, k) => {
      expect(results[value.id]?.data).toBeAllclose(after[k] ?? [], CLOSE);
    });
  });
});

/** `sum(dy * f(inputs))` with the numbers of its leaves. */
function graphOf(each: TorchOp) {
  const g = new GraphBuilder();
  const contents = new Map<number, Pick<TestTensor, 'values'>>();
  const leaf = ({ shape, values }: TorchOp['dy'], dtype: 'f32' | 'i32'): Value => {
    const value = g.leaf(
      { kind: 'data', field: `field${contents.size}` },
      tensorType(shape, dtype),
    );
    contents.set(value.id, { values });
    return value;
  };
  const x = each.inputs.map((input, k) => leaf(input, each.gradients[k] ? 'f32' : 'i32'));
  const y = builderOf(each)(g, x, each.params);
  const loss = sumAll(g, mul(g, y, leaf(each.dy, 'f32')));
  return { g, x, y, loss, contents };
}

/** A vector written into the graph. */
function constant(g: GraphBuilder, values: readonly number[]): Value {
  return g.emit('constant', [], { shape: [values.length], values });
}

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('torch_ops.json lacks an input this function needs');
  return value;
}

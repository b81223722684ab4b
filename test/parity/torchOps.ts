/** The functions of torch_ops.py written with our ops, as a layer would. */
import { tensorType } from '#engine/ir/index.ts';
import {
  GraphBuilder,
  NO_EPILOGUE,
  type OpParams,
  type Value,
  conv2d,
  linear,
  meanAll,
  mul,
  sub,
  sumAll,
} from '#engine/ops/index.ts';
import type { TestTensor } from '../support/random.ts';
import type { TorchOp } from './torchValues.ts';

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

/** `sum(dy * f(inputs))` with the numbers of its leaves. */
export function graphOf(each: TorchOp) {
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
export function constant(g: GraphBuilder, values: readonly number[]): Value {
  return g.emit('constant', [], { shape: [values.length], values });
}

export function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('torch_ops.json lacks an input this function needs');
  return value;
}

/**
 * What layers with attention share: sequences `[N, T, C]`, heads, and multi-head attention between its
 * projections, with PyTorch's tensors. Reference:
 * https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html
 */
import { ShapeError } from '#engine/ir/problem.ts';
import { formatShape, type TensorType } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import { add, linear, mul, reshape, scale, sub } from '#engine/ops/nn.ts';
import { NO_EPILOGUE } from '#engine/ops/ops.ts';
import type { Lowering, ParamSpec } from '../define.ts';
import { dropoutMask } from './dropout.ts';
import { filled } from './normalisation.ts';
import { rotated } from './rotary.ts';
import { dim, formatSample, needNumbers } from './shapes.ts';

export const headsAttr = {
  kind: 'int',
  default: 4,
  min: 1,
  max: 1024,
  label: 'Heads',
  help: 'How many attentions work side by side, each on an equal share of the width.',
} as const;

export const causalAttr = {
  kind: 'bool',
  default: false,
  help: 'A step sees those before it and itself alone, as in a model that writes a text.',
} as const;

export const maskAttr = (port: string) =>
  ({
    kind: 'bool',
    default: false,
    advanced: true,
    label: 'Padding mask',
    help: `Adds a port for the steps of ${port} that count: 1 where there is something, 0 where the sequence is filled up.`,
  }) as const;

export const attnMaskAttr = {
  kind: 'bool',
  default: false,
  advanced: true,
  label: 'Additive mask',
  help: 'Adds a port for numbers that are added to the scores before the softmax, a row of keys for each query: steps×steps for all heads, or heads×steps×steps.',
} as const;

/** The mask's numbers are flags. */
export const MASK_RANGE: readonly [number, number] = [0, 1];

/** `[N, T, C]`. */
export function needSequence(layer: string, x: TensorType, port = 'x'): void {
  needNumbers(layer, x, port);
  if (x.shape.length === 3) return;
  throw new ShapeError(
    'shape.needs-sequence',
    `${layer} takes a sequence, steps×width, but gets ${formatSample(x.shape)}.`,
    {
      port,
      explanation: 'Reshape makes a sequence of the numbers of a sample.',
      fixes: [
        x.shape.length === 2
          ? { kind: 'insert', port, type: 'Unsqueeze' }
          : { kind: 'insert', port, type: 'Reshape', attrs: { shape: likelySequence(x) } },
      ],
    },
  );
}

/** The steps are all but the last dimension; of one number a sample, one. */
function likelySequence({ shape }: TensorType): readonly number[] {
  return shape.length < 2 ? [1, 1] : [-1, dim(shape, shape.length - 1)];
}

/** A sequence whose width the heads can share; which is given back. */
export function needHeads(
  layer: string,
  x: TensorType,
  { heads, attr }: { readonly heads: number; readonly attr: string },
): number {
  needSequence(layer, x);
  const width = dim(x.shape, 2);
  if (width % heads === 0) return width;
  const fewer = Array.from({ length: heads }, (_, i) => heads - i).find(
    (count) => width % count === 0,
  );
  throw new ShapeError(
    'shape.heads',
    `${layer} cannot divide a width of ${width} among ${heads} heads.`,
    {
      port: 'x',
      explanation: 'The width must be a multiple of the number of heads.',
      fixes: [{ kind: 'setAttrs', attrs: { [attr]: fewer ?? 1 } }],
    },
  );
}

/** A second sequence of the same width. */
export function needMemory(layer: string, memory: TensorType, width: number): void {
  needSequence(layer, memory, 'memory');
  if (dim(memory.shape, 2) === width) return;
  throw new ShapeError(
    'shape.memory-width',
    `${layer} attends from a width of ${width} to one of ${dim(memory.shape, 2)}.`,
    {
      port: 'memory',
      explanation: 'Both sequences have the same width; Linear brings one to that of the other.',
      fixes: [
        {
          kind: 'insert',
          port: 'memory',
          type: 'Linear',
          attrs: { outFeatures: width, lastDimension: true },
        },
      ],
    },
  );
}

/** `[N, S]`, one number for each step of the sequence that is attended to. */
export function needMask(layer: string, mask: TensorType, attended: TensorType): void {
  needNumbers(layer, mask, 'mask');
  const steps = dim(attended.shape, 1);
  if (mask.shape.length === 2 && mask.shape[1] === steps) return;
  throw new ShapeError(
    'shape.mask',
    `${layer} takes a mask of ${steps} but gets ${formatSample(mask.shape)}.`,
    {
      port: 'mask',
      explanation: `The mask says of each step of ${formatShape(attended.shape.slice(1))} whether it counts.`,
      fixes: [{ kind: 'disconnect', port: 'mask' }],
    },
  );
}

/** What is added to the scores, for all heads or each. */
export function needAttnMask(
  layer: string,
  added: TensorType,
  {
    heads,
    queries,
    keys,
  }: { readonly heads: number; readonly queries: number; readonly keys: number },
): void {
  needNumbers(layer, added, 'attnMask');
  const sizes = added.shape.slice(1);
  const isOfAll = sizes.length === 2 || (sizes.length === 3 && sizes[0] === heads);
  if (isOfAll && sizes.at(-2) === queries && sizes.at(-1) === keys) return;
  throw new ShapeError(
    'shape.attention-mask',
    `${layer} takes an additive mask of ${queries}×${keys} but gets ${formatSample(added.shape)}.`,
    {
      port: 'attnMask',
      explanation: `It has a row for each query and a number in it for each key: ${queries}×${keys} for all heads, or ${heads}×${queries}×${keys}.`,
      fixes: [{ kind: 'disconnect', port: 'attnMask' }],
    },
  );
}

/**
 * PyTorch's tensors and how they start. `of`: what stands before their names. Keys and values of another width than the
 * queries have weights of their own.
 */
export function attentionParams(
  width: number,
  bias: boolean,
  of = '',
  memoryWidth = width,
): Readonly<Record<string, ParamSpec>> {
  const xavier = (fanOut: number, fanIn: number): ParamSpec => ({
    shape: [fanOut, fanIn],
    init: { kind: 'uniform', scheme: 'xavier', gain: 1, fanIn, fanOut },
  });
  const weights =
    memoryWidth === width
      ? { [`${of}in_proj_weight`]: xavier(3 * width, width) }
      : {
          [`${of}q_proj_weight`]: xavier(width, width),
          [`${of}k_proj_weight`]: xavier(width, memoryWidth),
          [`${of}v_proj_weight`]: xavier(width, memoryWidth),
        };
  return {
    ...weights,
    ...(bias && { [`${of}in_proj_bias`]: filled([3 * width], 0) }),
    [`${of}out_proj.weight`]: {
      shape: [width, width],
      // kaiming_uniform_(a=√5), as of any Linear.
      init: {
        ...{ kind: 'uniform', scheme: 'kaiming', gain: Math.sqrt(1 / 3) },
        ...{ fanIn: width, fanOut: width },
      },
    },
    ...(bias && { [`${of}out_proj.bias`]: filled([width], 0) }),
  };
}

export interface AttentionSettings {
  readonly heads: number;
  readonly bias: boolean;
  readonly causal: boolean;
  readonly dropout: number;
  /** What stands before the names of its tensors. */
  readonly of?: string;
  /** The base of rotary positions; absent: none are. */
  readonly rotary?: number | undefined;
}
interface Others {
  readonly memory?: Value | undefined;
  /** `[N, S]`, 1 where a step counts. */
  readonly mask?: Value | undefined;
  /** Added to the scores, `[N, T, S]` or `[N, heads, T, S]`. */
  readonly attnMask?: Value | undefined;
}

/** `x W^T + b` along the last dimension of a sequence. */
export function alongSequence(g: Lowering, x: Value, weight: Value, bias?: Value): Value {
  const [batch = 1, steps = 1, width = 1] = x.type.shape;
  const y = linear(g, reshape(g, x, [batch * steps, width]), weight, bias);
  return reshape(g, y, [batch, steps, weight.type.shape[0] ?? 1]);
}

/** Multi-head attention of x to itself, or to a memory. */
export function attend(
  g: Lowering,
  x: Value,
  { memory, mask, attnMask }: Others,
  { heads, bias, causal, dropout, of = '', rotary }: AttentionSettings,
): Value {
  const [batch = 1, queries = 1, width = 1] = x.type.shape;
  const memoryWidth = memory?.type.shape[2] ?? width;
  const part = (name: string): Value => g.param(`${of}${name}_proj_weight`);
  const biases = bias ? g.param(`${of}in_proj_bias`) : undefined;
  const projected = (from: Value, start: number, length: number, own: () => Value): Value => {
    const rows = (all: Value): Value => g.emit('slice', [all], { axis: 0, start, length });
    const weight = memoryWidth === width ? rows(part('in')) : own();
    return alongSequence(g, from, weight, biases && rows(biases));
  };
  const keysAndValues = (): Value => g.emit('concat', [part('k'), part('v')], { axis: 0 });
  /** `turning`: how many of so many stretches of the width. */
  const placed = (y: Value, parts: number, turning: number): Value =>
    rotary === undefined ? y : rotated(g, y, { base: rotary, heads, parts, turning });
  const operands = memory
    ? [
        placed(
          projected(x, 0, width, () => part('q')),
          1,
          1,
        ),
        placed(projected(memory, width, 2 * width, keysAndValues), 2, 1),
      ]
    : [placed(alongSequence(g, x, part('in'), biases), 3, 2)];
  const keys = memory?.type.shape[1] ?? queries;
  const seen = mask && reshape(g, mask, [batch, 1, 1, keys]);
  const isDropped = g.mode === 'train' && dropout > 0;
  const dropped = isDropped ? dropoutMask(g, dropout, [batch, heads, queries, keys]) : undefined;
  const y = attnMask
    ? attendWith(g, operands, attnMask, { heads, causal, seen, dropped })
    : g.emit('attention', [...operands, ...(seen ? [seen] : []), ...(dropped ? [dropped] : [])], {
        ...{ heads, causal, packed: !memory, masked: seen !== undefined, dropped: isDropped },
      });
  const out = g.param(`${of}out_proj.weight`);
  return alongSequence(g, y, out, bias ? g.param(`${of}out_proj.bias`) : undefined);
}

/** Lower than any score, and still a number. */
const HIDDEN = -3e38;

/** With numbers added to the scores, which no fused op takes: its parts one after the other. */
function attendWith(
  g: Lowering,
  operands: readonly Value[],
  added: Value,
  {
    heads,
    causal,
    seen: mask,
    dropped,
  }: {
    readonly heads: number;
    readonly causal: boolean;
    readonly seen: Value | undefined;
    readonly dropped: Value | undefined;
  },
): Value {
  const [first, second] = operands;
  const [q, k, v] = [
    ...(first ? headsApart(g, first, heads, second ? 1 : 3) : []),
    ...(second ? headsApart(g, second, heads, 2) : []),
  ];
  if (!q || !k || !v) throw new Error('attention has queries, keys and values');
  const [batch = 1, , queries = 1, headSize = 1] = q.type.shape;
  const keys = dim(k.type.shape, 2);
  const product = (a: Value, b: Value, transposeB: boolean): Value =>
    g.emit('matmul', [a, b], { transposeA: false, transposeB, epilogue: NO_EPILOGUE });
  const perHead = added.type.shape.length === 4;
  const bias = perHead ? added : reshape(g, added, [batch, 1, queries, keys]);
  const scores = add(g, scale(g, product(q, k, true), 1 / Math.sqrt(headSize)), bias);
  const past = causal ? notAfter(g, queries, keys) : undefined;
  const seen = past && mask ? mul(g, past, mask) : (past ?? mask);
  const full = (value: number): Value => g.emit('full', [], { shape: [], value });
  const shown = (x: Value, other: number): Value =>
    seen ? g.emit('select', [seen, x, full(other)], {}) : x;
  const weights = shown(g.emit('softmax', [shown(scores, HIDDEN)], {}), 0);
  const y = product(dropped ? mul(g, weights, dropped) : weights, v, false);
  const beside = g.emit('permute', [y], { axes: [0, 2, 1, 3] });
  return reshape(g, beside, [batch, queries, heads * headSize]);
}

/** `[N, T, parts E]` as so many `[N, heads, T, E / heads]`. */
function headsApart(g: Lowering, x: Value, heads: number, parts: number): readonly Value[] {
  const [batch = 1, steps = 1, width = 1] = x.type.shape;
  const length = width / parts;
  return Array.from({ length: parts }, (_, k) => {
    const part = g.emit('slice', [x], { axis: 2, start: k * length, length });
    const apart = reshape(g, part, [batch, steps, heads, length / heads]);
    return g.emit('permute', [apart], { axes: [0, 2, 1, 3] });
  });
}

/** `[1, 1, T, S]`: 1 where a key is none after the query. */
function notAfter(g: Lowering, queries: number, keys: number): Value {
  const places = (count: number): readonly number[] => Array.from({ length: count }, (_, k) => k);
  const rows = g.emit('constant', [], { shape: [1, 1, queries, 1], values: places(queries) });
  const columns = g.emit('constant', [], { shape: [1, 1, 1, keys], values: places(keys) });
  return g.emit('greaterThan', [sub(g, rows, columns)], { threshold: -0.5 });
}

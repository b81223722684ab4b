import type { AttentionParams } from '#engine/ops/attention.ts';
import { RandomStream } from '#engine/ops/index.ts';
import { type TestTensor, tensor, uniformTensor } from '../../support/random.ts';
import { type OpCase, opCase } from '../opCase.ts';

interface Sizes {
  readonly batch?: number;
  readonly queries: number;
  /** Of another sequence; without: the sequence attends to itself, all in one tensor. */
  readonly keys?: number;
  readonly heads: number;
  readonly headSize: number;
}
type Options = Partial<Pick<AttentionParams, 'causal' | 'dropped'>> & {
  /** Dimensions of the mask. */
  readonly mask?: 'keys' | 'pairs' | 'all' | 'nothing';
};

/** Of numbers that are 0 or 1. */
function flags(shape: readonly number[], seed: number, share: number): TestTensor {
  const random = new RandomStream(seed, 'data');
  const count = shape.reduce((product, dim) => product * dim, 1);
  return tensor(
    shape,
    Array.from({ length: count }, () => (random.uniform() < share ? 1 : 0)),
  );
}

function both(note: string, sizes: Sizes, options: Options = {}): OpCase[] {
  const { batch = 2, queries, keys = queries, heads, headSize } = sizes;
  const { causal = false, dropped = false, mask } = options;
  const packed = sizes.keys === undefined;
  const width = heads * headSize;
  const full = [batch, heads, queries, keys];
  const operands = packed
    ? [uniformTensor([batch, queries, 3 * width], { seed: 81 })]
    : [
        uniformTensor([batch, queries, width], { seed: 82 }),
        uniformTensor([batch, keys, 2 * width], { seed: 83 }),
      ];
  const masks = {
    keys: () => flags([batch, 1, 1, keys], 84, 0.7),
    pairs: () => flags([1, 1, queries, keys], 85, 0.7),
    all: () => flags(full, 86, 0.7),
    nothing: () => flags([batch, 1, 1, keys], 87, 0),
  } as const;
  if (mask) operands.push(masks[mask]());
  if (dropped) {
    const kept = flags(full, 88, 0.8);
    operands.push({ ...kept, values: kept.values.map((each) => each * 1.25) });
  }
  const params = { heads, causal, packed, masked: mask !== undefined, dropped };
  const dy = uniformTensor([batch, queries, width], { seed: 89 });
  const isSmall = batch * queries * width < 200;
  const constants = [...(mask ? [0] : []), ...(dropped ? [0] : [])].map(
    (_, i) => i + (packed ? 1 : 2),
  );
  return [
    opCase({
      op: 'attention',
      note,
      inputs: operands,
      params,
      gradient: isSmall ? { constants } : 'unchecked',
    }),
    opCase({ op: 'attentionGrad', note, inputs: [dy, ...operands], params }),
  ];
}

const plain = { heads: 1, causal: false, packed: false, masked: false, dropped: false };

export const attentionCases: readonly OpCase[] = [
  opCase({
    op: 'attention',
    note: 'by hand: twice as much of the first as of the second value',
    inputs: [tensor([1, 1, 1], [1]), tensor([1, 2, 2], [Math.log(2), 3, 0, 6])],
    params: plain,
    expected: [4],
    tolerance: 1e-6,
  }),
  opCase({
    op: 'attention',
    note: 'large scores do not overflow',
    inputs: [tensor([1, 1, 1], [100]), tensor([1, 2, 2], [100, 1, -100, 2])],
    params: plain,
    expected: [1],
  }),
  opCase({
    op: 'attention',
    note: 'causal: the first sees itself alone',
    inputs: [tensor([1, 2, 3], [1, 1, 5, 0, 1, 7])],
    params: { ...plain, causal: true, packed: true },
    expected: [5, 6],
  }),
  ...both('itself, one head', { queries: 3, heads: 1, headSize: 4 }),
  ...both('itself, odd sizes', { queries: 5, heads: 2, headSize: 3 }),
  ...both('itself, causal', { queries: 6, heads: 2, headSize: 4 }, { causal: true }),
  ...both('another sequence', { queries: 3, keys: 5, heads: 2, headSize: 2 }),
  ...both(
    'another sequence, padded',
    { queries: 3, keys: 4, heads: 2, headSize: 2 },
    { mask: 'keys' },
  ),
  ...both(
    'masked pairs, dropout',
    { queries: 4, heads: 2, headSize: 2 },
    { mask: 'pairs', dropped: true },
  ),
  ...both(
    'causal, masked by head, dropout',
    { queries: 5, heads: 2, headSize: 2 },
    {
      ...{ causal: true, mask: 'all', dropped: true },
    },
  ),
  ...both('nothing to see', { queries: 2, keys: 3, heads: 1, headSize: 2 }, { mask: 'nothing' }),
  ...both(
    'causal, more keys than queries',
    { queries: 3, keys: 9, heads: 1, headSize: 4 },
    { causal: true },
  ),
  ...both(
    'causal, fewer keys than queries',
    { queries: 9, keys: 3, heads: 1, headSize: 4 },
    { causal: true },
  ),
  // Several strips of queries, panels and tiles with an edge.
  ...both('patches', { batch: 3, queries: 49, heads: 2, headSize: 16 }),
  ...both('long, causal', { batch: 1, queries: 205, heads: 2, headSize: 20 }, { causal: true }),
  ...both(
    'long, whole tiles, causal',
    { batch: 1, queries: 192, heads: 1, headSize: 32 },
    { causal: true },
  ),
  ...both(
    'long, another sequence, masked, dropout',
    { batch: 2, queries: 130, keys: 67, heads: 3, headSize: 8 },
    {
      ...{ mask: 'all', dropped: true },
    },
  ),
];

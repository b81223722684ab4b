/**
 * What the operands of attention are and where the numbers of one head lie in them. Queries, keys and values
 * come out of their projections as `[N, T, E]`, the heads side by side in the last dimension; so they stay:
 * no kernel needs them permuted. Not the kernels.
 * Reference: Vaswani et al., "Attention Is All You Need", 2017, https://arxiv.org/abs/1706.03762
 */
import type { ConcreteShape } from '../ir/tensor.ts';

/**
 * Inputs in this order, those that the parameters name alone:
 * queries, keys and values side by side, `[N, T, 3E]` (`packed`); else queries `[N, T, E]`, then keys and
 * values side by side `[N, S, 2E]`;
 * `masked`: 1 where a query may see a key, else 0: `[N, heads, T, S]`, the first three may be 1;
 * `dropped`: what the weights are multiplied by, `[N, heads, T, S]`.
 * A query that may see no key at all gets zeros, as of PyTorch's scaled_dot_product_attention.
 */
export interface AttentionParams {
  readonly heads: number;
  /** Query t sees the keys 0 to t alone. */
  readonly causal: boolean;
  readonly packed: boolean;
  readonly masked: boolean;
  readonly dropped: boolean;
}

export interface AttentionOperands<T> {
  readonly query: T;
  /** The same as the query where they are packed. */
  readonly keyValue: T;
  readonly mask?: T | undefined;
  readonly dropout?: T | undefined;
}

/** The inputs by what they are. */
export function attentionOperands<T>(
  inputs: readonly T[],
  { packed, masked, dropped }: AttentionParams,
): AttentionOperands<T> {
  const [query, ...rest] = inputs;
  const keyValue = packed ? query : rest.shift();
  if (query === undefined || keyValue === undefined) {
    throw new Error('attention has queries, keys and values');
  }
  const mask = masked ? rest.shift() : undefined;
  const dropout = dropped ? rest.shift() : undefined;
  return { query, keyValue, mask, dropout };
}

/** Where the queries, keys or values of a sample lie, in numbers from the start of their tensor. */
export interface HeadRows {
  readonly offset: number;
  readonly row: number;
  readonly sample: number;
}

export interface AttentionSizes {
  readonly batch: number;
  /** T and S. */
  readonly queries: number;
  readonly keys: number;
  /** E. */
  readonly width: number;
  readonly headSize: number;
  /** What scores are multiplied by. */
  readonly scale: number;
  /** Pairs of a query and a key it may see, of all samples and heads; a mask is not counted. */
  readonly seen: number;
  readonly query: HeadRows;
  readonly key: HeadRows;
  readonly value: HeadRows;
  readonly output: HeadRows;
  /** In the result of attentionGrad. */
  readonly gradients: {
    readonly query: HeadRows;
    readonly key: HeadRows;
    readonly value: HeadRows;
  };
}

/** From the shapes of the inputs, which have been checked. */
export function attentionSizes(
  shapes: readonly ConcreteShape[],
  params: AttentionParams,
): AttentionSizes {
  const { heads, causal, packed } = params;
  const { query, keyValue } = attentionOperands(shapes, params);
  const [batch = 0, queries = 0, queryRow = 0] = query;
  const [, keys = 0, keyRow = 0] = keyValue;
  const width = packed ? queryRow / 3 : queryRow;
  const headSize = width / heads;
  const rows = (offset: number, row: number, sample: number): HeadRows => ({ offset, row, sample });
  const firstKey = packed ? width : 0;
  const ofQuery = rows(0, queryRow, queries * queryRow);
  const ofKey = rows(firstKey, keyRow, keys * keyRow);
  const ofValue = rows(firstKey + width, keyRow, keys * keyRow);
  const own = queries * width;
  const joint = own + 2 * keys * width;
  let seen = queries * keys;
  if (causal) {
    const full = Math.max(0, queries - keys);
    const growing = queries - full;
    seen = full * keys + (growing * (growing + 1)) / 2;
  }
  return {
    ...{ batch, queries, keys, width, headSize },
    scale: 1 / Math.sqrt(headSize),
    seen: batch * heads * seen,
    query: ofQuery,
    key: ofKey,
    value: ofValue,
    output: rows(0, width, own),
    gradients: packed
      ? { query: ofQuery, key: ofKey, value: ofValue }
      : {
          query: rows(0, width, joint),
          key: rows(own, 2 * width, joint),
          value: rows(own + width, 2 * width, joint),
        },
  };
}

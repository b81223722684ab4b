/** Scaled dot-product attention and its gradient, one query of one head at a time. */
import {
  type AttentionOperands,
  type AttentionParams,
  type AttentionSizes,
  type HeadRows,
  attentionOperands,
  attentionSizes,
} from '#engine/ops/attention.ts';
import type { Kernels, Tensor } from '../tensor.ts';

/** One query: which sample, head and step. */
interface Query {
  readonly n: number;
  readonly h: number;
  readonly t: number;
}

class Attention {
  readonly operands: AttentionOperands<Tensor>;
  readonly sizes: AttentionSizes;
  readonly #params: AttentionParams;

  constructor(inputs: readonly (Tensor | undefined)[], params: AttentionParams) {
    const given = inputs.filter((each) => each !== undefined);
    this.operands = attentionOperands(given, params);
    this.sizes = attentionSizes(
      given.map(({ shape }) => shape),
      params,
    );
    this.#params = params;
  }

  forEachQuery(visit: (query: Query) => void): void {
    const { batch, queries } = this.sizes;
    for (let n = 0; n < batch; n++)
      for (let h = 0; h < this.#params.heads; h++)
        for (let t = 0; t < queries; t++) visit({ n, h, t });
  }

  /** The flat index of number `i` of a head's row. */
  at({ offset, row, sample }: HeadRows, n: number, h: number, step: number, i: number): number {
    return n * sample + offset + step * row + h * this.sizes.headSize + i;
  }

  /** What the query weighs each key with. */
  weights({ n, h, t }: Query): number[] {
    const { keys, headSize, scale, query, key } = this.sizes;
    const { query: q, keyValue: k } = this.operands;
    const scores = Array.from({ length: keys }, (_, s) => {
      if (!this.#sees({ n, h, t }, s)) return -Infinity;
      let sum = 0;
      for (let i = 0; i < headSize; i++) {
        sum += q.at(this.at(query, n, h, t, i)) * k.at(this.at(key, n, h, s, i));
      }
      return sum * scale;
    });
    const largest = Math.max(...scores);
    if (largest === -Infinity) return scores.map(() => 0);
    const exponentials = scores.map((score) => Math.exp(score - largest));
    const total = exponentials.reduce((sum, each) => sum + each, 0);
    return exponentials.map((each) => each / total);
  }

  #sees({ n, h, t }: Query, s: number): boolean {
    if (this.#params.causal && s > t) return false;
    const { mask } = this.operands;
    if (!mask) return true;
    const place = [n, h, t, s].reduce((index, each, axis) => {
      const dim = mask.dim(axis);
      return index * dim + (dim === 1 ? 0 : each);
    }, 0);
    return mask.at(place) !== 0;
  }

  /** What dropout multiplies a weight by. */
  kept({ n, h, t }: Query, s: number): number {
    const { queries, keys } = this.sizes;
    const place = ((n * this.#params.heads + h) * queries + t) * keys + s;
    return this.operands.dropout?.at(place) ?? 1;
  }
}

export const attentionKernels: Kernels<'attention' | 'attentionGrad'> = {
  attention(inputs, y, params) {
    const attention = new Attention(inputs, params);
    const { headSize, value, output } = attention.sizes;
    const { keyValue } = attention.operands;
    y.data.fill(0);
    attention.forEachQuery((query) => {
      const { n, h, t } = query;
      attention.weights(query).forEach((weight, s) => {
        const share = weight * attention.kept(query, s);
        for (let i = 0; i < headSize; i++) {
          y.add(
            attention.at(output, n, h, t, i),
            share * keyValue.at(attention.at(value, n, h, s, i)),
          );
        }
      });
    });
  },
  attentionGrad([dy, ...inputs], dx, params) {
    const attention = new Attention(inputs, params);
    const { headSize, scale, query, key, value, output, gradients } = attention.sizes;
    const { query: q, keyValue } = attention.operands;
    dx.data.fill(0);
    attention.forEachQuery((one) => {
      const { n, h, t } = one;
      const weights = attention.weights(one);
      const slopes = weights.map((weight, s) => {
        const kept = attention.kept(one, s);
        let slope = 0;
        for (let i = 0; i < headSize; i++) {
          const each = dy.at(attention.at(output, n, h, t, i));
          slope += each * keyValue.at(attention.at(value, n, h, s, i));
          dx.add(attention.at(gradients.value, n, h, s, i), weight * kept * each);
        }
        return slope * kept;
      });
      const mean = weights.reduce((sum, weight, s) => sum + weight * (slopes[s] ?? 0), 0);
      weights.forEach((weight, s) => {
        const score = weight * ((slopes[s] ?? 0) - mean) * scale;
        for (let i = 0; i < headSize; i++) {
          const ofQuery = attention.at(query, n, h, t, i);
          const ofKey = attention.at(key, n, h, s, i);
          dx.add(attention.at(gradients.query, n, h, t, i), score * keyValue.at(ofKey));
          dx.add(attention.at(gradients.key, n, h, s, i), score * q.at(ofQuery));
        }
      });
    });
  },
};

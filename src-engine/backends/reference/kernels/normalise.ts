/** Normalisation over everything but the channels (axis 1). Reference: https://arxiv.org/abs/1502.03167 */
import type { Kernels, Tensor } from '../tensor.ts';

/** The channel of each flat index, and how many elements a channel has. */
function channelsOf(x: Tensor): { readonly of: (index: number) => number; readonly count: number } {
  const channels = x.dim(1);
  const inner = x.size / (x.dim(0) * channels);
  return { of: (index) => Math.floor(index / inner) % channels, count: x.size / channels };
}

/** Sums `term(i)` within each channel. */
function sumPerChannel(x: Tensor, term: (index: number, channel: number) => number): number[] {
  const { of } = channelsOf(x);
  const sums = Array.from({ length: x.dim(1) }, () => 0);
  for (let i = 0; i < x.size; i++) {
    const channel = of(i);
    sums[channel] = (sums[channel] ?? 0) + term(i, channel);
  }
  return sums;
}

export const normaliseKernels: Kernels<
  'groupMean' | 'groupVariance' | 'normalize' | 'normalizeInputGrad' | 'normalizeWeightGrad'
> = {
  groupMean([x], mean) {
    const { count } = channelsOf(x);
    sumPerChannel(x, (i) => x.at(i)).forEach((sum, c) => mean.set(c, sum / count));
  },
  groupVariance([x, mean], variance) {
    const { count } = channelsOf(x);
    sumPerChannel(x, (i, c) => (x.at(i) - mean.at(c)) ** 2).forEach((sum, c) =>
      variance.set(c, sum / count),
    );
  },
  normalize([x, mean, variance, weight, bias], y, { eps }) {
    const { of } = channelsOf(x);
    for (let i = 0; i < x.size; i++) {
      const c = of(i);
      const normal = (x.at(i) - mean.at(c)) / Math.sqrt(variance.at(c) + eps);
      y.set(i, normal * weight.at(c) + bias.at(c));
    }
  },
  normalizeInputGrad([dy, x, mean, variance, weight], dx, { eps, training }) {
    const { of, count } = channelsOf(x);
    const inverse = (c: number) => 1 / Math.sqrt(variance.at(c) + eps);
    const normal = (i: number, c: number) => (x.at(i) - mean.at(c)) * inverse(c);
    // In training, mean and variance move with x: their share is the mean of dy and its part along x.
    const means = sumPerChannel(x, (i) => dy.at(i) / count);
    const along = sumPerChannel(x, (i, c) => (dy.at(i) * normal(i, c)) / count);
    for (let i = 0; i < x.size; i++) {
      const c = of(i);
      const through = training ? (means[c] ?? 0) + normal(i, c) * (along[c] ?? 0) : 0;
      dx.set(i, weight.at(c) * inverse(c) * (dy.at(i) - through));
    }
  },
  normalizeWeightGrad([dy, x, mean, variance], dweight, { eps }) {
    sumPerChannel(
      x,
      (i, c) => (dy.at(i) * (x.at(i) - mean.at(c))) / Math.sqrt(variance.at(c) + eps),
    ).forEach((sum, c) => dweight.set(c, sum));
  },
};

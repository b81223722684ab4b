/** Softmax and cross-entropy over the last axis. */
import type { Kernels, Tensor } from '../tensor.ts';

/** One row as an array. */
function rowOf(x: Tensor, row: number, length: number): number[] {
  return Array.from({ length }, (_, i) => x.at(row * length + i));
}

/** `log sum exp`, shifted by the maximum against overflow. */
function logSumExp(row: readonly number[]): number {
  const largest = Math.max(...row);
  return largest + Math.log(row.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}

/** What the model should answer for one sample: (1 - s) one-hot (or what it is given) + s / C. */
function wanted(labels: Tensor, row: number, classes: number, smoothing: number): number[] {
  if (labels.shape.length === 2) {
    return rowOf(labels, row, classes).map(
      (share) => (1 - smoothing) * share + smoothing / classes,
    );
  }
  const label = labels.at(row);
  if (label < 0 || label >= classes) {
    throw new RangeError(`label ${label} of sample ${row} is not one of ${classes} classes`);
  }
  return Array.from({ length: classes }, (_, c) => {
    return (c === label ? 1 - smoothing : 0) + smoothing / classes;
  });
}

const isIgnored = (labels: Tensor, row: number, ignoreIndex: number | undefined): boolean =>
  labels.shape.length === 1 && labels.at(row) === ignoreIndex;

export const classifyKernels: Kernels<
  'softmax' | 'softmaxGrad' | 'crossEntropy' | 'crossEntropyGrad'
> = {
  softmax([x], y) {
    const length = x.dim(x.shape.length - 1);
    for (let row = 0; row < x.size / length; row++) {
      const values = rowOf(x, row, length);
      const total = logSumExp(values);
      values.forEach((value, i) => y.set(row * length + i, Math.exp(value - total)));
    }
  },
  softmaxGrad([dy, y], dx) {
    const length = y.dim(y.shape.length - 1);
    for (let row = 0; row < y.size / length; row++) {
      const [slopes, shares] = [rowOf(dy, row, length), rowOf(y, row, length)];
      const mean = shares.reduce((sum, share, i) => sum + share * (slopes[i] ?? 0), 0);
      shares.forEach((share, i) => dx.set(row * length + i, share * ((slopes[i] ?? 0) - mean)));
    }
  },
  crossEntropy([logits, labels], loss, { labelSmoothing, ignoreIndex }) {
    const classes = logits.dim(1);
    for (let row = 0; row < loss.size; row++) {
      if (isIgnored(labels, row, ignoreIndex)) {
        loss.set(row, 0);
        continue;
      }
      const values = rowOf(logits, row, classes);
      const total = logSumExp(values);
      const target = wanted(labels, row, classes, labelSmoothing);
      loss.set(
        row,
        values.reduce((sum, value, c) => sum + (target[c] ?? 0) * (total - value), 0),
      );
    }
  },
  crossEntropyGrad([dy, logits, labels], dlogits, { labelSmoothing, ignoreIndex }) {
    const classes = logits.dim(1);
    for (let row = 0; row < dy.size; row++) {
      if (isIgnored(labels, row, ignoreIndex)) {
        for (let c = 0; c < classes; c++) dlogits.set(row * classes + c, 0);
        continue;
      }
      const values = rowOf(logits, row, classes);
      const total = logSumExp(values);
      const target = wanted(labels, row, classes, labelSmoothing);
      // Of probabilities; whatever else stands there counts as it does for PyTorch.
      const mass = target.reduce((sum, share) => sum + share, 0);
      values.forEach((value, c) => {
        const slope = mass * Math.exp(value - total) - (target[c] ?? 0);
        dlogits.set(row * classes + c, dy.at(row) * slope);
      });
    }
  },
};

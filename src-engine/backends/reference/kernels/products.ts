/** Matrix product and convolution with its gradients, as their defining sums. */
import type { ConvParams, Epilogue } from '#engine/ops/ops.ts';
import type { Kernels, Tensor } from '../tensor.ts';

/** Adds the bias of each column (matmul) or channel (conv2d) and applies the activation. */
function finish(
  y: Tensor,
  bias: Tensor | undefined,
  { activation }: Epilogue,
  columnOf: (index: number) => number,
): void {
  for (let i = 0; i < y.size; i++) {
    if (bias) y.add(i, bias.at(columnOf(i)));
    if (activation === 'relu') y.set(i, Math.max(y.at(i), 0));
  }
}

interface ConvShapes {
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly y: readonly number[];
}

/**
 * `count` products along a row of the output, of one number of the kernel: from `x` on, so far apart as the stride
 * says, from `y` on, and of `w`.
 */
type VisitRow = (x: number, w: number, y: number, count: number) => void;

/**
 * Visits every product of `y[n,k,p,q] += x[n,c,h,w] * w[k,c',r,s]`, a row of outputs at a time. `s` falls, so that what
 * is added to a number of `x` comes by rising outputs; what is added to one of `y` then comes by falling `s`.
 */
function forEachRow(
  shapes: ConvShapes,
  { stride, padding, dilation, groups }: ConvParams,
  visit: VisitRow,
): void {
  const [batch = 0, channels = 0, height = 0, width = 0] = shapes.x;
  const [filters = 0, groupChannels = 0, kernelHeight = 0, kernelWidth = 0] = shapes.w;
  const [, , outHeight = 0, outWidth = 0] = shapes.y;
  for (let n = 0; n < batch; n++)
    for (let k = 0; k < filters; k++) {
      const firstChannel = Math.floor((k * groups) / filters) * groupChannels;
      for (let p = 0; p < outHeight; p++)
        for (let c = 0; c < groupChannels; c++)
          for (let r = 0; r < kernelHeight; r++) {
            const i = p * stride[0] - padding[0] + r * dilation[0];
            if (i < 0 || i >= height) continue;
            for (let s = kernelWidth - 1; s >= 0; s--) {
              // The outputs whose window has this place of the kernel inside the image.
              const start = s * dilation[1] - padding[1];
              const first = Math.max(0, Math.ceil(-start / stride[1]));
              const end = Math.min(outWidth, Math.floor((width - 1 - start) / stride[1]) + 1);
              if (end <= first) continue;
              visit(
                ((n * channels + firstChannel + c) * height + i) * width +
                  start +
                  first * stride[1],
                ((k * groupChannels + c) * kernelHeight + r) * kernelWidth + s,
                ((n * filters + k) * outHeight + p) * outWidth + first,
                end - first,
              );
            }
          }
    }
}

export const productKernels: Kernels<'matmul' | 'conv2d' | 'conv2dInputGrad' | 'conv2dWeightGrad'> =
  {
    matmul([a, b, bias], y, { transposeA, transposeB, epilogue }) {
      const rank = y.shape.length;
      const [m, n] = [y.dim(rank - 2), y.dim(rank - 1)];
      const k = a.dim(transposeA ? rank - 2 : rank - 1);
      const [rowA, alongA] = transposeA ? [1, m] : [k, 1];
      const [columnB, alongB] = transposeB ? [k, 1] : [1, n];
      const [left, right] = [a.data, b.data];
      for (let batch = 0; batch < y.size / (m * n); batch++) {
        const [fromA, fromB] = [batch * m * k, batch * k * n];
        for (let row = 0; row < m; row++) {
          for (let column = 0; column < n; column++) {
            const [atA, atB] = [fromA + row * rowA, fromB + column * columnB];
            let sum = 0;
            for (let i = 0; i < k; i++) {
              sum += (left[atA + i * alongA] ?? NaN) * (right[atB + i * alongB] ?? NaN);
            }
            y.set((batch * m + row) * n + column, sum);
          }
        }
      }
      finish(y, bias, epilogue, (index) => index % n);
    },
    conv2d([x, w, bias], y, params) {
      y.data.fill(0);
      const [from, to, stride] = [x.data, y.data, params.stride[1]];
      forEachRow({ x: x.shape, w: w.shape, y: y.shape }, params, (i, j, o, count) => {
        const factor = w.at(j);
        for (let q = 0; q < count; q++) {
          to[o + q] = (to[o + q] ?? NaN) + (from[i + q * stride] ?? NaN) * factor;
        }
      });
      const perImage = y.dim(2) * y.dim(3);
      finish(y, bias, params.epilogue, (index) => Math.floor(index / perImage) % y.dim(1));
    },
    conv2dInputGrad([dy, w], dx, params) {
      dx.data.fill(0);
      const [from, to, stride] = [dy.data, dx.data, params.stride[1]];
      forEachRow({ x: dx.shape, w: w.shape, y: dy.shape }, params, (i, j, o, count) => {
        const factor = w.at(j);
        for (let q = 0; q < count; q++) {
          const at = i + q * stride;
          to[at] = (to[at] ?? NaN) + (from[o + q] ?? NaN) * factor;
        }
      });
    },
    conv2dWeightGrad([dy, x], dw, params) {
      dw.data.fill(0);
      const [slopes, from, stride] = [dy.data, x.data, params.stride[1]];
      forEachRow({ x: x.shape, w: dw.shape, y: dy.shape }, params, (i, j, o, count) => {
        let sum = dw.at(j);
        for (let q = 0; q < count; q++) {
          sum += (slopes[o + q] ?? NaN) * (from[i + q * stride] ?? NaN);
        }
        dw.set(j, sum);
      });
    },
  };

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

/** Visits every product of `y[n,k,p,q] += x[n,c,h,w] * w[k,c',r,s]` with its three flat indexes. */
function forEachTap(
  shapes: ConvShapes,
  { stride, padding, dilation, groups }: ConvParams,
  visit: (x: number, w: number, y: number) => void,
): void {
  const [batch = 0, channels = 0, height = 0, width = 0] = shapes.x;
  const [filters = 0, groupChannels = 0, kernelHeight = 0, kernelWidth = 0] = shapes.w;
  const [, , outHeight = 0, outWidth = 0] = shapes.y;
  for (let n = 0; n < batch; n++)
    for (let k = 0; k < filters; k++) {
      const firstChannel = Math.floor((k * groups) / filters) * groupChannels;
      for (let p = 0; p < outHeight; p++)
        for (let q = 0; q < outWidth; q++)
          for (let c = 0; c < groupChannels; c++)
            for (let r = 0; r < kernelHeight; r++)
              for (let s = 0; s < kernelWidth; s++) {
                const i = p * stride[0] - padding[0] + r * dilation[0];
                const j = q * stride[1] - padding[1] + s * dilation[1];
                if (i < 0 || i >= height || j < 0 || j >= width) continue;
                visit(
                  ((n * channels + firstChannel + c) * height + i) * width + j,
                  ((k * groupChannels + c) * kernelHeight + r) * kernelWidth + s,
                  ((n * filters + k) * outHeight + p) * outWidth + q,
                );
              }
    }
}

export const productKernels: Kernels<'matmul' | 'conv2d' | 'conv2dInputGrad' | 'conv2dWeightGrad'> =
  {
    matmul([a, b, bias], y, { transposeA, transposeB, epilogue }) {
      const rank = y.shape.length;
      const [m, n] = [y.dim(rank - 2), y.dim(rank - 1)];
      const k = a.dim(transposeA ? rank - 2 : rank - 1);
      for (let batch = 0; batch < y.size / (m * n); batch++) {
        const [fromA, fromB] = [batch * m * k, batch * k * n];
        for (let row = 0; row < m; row++) {
          for (let column = 0; column < n; column++) {
            let sum = 0;
            for (let i = 0; i < k; i++) {
              const left = a.at(fromA + (transposeA ? i * m + row : row * k + i));
              const right = b.at(fromB + (transposeB ? column * k + i : i * n + column));
              sum += left * right;
            }
            y.set((batch * m + row) * n + column, sum);
          }
        }
      }
      finish(y, bias, epilogue, (index) => index % n);
    },
    conv2d([x, w, bias], y, params) {
      y.data.fill(0);
      forEachTap({ x: x.shape, w: w.shape, y: y.shape }, params, (i, j, o) =>
        y.add(o, x.at(i) * w.at(j)),
      );
      const perImage = y.dim(2) * y.dim(3);
      finish(y, bias, params.epilogue, (index) => Math.floor(index / perImage) % y.dim(1));
    },
    conv2dInputGrad([dy, w], dx, params) {
      dx.data.fill(0);
      forEachTap({ x: dx.shape, w: w.shape, y: dy.shape }, params, (i, j, o) =>
        dx.add(i, dy.at(o) * w.at(j)),
      );
    },
    conv2dWeightGrad([dy, x], dw, params) {
      dw.data.fill(0);
      forEachTap({ x: x.shape, w: dw.shape, y: dy.shape }, params, (i, j, o) =>
        dw.add(j, dy.at(o) * x.at(i)),
      );
    },
  };

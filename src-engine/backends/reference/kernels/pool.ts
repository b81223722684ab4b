/** Pooling over windows, and its gradients. */
import type { OpParams, PoolParams } from '#engine/ops/ops.ts';
import type { Kernels } from '../tensor.ts';

interface Window {
  /** Flat index of the result. */
  readonly y: number;
  /** Flat indexes of the elements inside the image. */
  readonly x: readonly number[];
}

/** Visits the window of every result. */
function forEachWindow(
  xShape: readonly number[],
  yShape: readonly number[],
  { kernel, stride, padding }: PoolParams,
  visit: (window: Window) => void,
): void {
  const [, , height = 0, width = 0] = xShape;
  const [batch = 0, channels = 0, outHeight = 0, outWidth = 0] = yShape;
  for (let image = 0; image < batch * channels; image++)
    for (let p = 0; p < outHeight; p++)
      for (let q = 0; q < outWidth; q++) {
        const x: number[] = [];
        for (let r = 0; r < kernel[0]; r++)
          for (let s = 0; s < kernel[1]; s++) {
            const i = p * stride[0] - padding[0] + r;
            const j = q * stride[1] - padding[1] + s;
            if (i < 0 || i >= height || j < 0 || j >= width) continue;
            x.push((image * height + i) * width + j);
          }
        const y = (image * outHeight + p) * outWidth + q;
        visit({ y, x });
      }
}

/** What a mean divides by: the elements inside the image, or all places of the window. */
const divisor = (
  { x }: Window,
  { countIncludePad, kernel }: Pick<OpParams['avgPool2d'], 'countIncludePad' | 'kernel'>,
): number => (countIncludePad ? kernel[0] * kernel[1] : x.length);

export const poolKernels: Kernels<'maxPool2d' | 'maxPool2dGrad' | 'avgPool2d' | 'avgPool2dGrad'> = {
  maxPool2d([x], y, params) {
    forEachWindow(x.shape, y.shape, params, (window) => {
      y.set(window.y, Math.max(...window.x.map((i) => x.at(i))));
    });
  },
  maxPool2dGrad([dy, x], dx, params) {
    dx.data.fill(0);
    forEachWindow(x.shape, dy.shape, params, (window) => {
      const first = window.x.reduce((best, i) => (x.at(i) > x.at(best) ? i : best));
      dx.add(first, dy.at(window.y));
    });
  },
  avgPool2d([x], y, params) {
    forEachWindow(x.shape, y.shape, params, (window) => {
      const count = divisor(window, params);
      y.set(window.y, window.x.reduce((sum, i) => sum + x.at(i), 0) / count);
    });
  },
  avgPool2dGrad([dy], dx, params) {
    dx.data.fill(0);
    forEachWindow(dx.shape, dy.shape, params, (window) => {
      const count = divisor(window, params);
      for (const i of window.x) dx.add(i, dy.at(window.y) / count);
    });
  },
};

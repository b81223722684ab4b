/**
 * What one gets without WebAssembly: the same products as simple, fair loops over Float32Array (inner
 * loops contiguous, sums in place), for V8 to optimise as it likes. For comparison only.
 */
import type { KernelCall, Program } from '#engine/compile/program.ts';
import { elementCount } from '#engine/ir/index.ts';

/** `c [m, n] = a b` in the order i, k, j; operands are brought into row-major order first. */
export function matmul(
  a: Float32Array,
  b: Float32Array,
  c: Float32Array,
  { m, n, k }: { readonly m: number; readonly n: number; readonly k: number },
): void {
  c.fill(0);
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const factor = a[i * k + p]!;
      const row = p * n;
      const to = i * n;
      for (let j = 0; j < n; j++) c[to + j]! += factor * b[row + j]!;
    }
  }
}

export interface ConvSizes {
  readonly batch: number;
  readonly channels: number;
  readonly filters: number;
  /** Input height and width, already bordered. */
  readonly size: number;
  readonly kernel: number;
}

/** Stride 1 over a bordered input: `y [N, K, P, P] += w [K, C, R, R] * x [N, C, H, H]`. */
export function conv2d(x: Float32Array, w: Float32Array, y: Float32Array, sizes: ConvSizes): void {
  const { batch, channels, filters, size, kernel } = sizes;
  const out = size - kernel + 1;
  y.fill(0);
  for (let n = 0; n < batch; n++)
    for (let f = 0; f < filters; f++)
      for (let c = 0; c < channels; c++)
        for (let r = 0; r < kernel; r++)
          for (let s = 0; s < kernel; s++) {
            const factor = w[((f * channels + c) * kernel + r) * kernel + s]!;
            for (let p = 0; p < out; p++) {
              const from = ((n * channels + c) * size + p + r) * size + s;
              const to = ((n * filters + f) * out + p) * out;
              for (let q = 0; q < out; q++) y[to + q]! += factor * x[from + q]!;
            }
          }
}

const random = (count: number): Float32Array =>
  Float32Array.from({ length: count }, () => Math.random() - 0.5);

/** Runs until `forMs` have passed (once at least), after as long a warm-up; the median in ms. */
export function median(run: () => void, forMs: number): number {
  for (const start = performance.now(); performance.now() - start < forMs;) run();
  const times: number[] = [];
  const start = performance.now();
  do {
    const before = performance.now();
    run();
    times.push(performance.now() - before);
  } while (performance.now() - start < forMs);
  return times.sort((x, y) => x - y)[times.length >> 1]!;
}

/** Milliseconds plain JavaScript takes for the matrix products and convolutions of one step alone. */
export function productsOf(program: Program, forMs: number): number {
  return program.calls.reduce((sum, call) => sum + productMs(call, forMs), 0);
}

function productMs(call: KernelCall, forMs: number): number {
  if (call.kind !== 'op') return 0;
  const shapes = call.inputs.map(({ type }) => type.shape);
  switch (call.op) {
    case 'matmul': {
      const [m = 1, n = 1] = call.output.type.shape;
      const k = elementCount(shapes[0]!) / m;
      const [a, b, c] = [random(m * k), random(k * n), new Float32Array(m * n)];
      return median(() => matmul(a, b, c, { m, n, k }), forMs);
    }
    case 'conv2d':
    case 'conv2dInputGrad':
    case 'conv2dWeightGrad': {
      // The three directions multiply the same numbers; the forward one stands for all.
      const image =
        call.op === 'conv2d'
          ? shapes[0]!
          : call.op === 'conv2dWeightGrad'
            ? shapes[1]!
            : call.params.inputShape;
      const weights = call.op === 'conv2dWeightGrad' ? call.params.weightShape : shapes[1]!;
      const [batch = 1, channels = 1, height = 1] = image;
      const [filters = 1, , kernel = 1] = weights;
      const size = height + 2 * call.params.padding[0];
      const out = size - kernel + 1;
      const x = random(batch * channels * size * size);
      const w = random(filters * channels * kernel * kernel);
      const y = new Float32Array(batch * filters * out * out);
      return median(() => conv2d(x, w, y, { batch, channels, filters, size, kernel }), forMs);
    }
    default:
      return 0;
  }
}

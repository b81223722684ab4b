/**
 * How alike the structure of images is to that of their targets: the sum over batches of the structural
 * similarity of each image, computed where the network is. Windows are Gaussian and lie wholly within the
 * picture, each channel on its own, in the data's own numbers from black to white.
 * Reference: Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity", 2004
 */
import { elementCount } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import {
  add,
  div,
  type Emitter,
  linear,
  mul,
  reshape,
  scale,
  shift,
  sub,
  sumAll,
} from '#engine/ops/nn.ts';
import { NO_EPILOGUE } from '#engine/ops/ops.ts';
import type { MetricHead, Statistic } from '../define.ts';

/** How many numbers a window is high and wide. */
export const WINDOW = 11;
const SIGMA = 1.5;
/** Keep the ratios steady where a window is dark or flat: `(0.01 L)²` and `(0.03 L)²`, white being 1. */
const [C1, C2] = [0.01 ** 2, 0.03 ** 2];
const NOT_SCALED = { shift: [0], scale: [1] } as const;

export interface Structure {
  sum: number;
  samples: number;
}

export const structure: Statistic<Structure> = {
  id: 'structure',
  outputs(g, { prediction, target }, head) {
    const x = fromBlackToWhite(g, prediction, head);
    const y = fromBlackToWhite(g, target, head);
    const [meanX, meanY] = [windowMeans(g, x), windowMeans(g, y)];
    const meanSquares = windowMeans(g, add(g, square(g, x), square(g, y)));
    const meanProduct = windowMeans(g, mul(g, x, y));
    const product = mul(g, meanX, meanY);
    const squares = add(g, square(g, meanX), square(g, meanY));
    const twice = (value: Value, by: number): Value => shift(g, scale(g, value, 2), by);
    const luminance = div(g, twice(product, C1), shift(g, squares, C1));
    const covariance = twice(sub(g, meanProduct, product), C2);
    const contrast = div(g, covariance, shift(g, sub(g, meanSquares, squares), C2));
    const similarities = mul(g, luminance, contrast);
    const [batch = 1] = prediction.type.shape;
    const windows = elementCount(similarities.type.shape) / batch;
    return { similarity: scale(g, sumAll(g, similarities), 1 / windows) };
  },
  start: () => ({ sum: 0, samples: 0 }),
  add(state, { similarity }, samples) {
    state.sum += similarity?.[0] ?? NaN;
    state.samples += samples;
  },
};

const square = (g: Emitter, x: Value): Value => g.emit('square', [x], {});

/** Channels as pictures of their own, `[H, N C, W]`, black being 0 and white 1. */
function fromBlackToWhite(g: Emitter, image: Value, head: MetricHead): Value {
  const [channels = 1, height = 1, width = 1] = head.targetField?.shape ?? [];
  const { shift: shifts, scale: factors } = head.targetNormalisation ?? NOT_SCALED;
  const white = head.targetWhite ?? 1;
  const [batch = 1] = image.type.shape;
  const groups = factors.length;
  const perGroup = (values: readonly number[]): Value =>
    g.emit('constant', [], { shape: [1, groups, 1], values });
  const grouped = reshape(g, image, [batch, groups, (channels * height * width) / groups]);
  // Undoes `(x - shift) * scale`.
  const apart = mul(g, grouped, perGroup(factors.map((factor) => 1 / (factor * white))));
  const own = add(g, apart, perGroup(shifts.map((by) => by / white)));
  const pictures = reshape(g, own, [batch * channels, height, width]);
  return g.emit('permute', [pictures], { axes: [1, 0, 2] });
}

/**
 * The mean over each window, `[H, M, W] -> [H', M, W']`: along rows and then along columns, each a product with
 * a band of the weights, which takes less time than convolutions of one channel.
 */
function windowMeans(g: Emitter, x: Value): Value {
  const [height = 1, pictures = 1, width = 1] = x.type.shape;
  const across = linear(g, reshape(g, x, [height * pictures, width]), band(g, width));
  const columns = pictures * (width - WINDOW + 1);
  return g.emit('matmul', [band(g, height), reshape(g, across, [height, columns])], {
    transposeA: false,
    transposeB: false,
    epilogue: NO_EPILOGUE,
  });
}

/** A row for each place of a window along a side. */
function band(g: Emitter, size: number): Value {
  const places = size - WINDOW + 1;
  const values = Array.from(
    { length: places * size },
    (_, i) => WEIGHTS[(i % size) - Math.floor(i / size)] ?? 0,
  );
  return g.emit('constant', [], { shape: [places, size], values });
}

const WEIGHTS = gaussian();

/** Adds up to 1. */
function gaussian(): readonly number[] {
  const values = Array.from({ length: WINDOW }, (_, i) =>
    Math.exp(-((i - (WINDOW - 1) / 2) ** 2) / (2 * SIGMA ** 2)),
  );
  const whole = values.reduce((sum, each) => sum + each, 0);
  return values.map((each) => each / whole);
}

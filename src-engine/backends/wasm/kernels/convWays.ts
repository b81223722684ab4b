/**
 * How a convolution is computed fastest: straight from the image (directConv.ts, directWeightGrad.ts), by a
 * product with packed patches (conv.ts, convWeightGrad.ts), or by one of Winograd's algorithms (winograd.ts,
 * winogradWeightGrad.ts). Cycles are counted for the wide register tile; what a machine adds to them was
 * measured on one of x64, and comes out alike elsewhere, since all ways are made of the same instructions.
 */
import { ceilDiv, roundUp } from '#engine/backends/rounding.ts';
import { at } from '#engine/backends/strides.ts';
import { SPAN, spansOf } from './directImages.ts';
import { MOST_POINTS, SAFE_POINTS } from './winogradAlgorithm.ts';
import { type ConvShape, type Fastest, SUM_CYCLES, fastestAlgorithm } from './winogradChoice.ts';
import { type Winograd, gradientStart } from './winogradKinds.ts';

export type ConvWay = 'direct' | 'product' | Winograd;

/** The register tile, and sums that must be under way for multiply-adds not to wait for each other. */
const TILE = { rows: 6, columns: 16 };
const LEAST_SUMS = 8;
/** Multiply-adds of whole registers a cycle. */
const PER_CYCLE = 2;
/** Of a tile: cycles more for each step of the depth, and for its beginning and end. */
const STEP_CYCLES = 0.3;
const TILE_CYCLES = 40;
/** For each step of the depth of a panel of patches: packed, or packed transposed. */
const PATCH_CYCLES = 2.4;
const TRANSPOSED_PATCH_CYCLES = 6;
/** Multiply-adds a cycle where products of each tap are summed afterwards (stridedInputGrad.ts). */
const SCATTERED_RATE = 10;
/** What reading taps that lie across cache lines costs a gradient of weights. */
const UNALIGNED = 1.2;
/** Copying a row of an image, and eight of its numbers. */
const ROW_CYCLES = 10;
const SPAN_CYCLES = 3;
/** Planes a multiple of this apart share sets of the first cache, which holds so many of one. */
const SET_BYTES = 4096;
const SET_WAYS = 12;
/** Cycles for a cache line that comes from the second cache. */
const LINE_CYCLES = 8;
/** Taps that are written out one after the other. */
const MOST_TAPS = 49;
/** Taps side by side whose sums fit the registers: V8 13 loses upper halves of joined sums that do not. */
const MOST_ACROSS = 11;
/** An image larger than this does not stay in the second cache. */
const IMAGE_BYTES = 2 ** 20;
/** As chunks of the gradient of weights: images summed by one thread. */
const MOST_SUM_BYTES = 2 ** 20;

/**
 * A gradient over fewer pixels than this may be exactly zero. What rounding leaves in its place is small
 * beside the others, but Adam makes a step of it: so only the algorithm whose factors are halves is used.
 */
const MIN_PIXELS_OF_SUMS = 2048;

/** Cycles for one step of the depth of all rows of a product. */
function rowCycles(rows: number): { readonly step: number; readonly tiles: number } {
  const tiles = ceilDiv(rows, TILE.rows);
  const each = ceilDiv(rows, tiles);
  const of = (count: number) =>
    Math.max(count * (TILE.columns / SPAN), LEAST_SUMS) / PER_CYCLE + STEP_CYCLES;
  const whole = Math.floor(rows / each);
  const rest = rows - whole * each;
  return { step: whole * of(each) + (rest > 0 ? of(rest) : 0), tiles };
}

/** The forward pass, or what is one: of `channels` and `filters` of each group. */
export function chooseForward(conv: ConvShape): ConvWay {
  const { groups, channels, filters, batch, output, kernel } = conv;
  const taps = kernel[0] * kernel[1];
  const depth = channels * taps;
  const { step, tiles } = rowCycles(filters);
  const tile = depth * step + tiles * TILE_CYCLES;
  const panels = ceilDiv(output[0] * output[1], TILE.columns);
  const product =
    panels * (tile + depth * PATCH_CYCLES) + (isBordered(conv) ? copyCycles(conv) : 0);
  return cheapest(
    { direct: forwardDirectly(conv, tile, tiles), product: batch * groups * product },
    isStrided(conv) && channels % SPAN > 0 ? null : fastestAlgorithm(conv, MOST_POINTS),
  );
}

function forwardDirectly(conv: ConvShape, tile: number, tiles: number): number {
  const { groups, channels, batch, output, kernel, stride } = conv;
  const [height, width] = output;
  const isPoint = [...kernel, ...stride].every((each) => each === 1) && !isBordered(conv);
  const [rows, columns] = isPoint ? [1, height * width] : [height, width];
  const plane = planeOf(conv);
  const bytes = plane[0] * plane[1] * 4;
  const isTooLarge = !isPoint && channels * bytes > IMAGE_BYTES;
  if (columns < SPAN || isTooLarge || kernel[0] * kernel[1] > MOST_TAPS) return Infinity;
  const collides = isPoint && bytes % SET_BYTES === 0 && channels > SET_WAYS;
  const again = collides ? (tiles - 1) * channels * LINE_CYCLES : 0;
  const spanTiles = ceilDiv(rows * spansOf(columns), TILE.columns / SPAN);
  const copies = isBordered(conv) || at(stride, 1) > 1 ? copyCycles(conv) : 0;
  return batch * groups * (spanTiles * (tile + again) + copies);
}

const isStrided = ({ stride }: ConvShape): boolean => stride.some((steps) => steps > 1);

const isBordered = ({ padding }: ConvShape): boolean => padding.some((each) => each !== 0);

/** About the size of an input image. */
const planeOf = ({ output, stride }: ConvShape): readonly [number, number] => [
  output[0] * at(stride, 0),
  output[1] * at(stride, 1),
];

/** Of copying an input image. */
function copyCycles(conv: ConvShape): number {
  const [height, width] = planeOf(conv);
  return conv.channels * height * (ROW_CYCLES + (width / SPAN) * SPAN_CYCLES);
}

/** The gradient of an input of so many pixels, where the stride is not 1; null: a product for every tap. */
export function chooseForStridedInput(
  conv: ConvShape,
  input: readonly [number, number],
): Winograd | null {
  const { groups, channels, filters, batch, kernel, stride, padding, output } = conv;
  if (kernel.some((taps, side) => taps < at(stride, side))) return null;
  const ofKind = (side: 0 | 1) => {
    const { crop } = gradientStart(kernel[side], at(stride, side), at(padding, side));
    return ceilDiv(input[side] + crop, at(stride, side));
  };
  const fastest = fastestAlgorithm({ ...conv, output: [ofKind(0), ofKind(1)] }, MOST_POINTS);
  const taps = kernel[0] * kernel[1];
  const products = batch * groups * channels * filters * taps * output[0] * output[1];
  return fastest && fastest.cycles < products / SCATTERED_RATE ? fastest.algorithm : null;
}

/** The gradient of the weights. */
export function chooseForWeights(conv: ConvShape): ConvWay {
  const { groups, channels, filters, batch, output, kernel } = conv;
  const numbers = channels * kernel[0] * kernel[1];
  const pixels = output[0] * output[1];
  const { step } = rowCycles(filters);
  const panels = ceilDiv(numbers, TILE.columns);
  const products = pixels * panels * (step + TRANSPOSED_PATCH_CYCLES);
  const product = batch * groups * (products + (isBordered(conv) ? copyCycles(conv) : 0));
  const points = batch * pixels < MIN_PIXELS_OF_SUMS ? SAFE_POINTS : MOST_POINTS;
  // Channels are the columns of the products here, and whole vectors of them; of kinds of pixels whole tiles.
  const fits = !isStrided(conv) || channels % TILE.columns === 0;
  const whole = { ...conv, channels: roundUp(channels, SPAN) };
  return cheapest(
    { direct: weightsDirectly(conv), product },
    fits ? fastestAlgorithm(whole, points, SUM_CYCLES) : null,
  );
}

function weightsDirectly(conv: ConvShape): number {
  const { groups, channels, filters, batch, output, kernel, stride } = conv;
  const [height, width] = output;
  const [rows, across] = kernel;
  const sums = filters * channels * rows * across;
  const isUnfit = rows * across === 1 || across > MOST_ACROSS || sums * SPAN * 4 > MOST_SUM_BYTES;
  if (isUnfit) return Infinity;
  const each = filtersAtOnce(across, filters);
  const of = (count: number) => Math.max(count * across, LEAST_SUMS) / PER_CYCLE;
  const whole = Math.floor(filters / each);
  const tiles = whole * of(each) + (filters % each > 0 ? of(filters % each) : 0);
  const spans = height * spansOf(width);
  const products = spans * tiles * channels * rows * UNALIGNED;
  const isPadded = width % SPAN !== 0;
  const slopes = filters * height * (ROW_CYCLES + (width / SPAN) * SPAN_CYCLES);
  const copies = isPadded || isBordered(conv) || at(stride, 1) > 1 ? copyCycles(conv) : 0;
  return batch * groups * (products + copies + (isPadded ? slopes : 0));
}

/** Registers that V8 gives out on x64. */
const REGISTERS = 15;

/** Filters whose sums of so many taps each fit the registers, `each` of which a sum takes; of `rows` in all. */
export function filtersAtOnce(taps: number, rows: number, each = 1): number {
  const fits = (count: number) => (count * taps + Math.min(count, taps) + 1) * each <= REGISTERS;
  const most = [4, 3, 2].find(fits) ?? 1;
  return ceilDiv(rows, ceilDiv(rows, most));
}

function cheapest(
  { direct, product }: { readonly direct: number; readonly product: number },
  winograd: Fastest | null,
): ConvWay {
  const least = Math.min(direct, product);
  if (winograd && winograd.cycles < least) return winograd.algorithm;
  return direct < product ? 'direct' : 'product';
}
